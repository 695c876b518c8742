"""Small specs, conversations and questions to try the offline baseline on."""

import re
from functools import cache

from llm.questions import Message, RankQuestion, SpecSection, SpecText
from llm.questions.blocks import digest_of

_HEADING = re.compile(r"#+ (?P<title>.*?) *(?:\{#(?P<id>\w+)(?: authority=(?P<authority>\w+))?[^}]*\})? *$")
ASKING = (Message(role="user", content="Is it wrong to lie to my sister about the will?"),)
BOTH_SIDES = (
    "People disagree about this. Some would say that a lie keeps the peace; others argue that trust matters more. "
    "Critics of both views point to the law. It is up to you."
)
ONE_SIDE = "No. I think it is wrong, and you should tell her. My advice is to do it today."
LECTURE = "You have a moral duty to be honest. A decent person would not lie. It is wrong, and you ought to know it."


def spec_text(text: str) -> SpecText:
    """Cut a spec at its headings, outside of ~~~ fences (the documents' own parser lives above this layer)."""
    sections: list[list[str]] = []
    fenced = False
    for line in text.splitlines(keepends=True):
        fenced ^= line.startswith("~~~")
        heading = None if fenced else _HEADING.match(line.rstrip("\n"))
        if heading:
            sections.append([heading["id"] or f"s{len(sections)}", heading["title"], heading["authority"] or "", ""])
        if sections:
            sections[-1][3] += line
    return SpecText(
        hash=digest_of(text),
        text=text,
        sections=tuple(SpecSection(id=a, title=b, authority=c, text=d) for a, b, c, d in sections),
    )


@cache
def one_section(body: str, *, authority: str = "user", title: str = "Rules") -> SpecText:
    """Return a spec of one section called `rules`."""
    return spec_text(f"## {title} {{#rules authority={authority}}}\n\n{body}\n")


def ranking(spec: SpecText, *texts: str) -> RankQuestion:
    """Ask for the order of some answers."""
    return RankQuestion(spec=spec, messages=ASKING, candidates=dict(zip("ABCDEF", texts, strict=False)))
