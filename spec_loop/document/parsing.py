"""Parse a spec document into sections without losing a byte.

Sections follow each other without a gap: each begins at its heading and ends where the next begins, so that their
texts, one after the other, are the document. Text before the first heading is a section of level 0 without a title.

A section's id is the one its heading gives, `{#id}`. Where the heading gives none, the id is made from the title:
its words in lower case, joined by underscores, with `_2`, `_3`, ... added where that id is taken. Ids that headings
give come first, so a made id never takes one of those.

A section without an authority has that of the nearest section above it that has one.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from .attributes import HeadingAttributes, read_heading
from .blocks import Fence, Line, Shape, find_shape
from .examples import Example, example_title
from .links import Link, find_links


@dataclass(frozen=True)
class Section:
    """A heading and the text down to the next heading, whatever that one's level is.

    `start` and `end` are offsets in the document, `line` is the heading's line number. `authority` is the section's
    own or inherited, empty where neither is given; `own_authority` only what its heading says.
    """

    id: str
    title: str
    level: int
    authority: str
    own_authority: str
    tags: tuple[str, ...]
    start: int
    body_start: int
    end: int
    line: int
    text: str
    parent_id: str
    id_is_given: bool
    examples: tuple[Example, ...]
    links: tuple[Link, ...]
    fences: tuple[Fence, ...]

    @property
    def body(self) -> str:
        """The text below the heading."""
        return self.text[self.body_start - self.start :]


@dataclass(frozen=True)
class SpecDocument:
    """A parsed document: its whole text, the blank space before its first section, its sections and its shape."""

    text: str
    lead: str
    sections: tuple[Section, ...]
    shape: Shape

    @cached_property
    def by_id(self) -> dict[str, Section]:
        """Its sections by id; of two with one id, which a valid document has not, the first."""
        found: dict[str, Section] = {}
        for section in self.sections:
            found.setdefault(section.id, section)
        return found

    def subtree_end(self, section: Section) -> int:
        """Return the offset where the last of the sections under `section` ends."""
        after = self.sections[self.sections.index(section) + 1 :]
        for other in after:
            if other.level <= section.level:
                return other.start
        return len(self.text)

    def line_at(self, offset: int) -> int:
        """Return the number, from 1, of the line an offset lies on."""
        return len(re.findall(r"\r\n|\n|\r", self.text[:offset])) + 1


def parse(text: str) -> SpecDocument:
    """Parse a document. Any text parses; `validate` says what is wrong with it."""
    shape = find_shape(text)
    first = shape.headings[0].line.start if shape.headings else len(text)
    has_opening = bool(text[:first].strip("\ufeff \t\r\n"))
    lead = "" if has_opening else text[:first]
    return SpecDocument(text, lead, tuple(_sections(text, shape, has_opening=has_opening)), shape)


def serialise(document: SpecDocument) -> str:
    """Return the text of a document, from its sections: the very text that was parsed."""
    return document.lead + "".join(section.text for section in document.sections)


@dataclass(frozen=True)
class _Head:
    start: int
    body_start: int
    line: int
    level: int
    attributes: HeadingAttributes


def _sections(text: str, shape: Shape, *, has_opening: bool) -> Iterator[Section]:
    heads = [_Head(h.line.start, h.line.end, h.line.number, h.level, read_heading(h.text)) for h in shape.headings]
    if has_opening:
        heads.insert(0, _Head(0, 0, 1, 0, HeadingAttributes(title="")))
    ids = _ids(heads)
    lines = _LinesBySection(shape)
    above: list[tuple[int, str, str]] = []  # level, id and authority of the sections around this one
    for number, head in enumerate(heads):
        end = heads[number + 1].start if number + 1 < len(heads) else len(text)
        while above and above[-1][0] >= head.level:
            above.pop()
        authority = head.attributes.authority or (above[-1][2] if above else "")
        fences, open_lines = lines.until(end)
        yield Section(
            id=ids[number],
            title=head.attributes.title,
            level=head.level,
            authority=authority,
            own_authority=head.attributes.authority,
            tags=head.attributes.tags,
            start=head.start,
            body_start=head.body_start,
            end=end,
            line=head.line,
            text=text[head.start : end],
            parent_id=above[-1][1] if above else "",
            id_is_given=bool(head.attributes.id),
            examples=tuple(_examples(text, fences, open_lines)),
            links=tuple(find_links(text, start=head.start, end=end, fences=[(f.start, f.end) for f in fences])),
            fences=tuple(fences),
        )
        if head.level:
            above.append((head.level, ids[number], authority))


def _ids(heads: Sequence[_Head]) -> list[str]:
    taken = {head.attributes.id for head in heads}
    ids = []
    for head in heads:
        name = head.attributes.id
        if not name:
            name = _free_id(head, taken)
            taken.add(name)
        ids.append(name)
    return ids


def _free_id(head: _Head, taken: set[str]) -> str:
    words = "_".join(re.findall(r"\w+", head.attributes.title.lower().replace("'", "").replace("’", "")))
    base = words or ("section" if head.level else "opening")
    name, number = base, 1
    while name in taken:
        number += 1
        name = f"{base}_{number}"
    return name


class _LinesBySection:
    """Hands out fences and lines section by section, in one pass."""

    def __init__(self, shape: Shape) -> None:
        self._shape = shape
        self._fence = self._line = 0

    def until(self, end: int) -> tuple[list[Fence], list[Line]]:
        fences, lines = [], []
        while self._fence < len(self._shape.fences) and self._shape.fences[self._fence].start < end:
            fences.append(self._shape.fences[self._fence])
            self._fence += 1
        while self._line < len(self._shape.open_lines) and self._shape.open_lines[self._line].start < end:
            lines.append(self._shape.open_lines[self._line])
            self._line += 1
        return fences, lines


def _examples(text: str, fences: Sequence[Fence], lines: Sequence[Line]) -> Iterator[Example]:
    """Yield the examples: a title, a blank line or none, and an XML fence."""
    at = 0
    for number, line in enumerate(lines):
        title = example_title(line.text)
        if title is None:
            continue
        while at < len(fences) and fences[at].start < line.end:
            at += 1
        fence = fences[at] if at < len(fences) else None
        if fence is None or fence.language != "xml":
            continue
        between = [other for other in lines[number + 1 :][:20] if other.start < fence.start]
        titles = [title, *(other.text.strip() for other in between)]
        if not _is_one_paragraph(titles):
            continue
        yield Example(
            title=" ".join(filter(None, titles)),
            start=line.start,
            end=fence.end,
            line=line.number,
            xml=text[fence.body_start : fence.body_end],
            xml_line=fence.line + 1,
        )


def _is_one_paragraph(texts: Sequence[str]) -> bool:
    """Return whether the texts after the first blank one are blank too, so that nothing stands in between."""
    ended = False
    for text in texts[1:]:
        ended = ended or not text
        if ended and text:
            return False
    return True
