"""Signs that a text was not written by the person on this page: pasted, too quick for a hand, a machine's phrases."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from .given import Finding, Given, Material
from .kinds import MACHINE_PHRASES, PASTED, TYPED_TOO_FAST, strength_of

SHARE_PASTED: Final = 0.8
"""Of a field's characters. Below it a person has worked on what was pasted."""

SHORTEST_PASTED: Final = 60
"""Characters. A pasted word or name is nothing to remark on."""

SHORTEST_TYPED: Final = 100
"""Characters. Times are in whole seconds: over less the rate is mostly rounding, or one completed sentence."""

FASTEST: Final = 20.0
"""Characters a second. Of 136 million keystrokes of 168,000 people (Dhakal et al. 2018) the fastest reached about 10,
speech is dictated at about 15."""

EXTREMELY_FAST: Final = 100.0

FEWEST_TEXTS: Final = 2
SHARE_OF_TEXTS: Final = 0.3

FEWEST_MACHINE_TEXTS: Final = 3
FEWEST_MARKS: Final = 2
MOST_STRENGTH: Final = 0.5
"""A weak sign: it never looks as strong as one that was measured."""

_MARKS: Final = tuple(
    re.compile(pattern, re.IGNORECASE | re.MULTILINE)
    for pattern in (
        r"\bas an? (?:ai|artificial intelligence|large language model|language model)\b",
        r"\b(?:certainly|sure|of course)[!,] (?:here|let)\b",
        r"\bhere(?:'s| is) (?:a|an|the|my) (?:response|justification|ranking|explanation)\b",
        r"\bit(?:'s| is) (?:important|worth|crucial|essential) to (?:note|consider|recogni[sz]e|acknowledge|remember)",
        r"\b(?:furthermore|moreover|additionally|in conclusion|overall|ultimately), ",
        r"\b(?:delv(?:e|es|ing)|tapestry|multifaceted|nuanced|underscor(?:e|es|ing)|foster(?:s|ing)?|holistic)\b",
        r"\bstrik(?:es|ing) (?:a|the right) balance\b|\bnot only\b.{5,80}\bbut also\b",
        r"^\s*(?:#{1,4} |[-*•] \S.*\n\s*[-*•] |\d+\. \S.*\n\s*\d+\. )|\*\*[^*\n]+\*\*",
        r"\bi hope this helps\b|\blet me know if you\b|\bfeel free to\b",
        r"\S\u2014\S.*\S\u2014\S",
    )
)


def find_pasted(material: Material) -> Iterator[Finding]:
    """Flag people whose texts were mostly pasted in."""
    for person, given in material.people.items():
        fields = list(_fields(given, shortest=SHORTEST_PASTED))
        pasted = [(pk, part / (typed + part)) for pk, typed, part, _ in fields if part >= SHARE_PASTED * (typed + part)]
        if len(pasted) >= FEWEST_TEXTS and len(pasted) >= SHARE_OF_TEXTS * len(fields):
            yield Finding(
                PASTED,
                person,
                strength_of(len(pasted) / len(fields), threshold=SHARE_OF_TEXTS, extreme=1.0),
                {
                    "texts_pasted": len(pasted),
                    "longer_texts": len(fields),
                    "share_pasted": round(sum(share for _, share in pasted) / len(pasted), 3),
                    "assessments": sorted({pk for pk, _ in pasted}),
                },
            )


def find_typed_too_fast(material: Material) -> Iterator[Finding]:
    """Flag people whose texts came from the keyboard faster than a hand can type."""
    for person, given in material.people.items():
        fields = [field for field in _fields(given, shortest=0) if field[1] >= SHORTEST_TYPED and field[3] > 0]
        fast = [(pk, typed / seconds) for pk, typed, _, seconds in fields if typed / seconds >= FASTEST]
        if len(fast) >= FEWEST_TEXTS:
            highest = max(rate for _, rate in fast)
            yield Finding(
                TYPED_TOO_FAST,
                person,
                strength_of(highest, threshold=FASTEST, extreme=EXTREMELY_FAST),
                {
                    "texts": len(fast),
                    "longer_texts": len(fields),
                    "characters_per_second": round(highest, 1),
                    "assessments": sorted({pk for pk, _ in fast}),
                },
            )


def find_machine_phrases(material: Material) -> Iterator[Finding]:
    """Flag people whose texts hold several of the marks that language models leave."""
    for person, given in material.people.items():
        tasks = [(each.pk, max(map(count_marks, each.texts))) for each in given if each.texts]
        marked = [pk for pk, marks in tasks if marks >= FEWEST_MARKS]
        if len(marked) >= FEWEST_MACHINE_TEXTS and len(marked) >= SHARE_OF_TEXTS * len(tasks):
            share = len(marked) / len(tasks)
            yield Finding(
                MACHINE_PHRASES,
                person,
                round(MOST_STRENGTH * strength_of(share, threshold=SHARE_OF_TEXTS, extreme=1.0), 4),
                {
                    "texts": len(marked),
                    "tasks_with_text": len(tasks),
                    "most_marks_in_one": max(marks for _, marks in tasks),
                    "assessments": sorted(marked),
                },
            )


def count_marks(text: str) -> int:
    """Return how many different marks of a machine a text holds."""
    return sum(bool(mark.search(text)) for mark in _MARKS)


def _fields(given: Sequence[Given], *, shortest: int) -> Iterator[tuple[int, float, float, float]]:
    """Yield (assessment, typed, pasted, seconds) of every field that was filled with enough characters."""
    for each in given:
        for counts in each.typing.values():
            typed, pasted, seconds = (_number(counts, name) for name in ("typed", "pasted", "seconds"))
            if typed + pasted >= max(shortest, 1):
                yield each.pk, typed, pasted, seconds


def _number(counts: object, name: str) -> float:
    """Return a count that a browser has sent; what is none is 0."""
    value = counts.get(name, 0) if isinstance(counts, dict) else 0
    return float(value) if isinstance(value, (int, float)) and value >= 0 else 0.0
