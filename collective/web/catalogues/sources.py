"""Which files hold sentences that people see."""

from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

PACKAGES = ("collective", "elicitation", "rubrics", "spec_loop", "datasets", "llm", "measures")

# What only those see who run or build the system is in English: commands, tables' descriptions in migrations, and the
# page of components with its samples. The demonstration is a study, written in English as any study is in a language.
NOT_TRANSLATED = (
    "/migrations/",
    "/management/",
    "collective/site/processes.py",
    "collective/web/samples.py",
    "collective/web/catalogues/",
    "datasets/demo/",
)
TEMPLATES_NOT_TRANSLATED = ("templates/web/",)


def python_files() -> Iterator[Path]:
    """Yield the project's Python files whose sentences are translated, in a steady order."""
    for package in PACKAGES:
        for path in sorted((settings.BASE_DIR / package).rglob("*.py")):
            if not any(part in relative(path) for part in NOT_TRANSLATED):
                yield path


def templates() -> Iterator[Path]:
    """Yield the templates of pages and e-mails, in a steady order."""
    for path in sorted((settings.BASE_DIR / "templates").rglob("*")):
        if path.suffix in {".html", ".txt"} and not relative(path).startswith(TEMPLATES_NOT_TRANSLATED):
            yield path


def scripts() -> Iterator[Path]:
    """Yield the project's own scripts and style sheets."""
    for folder, pattern in (("js", "*.js"), ("css", "*.css")):
        yield from sorted((settings.BASE_DIR / "static" / folder).rglob(pattern))


def relative(path: Path) -> str:
    """Return a file's path within the project."""
    return path.relative_to(settings.BASE_DIR).as_posix()
