"""Read JSON Lines with errors that name file, line and field."""

import json
import math
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

from django.utils.translation import gettext as _

# A line of the public files has some 20 kB. A longer one than this is a mistake, and is not read into memory.
MAX_LINE_BYTES = 16 * 1024 * 1024
MAX_KEY_LENGTH = 200
# Fields that are kept as they are may not be nested deeper: what stores them walks them recursively.
MAX_DEPTH = 50
_BATCH_LINES = 50
_BATCH_BYTES = 4 * 1024 * 1024
_SHOWN_CHARACTERS = 80


class BadInput(Exception):
    """The input cannot be taken. The message names file, line and field and says what is wrong."""


class Fields:
    """A JSON object of the input that knows where it stands. `size` is that of its line in bytes."""

    def __init__(self, content: dict[str, Any], *, file: str, line: int, path: str = "", size: int = 0) -> None:
        self.content = content
        self.file = file
        self.line = line
        self.path = path
        self.size = size

    def error(self, field: str, message: str) -> BadInput:
        """Return the error for a field of this object."""
        return BadInput(f"{self.file}, line {self.line}, field {self._name(field)}: {message}.")

    def text(self, field: str, *, default: str | None = None) -> str:
        """Return a field that is text. Without a `default` it must be there and not be empty."""
        value = self.content.get(field, default)
        if not isinstance(value, str):
            raise self.error(field, "text is expected" if field in self.content else "it is missing")
        if default is None and not value.strip():
            raise self.error(field, "it is empty")
        return value

    def key(self, field: str, *, default: str | None = None) -> str:
        """Return a field that names something: text that is not empty and fits the column for names."""
        value = self.text(field, default=default)
        if len(value) > MAX_KEY_LENGTH:
            raise self.error(field, f"it is longer than {MAX_KEY_LENGTH} characters")
        return value

    def object(self, field: str) -> "Fields":
        """Return a field that is an object."""
        value = self.content.get(field)
        if not isinstance(value, dict):
            raise self.error(field, "an object is expected" if field in self.content else "it is missing")
        return Fields(value, file=self.file, line=self.line, path=self._name(field))

    def objects(self, field: str, *, optional: bool = False) -> list["Fields"]:
        """Return a field that is a list of objects; an `optional` one may be missing."""
        if optional and field not in self.content:
            return []
        value = self.content.get(field)
        if not isinstance(value, list):
            raise self.error(field, "a list is expected" if field in self.content else "it is missing")
        for position, item in enumerate(value):
            if not isinstance(item, dict):
                raise self.error(f"{field}[{position}]", "an object is expected")
        return [
            Fields(item, file=self.file, line=self.line, path=f"{self._name(field)}[{position}]")
            for position, item in enumerate(value)
        ]

    def messages(self, field: str) -> list[dict[str, str]]:
        """Return a field that is a chat transcript: a list of {role, content}, not empty."""
        messages = [
            {"role": item.text("role"), "content": item.text("content", default="")} for item in self.objects(field)
        ]
        if not messages:
            raise self.error(field, "it is empty")
        return messages

    def others(self, *known: str) -> dict[str, Any]:
        """Return the fields that are not among the `known` ones. They may not be nested too deeply."""
        found = {name: value for name, value in self.content.items() if name not in known}
        for name in found:
            self.require_shallow(name)
        return found

    def require_shallow(self, field: str) -> None:
        """Raise `BadInput` where a field is nested deeper than `MAX_DEPTH`."""
        pending = [(self.content[field], 0)]
        while pending:
            value, depth = pending.pop()
            if depth > MAX_DEPTH:
                raise self.error(field, f"it is nested more than {MAX_DEPTH} levels deep")
            pending += [(inner, depth + 1) for inner in _inner(value)]

    def _name(self, field: str) -> str:
        return f"{self.path}.{field}" if self.path else field


