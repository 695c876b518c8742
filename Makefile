# Collective: `make run` starts it, `make test` tests it, `make bench` measures it, `make crash` kills it.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RUN_STAMP := $(VENV)/.installed
DEV_STAMP := $(VENV)/.installed-dev

.PHONY: run test lint types layers unit browser bench crash lock messages browser-present clean

run: $(RUN_STAMP)
	@exec $(BIN)/python manage.py serve

$(BIN)/uv:
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check uv

$(RUN_STAMP): requirements.txt | $(BIN)/uv
	$(BIN)/uv pip install --quiet --python $(BIN)/python -r requirements.txt
	@touch $@

$(DEV_STAMP): requirements.txt requirements-dev.txt | $(BIN)/uv
	$(BIN)/uv pip install --quiet --python $(BIN)/python -r requirements.txt -r requirements-dev.txt
	@touch $(RUN_STAMP) $@

test: lint types layers unit browser

lint: $(DEV_STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(DEV_STAMP)
	$(BIN)/mypy .

layers: $(DEV_STAMP)
	$(BIN)/lint-imports

unit: $(DEV_STAMP)
	$(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/python -m pytest -m "not browser" -n 2 --dist worksteal

browser: $(DEV_STAMP) browser-present
	$(BIN)/python -m pytest -m browser -n 2 --dist worksteal

# Chromium from the distribution, where it is missing and we may install it.
browser-present:
	@command -v chromium chromium-browser google-chrome >/dev/null && exit 0; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium >/dev/null; \
	else echo "Chromium is not installed: browser tests will be skipped (install the package chromium)." >&2; fi

bench: $(DEV_STAMP)
	$(BIN)/python -m benchmarks

# Puts the sentences of the code into the catalogues in locale/ and says what is not translated.
messages: $(DEV_STAMP)
	$(BIN)/python manage.py catalogues --update
	$(BIN)/python manage.py catalogues --check

# Fifty people at once while servers are killed; `make unit` runs it in small.
crash: $(DEV_STAMP)
	$(BIN)/python -m tests.crash $(CRASH)

lock: $(BIN)/uv
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --custom-compile-command "make lock" requirements.in -o requirements.txt
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --custom-compile-command "make lock" requirements-dev.in -o requirements-dev.txt

clean:
	rm -rf $(VENV) staticfiles .mypy_cache .ruff_cache .pytest_cache
