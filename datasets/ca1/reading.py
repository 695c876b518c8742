"""Read JSON Lines with errors that name file, line and field."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

# No line of a study comes near this; a longer one is a mistake, and reading it would fill the memory.
MAX_LINE_BYTES = 32 * 1024 * 1024


class BadInput(Exception):
    """The input cannot be taken. The message names file, line and field and says what is wrong."""


class Fields:
    """A JSON object of the input that knows where it stands."""

    def __init__(self, content: dict[str, Any], *, file: str, line: int, path: str = "") -> None:
        self.content = content
        self.file = file
        self.line = line
        self.path = path

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
        """Return the fields that are not among the `known` ones."""
        return {name: value for name, value in self.content.items() if name not in known}

    def _name(self, field: str) -> str:
        return f"{self.path}.{field}" if self.path else field


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


def _objects(file: BinaryIO, name: str) -> Iterator[Fields]:
    number = 0
    while line := file.readline(MAX_LINE_BYTES + 1):
        number += 1
        if len(line) > MAX_LINE_BYTES:
            raise BadInput(f"{name}, line {number}: the line is longer than {MAX_LINE_BYTES // 2**20} MiB.")
        if number == 1:
            line = line.removeprefix(b"\xef\xbb\xbf")
        if line.strip():
            yield Fields(_parse(line, name, number), file=name, line=number)


def _parse(line: bytes, name: str, number: int) -> dict[str, Any]:
    try:
        text = line.decode()
    except UnicodeDecodeError as error:
        raise BadInput(
            f"{name}, line {number}: byte {error.start + 1} is not UTF-8; save the file as UTF-8."
        ) from error
    try:
        content = json.loads(text, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        raise BadInput(f"{name}, line {number}: not valid JSON ({error.msg}, column {error.colno}).") from error
    except (ValueError, RecursionError) as error:
        raise BadInput(f"{name}, line {number}: not valid JSON ({error}).") from error
    if not isinstance(content, dict):
        raise BadInput(f"{name}, line {number}: an object in braces is expected.")
    if "\\u0000" in text or "\\ud" in text.lower():
        _refuse_unstorable(content, name, number)
    return content


def _refuse_constant(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON number")


def _refuse_unstorable(content: Any, name: str, number: int) -> None:
    """Refuse NUL characters and halves of surrogate pairs, which JSON can spell and no database can store."""
    flat = json.dumps(content, ensure_ascii=False)
    try:
        flat.encode()
    except UnicodeEncodeError as error:
        raise BadInput(f"{name}, line {number}: the text holds half of a surrogate pair.") from error
    if "\\u0000" in flat:
        raise BadInput(f"{name}, line {number}: the text holds a NUL character, which cannot be stored.")