def quoted(value: object) -> str:
    """Return a value of the input as an error message may hold it: short, whatever the input holds."""
    if isinstance(value, (dict, list)):
        return "a list" if isinstance(value, list) else "an object"
    if isinstance(value, str):
        return repr(value if len(value) <= _SHOWN_CHARACTERS else f"{value[:_SHOWN_CHARACTERS]}…")
    shown = "null" if value is None else json.dumps(value)
    return shown if len(shown) <= _SHOWN_CHARACTERS else f"a number of {len(shown)} digits"


def read_lines(path: Path, *, name: str = "") -> Iterator[Fields]:
    """Yield the objects of a JSON Lines file, one line in memory at a time. `name` is what errors call it.

    Raises `BadInput` for a missing file, a line that is too long, is not UTF-8, is not a JSON object, or holds
    characters no database can store.
    """
    name = name or path.name
    try:
        file = path.open("rb")
    except OSError as error:
        raise BadInput(f"{name}: the file cannot be read ({error.strerror}).") from error
    with file:
        yield from _objects(file, name)


def in_batches(lines: Iterable[Fields]) -> Iterator[list[Fields]]:
    """Gather lines into batches of at most 50 that end as soon as they hold 4 MiB."""
    batch: list[Fields] = []
    size = 0
    for line in lines:
        batch.append(line)
        size += line.size
        if len(batch) == _BATCH_LINES or size >= _BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _objects(file: BinaryIO, name: str) -> Iterator[Fields]:
    number = 0
    while line := file.readline(MAX_LINE_BYTES + 1):
        number += 1
        if len(line) > MAX_LINE_BYTES:
            raise BadInput(f"{name}, line {number}: the line is longer than {MAX_LINE_BYTES // 2**20} MiB.")
        if number == 1:
            line = line.removeprefix(b"\xef\xbb\xbf")
        if line.strip():
            yield Fields(_parse(line, name, number), file=name, line=number, size=len(line))


def _parse(line: bytes, name: str, number: int) -> dict[str, Any]:
    where = f"{name}, line {number}"
    try:
        text = line.decode()
    except UnicodeDecodeError as error:
        raise BadInput(f"{where}: byte {error.start + 1} is not UTF-8; save the file as UTF-8.") from error
    try:
        content = json.loads(text, parse_constant=_refuse_constant, parse_float=_finite)
    except json.JSONDecodeError as error:
        raise BadInput(
            _("%(where)s: not valid JSON (%(msg)s, column %(colno)s).")
            % {"where": where, "msg": error.msg, "colno": error.colno}
        ) from error
    except RecursionError as error:
        raise BadInput(f"{where}: it is nested too deeply to be read.") from error
    except ValueError as error:
        # Python refuses to read integers of more than 4,300 digits, which would take it very long.
        reason = "a number has too many digits" if "digits" in str(error) else str(error)
        raise BadInput(f"{where}: not valid JSON ({reason}).") from error
    if not isinstance(content, dict):
        raise BadInput(f"{where}: an object in braces is expected.")
    if "\\u0000" in text or "\\ud" in text.lower():
        _refuse_unstorable(content, where)
    return content


def _refuse_constant(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON number")


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(f"the number {text[:20]} is too large")
    return value


def _refuse_unstorable(content: dict[str, Any], where: str) -> None:
    """Refuse NUL characters and halves of surrogate pairs, which JSON can spell and no database can store."""
    pending: list[Any] = [content]
    while pending:
        value = pending.pop()
        pending += _inner(value)
        for text in (value,) if isinstance(value, str) else value if isinstance(value, dict) else ():
            if "\x00" in text:
                raise BadInput(
                    _("%(where)s: the text holds a NUL character, which cannot be stored.") % {"where": where}
                )
            if any("\ud800" <= character <= "\udfff" for character in text):
                raise BadInput(f"{where}: the text holds half of a surrogate pair.")


def _inner(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []
