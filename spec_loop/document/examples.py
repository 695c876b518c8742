"""Examples: a title, and a conversation in XML that ends in answers to be compared.

**Example**: a question on which people differ

~~~xml
<user>...</user>
<comparison>
<assistant> <!-- GOOD: says why --> ... </assistant>
<assistant> <!-- BAD[#some_section]: ... --> ... </assistant>
</comparison>
~~~
"""

import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from django.utils.translation import gettext as _

# Who may speak in an example, and what may stand inside.
ROLES = frozenset({"system", "developer", "user", "assistant", "tool"})
PARTS = frozenset({"untrusted", "settings"})

_VERDICT = re.compile(r"(GOOD|BAD|OK)\b(?:\[#([^\s\[\]]+)\])?[ \t]*[:,]?\s*(.*)", re.DOTALL)
_BLANK_LINES = re.compile(r"\A(?:[ \t]*\n)+")
_LABEL = re.compile(r" {0,3}\*\*Example\*\*:?[ \t]*(.*)$")


class BadXml(Exception):
    """An example's XML cannot be read; the sentence says why, `line` counts within the fence from 1."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.line = line


@dataclass(frozen=True)
class Part:
    """A piece of a message: plain `text`, or what stood inside `untrusted` or `settings`."""

    kind: str
    text: str


@dataclass(frozen=True)
class Message:
    """What one of them says; an answer to be compared has a verdict (GOOD, BAD or OK) and perhaps a comment."""

    role: str
    parts: tuple[Part, ...]
    attributes: Mapping[str, str] = field(default_factory=dict)
    verdict: str = ""
    rule: str = ""
    comment: str = ""

    @property
    def text(self) -> str:
        """Everything it says."""
        return "\n".join(part.text for part in self.parts)


@dataclass(frozen=True)
class Transcript:
    """The turns that lead up to the answers, and the answers to be compared."""

    turns: tuple[Message, ...]
    answers: tuple[Message, ...]


@dataclass(frozen=True)
class Example:
    """An example of a section: offsets in the document from its title to the end of its fence."""

    title: str
    start: int
    end: int
    line: int
    xml: str
    xml_line: int

    @cached_property
    def transcript(self) -> Transcript:
        """The conversation.

        Raises `BadXml`.
        """
        return read_transcript(self.xml)


def example_title(line: str) -> str | None:
    """Return the title in a line that begins an example, None where it begins none."""
    match = _LABEL.match(line)
    return match[1].strip() if match else None


def parse_xml(xml: str) -> ElementTree.Element:
    """Return the root above the elements of an example, comments included.

    A fragment cannot declare entities, so nothing in it can grow or point outside.

    Raises `BadXml`.
    """
    parser = ElementTree.XMLParser(target=ElementTree.TreeBuilder(insert_comments=True))  # noqa: S314
    try:
        parser.feed(f"<example>{xml}</example>")
        return parser.close()
    except ElementTree.ParseError as error:
        reason = str(error).split(":", 1)[0]
        raise BadXml(
            _("the XML of the example cannot be read (%(reason)s)") % {"reason": reason}, error.position[0]
        ) from error


def unknown_elements(xml: str) -> list[str]:
    """Return the names of elements that the dialect does not have.

    Raises `BadXml`.
    """
    known = ROLES | PARTS | {"example", "comparison"}
    return [str(e.tag) for e in parse_xml(xml).iter() if isinstance(e.tag, str) and e.tag not in known]


def read_transcript(xml: str) -> Transcript:
    """Return the conversation in an example's XML.

    Raises `BadXml`.
    """
    turns: list[Message] = []
    answers: list[Message] = []
    for element in parse_xml(xml):
        if element.tag == "comparison":
            answers.extend(_message(answer) for answer in element if isinstance(answer.tag, str))
        elif isinstance(element.tag, str):
            turns.append(_message(element))
    return Transcript(tuple(turns), tuple(answers))


def _message(element: ElementTree.Element) -> Message:
    comments = [(e.text or "").strip() for e in element if not isinstance(e.tag, str)]
    verdict, rule, comment = "", "", " ".join(comments)
    match = _VERDICT.match(comments[0]) if comments else None
    if match:
        verdict, rule = match[1], match[2] or ""
        comment = " ".join([match[3].strip(), *comments[1:]]).strip()
    return Message(
        role=str(element.tag),
        parts=tuple(_parts(element)),
        attributes=dict(element.attrib),
        verdict=verdict,
        rule=rule,
        comment=comment,
    )


def _parts(element: ElementTree.Element) -> Iterator[Part]:
    """Yield the pieces of a message; a comment between two pieces of text does not part them."""
    text = element.text or ""
    for child in element:
        if isinstance(child.tag, str):
            if text.strip():
                yield Part("text", _without_blank_lines(text))
            yield Part(child.tag if child.tag in PARTS else "text", _without_blank_lines("".join(child.itertext())))
            text = ""
        text += child.tail or ""
    if text.strip():
        yield Part("text", _without_blank_lines(text))


def _without_blank_lines(text: str) -> str:
    return _BLANK_LINES.sub("", text).rstrip()
