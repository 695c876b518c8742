"""Find the messages in the code: what `gettext` and its kin are given, and what templates translate."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_python
from django.utils.translation.template import templatize

from . import sources

KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}


def extract() -> Catalog:
    """Return a catalogue of every message in the code, without translations."""
    found = Catalog(charset="utf-8", fuzzy=False)
    for path in sources.python_files():
        _add(found, path, path.read_text(encoding="utf-8"))
    for path in sources.templates():
        _add(found, path, _as_python(path))
    return found


def _as_python(template: Path) -> str:
    """Return a template as calls of `gettext` among meaningless words, each line on its own.

    `templatize` keeps the template's indentation, at which a reader of Python would stumble.
    """
    source = templatize(template.read_text(encoding="utf-8"), origin=str(template))
    return "\n".join(line.strip() for line in source.split("\n"))


def _add(found: Catalog, path: Path, python: str) -> None:
    calls: Any = extract_python(BytesIO(python.encode()), KEYWORDS, ["Translators"], {})
    for line, function, messages, comments in calls:
        for context, message in _messages(function, messages):
            where = (sources.relative(path), line)
            found.add(message, locations=[where], auto_comments=comments, context=context)


def _messages(function: str, given: Any) -> Iterator[tuple[str | None, Any]]:
    """Read the arguments of a call of `function` as (context, message); a plural message is a pair."""
    arguments = list(given) if isinstance(given, tuple) else [given]
    has_context = function.lstrip("n").startswith("pgettext")
    context = arguments.pop(0) if has_context else None
    wanted = 2 if function.startswith(("ngettext", "npgettext")) else 1
    texts = arguments[:wanted]
    if len(texts) == wanted and all(isinstance(text, str) and text for text in texts):
        yield context, tuple(texts) if wanted == 2 else texts[0]
