"""Links from one section to another: `[?](#id)`, `[text](#id)`, and `BAD[#id]` in the comments of examples."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_LINK = re.compile(r"\[(?P<text>[^\[\]]*)\]\(#(?P<target>[^\s()]+)(?:[ \t]+\"[^\"]*\")?\)")
_RULE = re.compile(r"\b(?:GOOD|BAD|OK)\[#(?P<target>[^\s\[\]]+)\]")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_CODE = re.compile(r"(?<!`)(`+)(?!`)[^\r\n]*?(?<!`)\1(?!`)")


@dataclass(frozen=True)
class Link:
    """A link to a section: the id it points to, its text ("?" stands for the section's title), and its offset."""

    target: str
    text: str
    start: int


def find_links(text: str, *, start: int, end: int, fences: Iterable[tuple[int, int]]) -> Iterator[Link]:
    """Yield the links in `text[start:end]`, which holds `fences` (offsets, in order).

    Inside a fence only the comments of an example speak for the document; what its people say does not.
    """
    position = start
    for fence_start, fence_end in fences:
        yield from _links_outside(text, position, fence_start)
        for comment in _COMMENT.finditer(text, fence_start, fence_end):
            for pattern in (_RULE, _LINK):
                for match in pattern.finditer(text, comment.start(), comment.end()):
                    yield Link(match["target"], match.groupdict().get("text") or "", match.start())
        position = fence_end
    yield from _links_outside(text, position, end)


def _links_outside(text: str, start: int, end: int) -> Iterator[Link]:
    found = list(_LINK.finditer(text, start, end))
    code = [match.span() for match in _CODE.finditer(text, start, end)] if found else []
    for match in found:
        if not any(low < match.start() < high for low, high in code):
            yield Link(match["target"], match["text"], match.start())
