"""`python -m benchmarks`: which benchmarks it runs and how it ends."""

import sys
from types import ModuleType

import pytest

from benchmarks import Missed
from benchmarks import __main__ as runner


@pytest.fixture
def two_benchmarks(monkeypatch):
    """Put a benchmark that works and one that misses its limit in the place of the real ones."""

    def missed():
        raise Missed("too slow")

    for name, main in (("fast", lambda: print("fast: 2 of 1")), ("slow", missed)):
        module = ModuleType(f"benchmarks.{name}")
        module.__dict__["main"] = main
        monkeypatch.setitem(sys.modules, f"benchmarks.{name}", module)
    monkeypatch.setattr(runner, "names", lambda: ["fast", "slow"])


def test_agreement_is_among_the_benchmarks():
    assert "agreement" in runner.names()


def test_all_run_and_a_missed_limit_is_the_exit_code(two_benchmarks, capsys):
    assert runner.run([]) == 1
    printed = capsys.readouterr()
    assert "fast: 2 of 1" in printed.out
    assert "slow failed: Missed: too slow" in printed.err


def test_only_those_named_run(two_benchmarks, capsys):
    assert runner.run(["fast"]) == 0
    assert "slow" not in capsys.readouterr().out


def test_an_unknown_name_is_refused_with_those_there_are(two_benchmarks, capsys):
    assert runner.run(["fast", "nothing"]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "no benchmark 'nothing'; there are: fast, slow." in printed.err
