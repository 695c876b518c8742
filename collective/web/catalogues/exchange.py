"""Hand what is not translated to translators as JSON, and take their work back after looking at it."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message

from . import files
from .checking import forms_of, key
from .fitting import misfits


@dataclass
class Merged:
    """What became of translators' work: how many messages took a translation, and what was refused and why."""

    taken: int = 0
    refused: list[str] = field(default_factory=list)


def write_missing(language: str, found: Catalog, *, to: Path, size: int = 150) -> list[Path]:
    """Write the messages that lack a translation into files of `size` messages; return the files.

    A file holds a list of `{"id", "msgid", "plural", "context", "comment", "where", "forms"}`; `plural` is there for
    messages with a plural only, and `forms` says for which numbers each of the language's forms stands.
    """
    to.mkdir(parents=True, exist_ok=True)
    missing = [message for message in files.update(language, found) if message.id and not all(forms_of(message))]
    written = []
    for start in range(0, len(missing), size):
        path = to / f"{language}-{start // size + 1:02}.json"
        entries = [_entry(number, message, language) for number, message in enumerate(missing[start : start + size])]
        path.write_text(json.dumps(entries, ensure_ascii=False, indent=1), encoding="utf-8")
        written.append(path)
    return written


def merge(language: str, found: Catalog, pairs: list[tuple[Path, Path]], *, origin: str) -> Merged:
    """Put translations into a language's catalogue; what does not fit is left out and reported.

    Args:
        language: its code.
        found: the messages in the code.
        pairs: files of `write_missing`, each with the file of its translations: a list of
            `{"id", "translation"}` or an object of translations by id. A translation is a text, or a list with one
            text per plural form.
        origin: what the catalogue says from now on about where its sentences come from; "" leaves it as it is.
    """
    catalogue, merged = files.update(language, found), Merged()
    messages = {key(message): message for message in catalogue if message.id}
    for asked, answered in pairs:
        entries = {str(entry["id"]): entry for entry in _load(asked)}
        for identifier, translation in _translations(_load(answered)):
            where = f"{answered.name}, {identifier}"
            entry = entries.get(identifier)
            message = messages.get((entry.get("context", ""), entry["msgid"])) if entry else None
            if message is None:
                merged.refused.append(f"{where}: there is no such message (any more).")
            else:
                _put(message, translation, catalogue, where, merged)
    files.write(language, catalogue, origin=origin)
    return merged


def _put(message: Message, translation: Any, catalogue: Catalog, where: str, merged: Merged) -> None:
    forms = [translation] if isinstance(translation, str) else list(translation or [])
    if not all(isinstance(form, str) for form in forms):
        merged.refused.append(f"{where}: a translation is a text or a list of texts.")
        return
    is_plural = isinstance(message.id, tuple | list)
    source = (str(message.id[0]), str(message.id[1])) if is_plural else str(message.id)
    problems = misfits(source, forms, plural_expression=catalogue.plural_expr)
    if problems:
        merged.refused.append(f"{where}: {' '.join(problems)} Source: {source!r}; given: {forms!r}")
        return
    message.string = tuple(forms) if is_plural else forms[0]
    merged.taken += 1


def _entry(number: int, message: Message, language: str) -> dict[str, Any]:
    is_plural = isinstance(message.id, tuple | list)
    entry = {
        "id": number,
        "msgid": key(message)[1],
        "plural": message.id[1] if is_plural else None,
        "context": message.context,
        "comment": " ".join(message.auto_comments) or None,
        "where": ", ".join(sorted({path for path, _line in message.locations})[:3]),
        "forms": _FORMS[language] if is_plural else None,
    }
    return {name: value for name, value in entry.items() if value is not None}


_ONE_AND_OTHERS = ("for 1", "for other numbers")
_FORMS = {
    **dict.fromkeys(("es", "de", "pt", "nl", "tr"), _ONE_AND_OTHERS),
    **dict.fromkeys(("fr", "hi"), ("for 0 and 1", "for other numbers")),
    "ja": ("for all numbers",),
    "ar": ("for 0", "for 1", "for 2", "for 3-10", "for 11-99", "for 100 and the like"),
}


def _load(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def _translations(given: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(given, Mapping):
        yield from ((str(identifier), translation) for identifier, translation in given.items())
        return
    for entry in given:
        yield str(entry.get("id")), entry.get("translation", entry.get("translations"))
