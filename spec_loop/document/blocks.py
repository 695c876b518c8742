"""Find the lines that give a document its shape: headings and fences.

This is the part of CommonMark the dialect uses. Headings are the kind with hashes. A line inside a fence or inside
an HTML comment is never a heading, and neither is one that is indented by four or quoted with `>`. A fence that is
indented by four opens only in a list item or an admonition, and ends with it at the latest.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

# str.splitlines would also break lines at form feeds, U+0085 and U+2028, which Markdown does not.
_LINE = re.compile(r"([^\r\n]*)(\r\n|\n|\r|\Z)")
# A pattern takes all there is to the end of a line; what trails is cut off afterwards. Sought by the pattern, it would
# cost the square of the length of a line full of blanks.
_HEADING = re.compile(r"\ufeff? {0,3}(#{1,6})(?:[ \t]+(.*))?$")
_CONTAINER = re.compile(r" {0,3}(?:[-*+]|\d{1,9}[.)])(?:[ \t]|$)| {0,3}!!!(?:[ \t]|$)")
_FENCE = re.compile(r"(\ufeff?[ \t]*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+)?)(~{3,}|`{3,})(.*)$")
_COMMENT = re.compile(r"\ufeff? {0,3}<!--")


@dataclass(frozen=True)
class Line:
    """A line: offsets in the document with its line break, number from 1, and text without the break."""

    start: int
    end: int
    number: int
    text: str

    @property
    def indent(self) -> int:
        """Width of the white space before the text; a tab goes to the next multiple of four."""
        expanded = self.text.expandtabs(4)
        return len(expanded) - len(expanded.lstrip(" "))

    @property
    def is_blank(self) -> bool:
        """Whether it holds nothing but white space."""
        return not self.text.strip()


@dataclass(frozen=True)
class HeadingLine:
    """A heading: its line, level (1 to 6) and text without the hashes."""

    line: Line
    level: int
    text: str


@dataclass(frozen=True)
class Fence:
    """A fenced block: offsets from its opening line to its closing line, and of the text in between."""

    start: int
    end: int
    body_start: int
    body_end: int
    line: int
    language: str
    is_closed: bool


@dataclass(frozen=True)
class Shape:
    """The headings and fences of a document, and its lines outside fences and comments."""

    headings: tuple[HeadingLine, ...]
    fences: tuple[Fence, ...]
    open_lines: tuple[Line, ...]


def lines_of(text: str) -> Iterator[Line]:
    """Yield the lines of a text, however they end."""
    for number, match in enumerate(_LINE.finditer(text), start=1):
        if match.start() == len(text):
            return
        yield Line(match.start(), match.end(), number, match.group(1))


@dataclass
class _OpenFence:
    line: Line
    indent: int
    marker: str
    language: str
    contained: bool

    def closes(self, line: Line) -> bool:
        text = line.text.strip()
        return (
            len(text) >= len(self.marker)
            and set(text) == {self.marker[0]}
            and line.indent <= (self.indent + 3 if self.contained else 3)
        )

    def is_left_by(self, line: Line) -> bool:
        return self.contained and not line.is_blank and line.indent < min(self.indent, 4)

    def fence(self, *, body_end: int, end: int, is_closed: bool) -> Fence:
        return Fence(self.line.start, end, self.line.end, body_end, self.line.number, self.language, is_closed)


def find_shape(text: str) -> Shape:
    """Return the headings and fences of a document."""
    scan = _Scan()
    for line in lines_of(text):
        scan.read(line)
    scan.finish(len(text))
    return Shape(tuple(scan.headings), tuple(scan.fences), tuple(scan.open_lines))


class _Scan:
    def __init__(self) -> None:
        self.headings: list[HeadingLine] = []
        self.fences: list[Fence] = []
        self.open_lines: list[Line] = []
        self._fence: _OpenFence | None = None
        self._in_comment = False
        self._in_container = False

    def read(self, line: Line) -> None:
        if self._fence is not None and self._read_in_fence(self._fence, line):
            return
        if self._in_comment or _COMMENT.match(line.text):
            self._in_comment = "-->" not in line.text
            return
        self._fence = self._opening(line)
        if self._fence is None:
            self._read_open(line)

    def finish(self, end: int) -> None:
        if self._fence is not None:
            self.fences.append(self._fence.fence(body_end=end, end=end, is_closed=False))

    def _read_in_fence(self, fence: _OpenFence, line: Line) -> bool:
        if fence.closes(line):
            self.fences.append(fence.fence(body_end=line.start, end=line.end, is_closed=True))
        elif fence.is_left_by(line):
            self.fences.append(fence.fence(body_end=line.start, end=line.start, is_closed=False))
            self._fence = None
            return False
        else:
            return True
        self._fence = None
        return True

    def _opening(self, line: Line) -> _OpenFence | None:
        match = _FENCE.match(line.text)
        if match is None or (match[2][0] == "`" and "`" in match[3]):
            return None
        indent = len(match[1].lstrip("\ufeff").expandtabs(4))
        marked = bool(match[1].strip("\ufeff \t"))
        if line.indent >= 4 and not self._in_container:
            return None
        words = match[3].split(maxsplit=1)
        language = words[0].lower() if words else ""
        return _OpenFence(line, indent, match[2], language, contained=marked or indent >= 4)

    def _read_open(self, line: Line) -> None:
        self.open_lines.append(line)
        heading = _HEADING.match(line.text)
        if heading:
            self.headings.append(HeadingLine(line, len(heading[1]), (heading[2] or "").rstrip(" \t")))
        if not line.is_blank and line.indent < 4:
            self._in_container = bool(_CONTAINER.match(line.text))
