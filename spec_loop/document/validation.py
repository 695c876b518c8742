"""Say what is wrong with a document.

An *error* makes it impossible to tell what the document says, so nothing with an error is kept: bytes that are not
UTF-8, a NUL, no text, a fence that is never closed, an id given twice, an example whose XML cannot be read.
A *warning* is told and kept, because real documents have them and still can be read: a link to no section, an
unknown authority or element, an example without a conversation, no heading at all, a byte order mark.
An edit, though, may bring in neither (see `edits`).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from . import authority
from .examples import BadXml, example_title, unknown_elements
from .parsing import SpecDocument, parse


class Severity(StrEnum):
    """How bad a problem is."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True)
class Problem:
    """Something wrong on a line (from 1) of a document; `message` is a clause without the line."""

    line: int
    message: str
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        return f"line {self.line}: {self.message}"

    @property
    def is_error(self) -> bool:
        """Whether a document with it is refused."""
        return self.severity is Severity.ERROR


class SpecInvalid(Exception):
    """The document has errors; `problems` lists them."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        super().__init__(f"{problems[0]}{more}")


def decode(data: bytes) -> str:
    """Return the text whose UTF-8 bytes are `data`, byte order mark and line ends kept as they are.

    Raises `SpecInvalid` naming line and byte.
    """
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = _line_of(data, error.start)
        message = f"byte {error.start + 1} of the file (hex {data[error.start]:02x}) is not UTF-8 text"
        raise SpecInvalid([Problem(line, message)]) from error
    return text


def _line_of(data: bytes, position: int) -> int:
    return data[:position].replace(b"\r\n", b"\n").replace(b"\r", b"\n").count(b"\n") + 1


def validate(text: str) -> list[Problem]:
    """Return the problems of a document in the order of their lines."""
    if not text.strip("\ufeff \t\r\n"):
        return [Problem(1, "the document is empty")]
    if "\0" in text:
        line = _line_of(text.encode(), text.encode().index(0))
        return [Problem(line, "the line holds a NUL character, so this is not a text file")]
    return sorted(_problems(parse(text)), key=lambda problem: problem.line)


def check(text: str) -> None:
    """Refuse a document that has errors.

    Raises `SpecInvalid`.
    """
    errors = [problem for problem in validate(text) if problem.is_error]
    if errors:
        raise SpecInvalid(errors)


def _problems(document: SpecDocument) -> Iterator[Problem]:
    if document.text.startswith("\ufeff"):
        yield Problem(1, "the file begins with a byte order mark, which is kept", Severity.WARNING)
    if not any(section.level for section in document.sections):
        yield Problem(1, "the document has no heading, so it is one single section", Severity.WARNING)
    yield from _fence_problems(document)
    yield from _id_problems(document)
    yield from _authority_problems(document)
    yield from _link_problems(document)
    yield from _example_problems(document)


def _fence_problems(document: SpecDocument) -> Iterator[Problem]:
    for fence in document.shape.fences:
        if not fence.is_closed:
            yield Problem(fence.line, "the fence that opens here is never closed")
        elif fence.language == "xml":
            yield from _xml_problems(document.text[fence.body_start : fence.body_end], fence.line + 1)


def _xml_problems(xml: str, first_line: int) -> Iterator[Problem]:
    try:
        for name in unknown_elements(xml):
            yield Problem(first_line, f"<{name}> is not an element examples have", Severity.WARNING)
    except BadXml as error:
        yield Problem(first_line + error.line - 1, str(error))


def _id_problems(document: SpecDocument) -> Iterator[Problem]:
    first_line: dict[str, int] = {}
    for section in document.sections:
        if section.id in first_line:
            yield Problem(section.line, f'the id "{section.id}" is already that of line {first_line[section.id]}')
        else:
            first_line[section.id] = section.line


def _authority_problems(document: SpecDocument) -> Iterator[Problem]:
    for section in document.sections:
        level = section.own_authority
        if level and not authority.is_known(level):
            known = ", ".join(authority.LEVELS)
            message = f'"{level}" is not a level of authority; there are {known}'
            yield Problem(section.line, message, Severity.WARNING)


def _link_problems(document: SpecDocument) -> Iterator[Problem]:
    for section in document.sections:
        for link in section.links:
            if link.target not in document.by_id:
                message = f'there is no section "#{link.target}" for the link to lead to'
                yield Problem(document.line_at(link.start), message, Severity.WARNING)


def _example_problems(document: SpecDocument) -> Iterator[Problem]:
    titled = {example.line for section in document.sections for example in section.examples}
    for line in document.shape.open_lines:
        if example_title(line.text) is not None and line.number not in titled:
            yield Problem(line.number, "the example has no conversation in a ~~~xml fence below it", Severity.WARNING)
