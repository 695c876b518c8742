"""Turn a spec into weights: how much it wants of each dimension, and which section says so.

Each sentence is a clause (see `clauses`); a section's clauses are added up, bounded, and weighed by its authority.
Examples, commentary and tables do not instruct. What a section's text comes to is remembered by its hash, so that after
an edit only the edited section is read again.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np

from llm.questions import SpecSection, SpecText

from .clauses import Clause, Reading, clauses, sentence_clauses
from .dimensions import Floats, dimensions
from .words import Sentence, sentences

AUTHORITY: Final = {"root": 1.5, "system": 1.3, "developer": 1.15, "user": 1.0, "guideline": 0.8}
"""What a clause of a section weighs, by the section's level of authority."""

_UNKNOWN_AUTHORITY: Final = 0.7
_SECTION_BOUND: Final = 2.0
_TITLE_SHARE: Final = 0.5
_SATURATION: Final = 6.0

_FENCED: Final = re.compile(r"(?ms)^[ \t]*(?P<fence>~{3,}|`{3,})[^\n]*\n.*?(?:^[ \t]*(?P=fence)[~`]*[ \t]*$|\Z)")
_COMMENTARY: Final = re.compile(r"(?m)^[ \t]*!!![^\n]*(?:\n(?:[ \t]+[^\n]*|[ \t]*$))*")
_ASIDE: Final = re.compile(r"(?m)^[ \t]*(?:\*\*Example|\||#{1,6}[ \t]|\[\^)[^\n]*$|<!--[^>]*-->")
_KNOWN: Final[dict[str, "SpecWeights"]] = {}
_MOST_KNOWN: Final = 64
_INSTANCE: Final = re.compile(r"\((?:e\.g\.|for example|such as|like)[^()\n]{0,400}\)")
_LINK: Final = re.compile(r"\[\?\]\([^)\n]*\)|\]\([^)\n]*\)")
_LIST_ITEM: Final = re.compile(r"[ \t]*(?:[-*•]|\d+[.)])[ \t]")


@dataclass(frozen=True)
class Instruction:
    """A sentence of a section that asks for something. `start` and `end` are offsets in the section's text."""

    start: int
    end: int
    clauses: tuple[Clause, ...]


@dataclass(frozen=True)
class SectionReading:
    """What one section asks for: a number per dimension, before authority, and the sentences that say so."""

    weights: Floats
    instructions: tuple[Instruction, ...]


@dataclass(frozen=True)
class SpecWeights:
    """What a spec asks for.

    `sections` is of shape (sections, dimensions), authority included; `total` is its sum over sections.
    """

    ids: tuple[str, ...]
    authority: tuple[float, ...]
    sections: Floats
    total: Floats
    readings: tuple[SectionReading, ...]


def spec_weights(spec: SpecText) -> SpecWeights:
    """Return what a spec asks for; the last specs are remembered by their hash."""
    known = _KNOWN.get(spec.hash)
    if known is None or known.ids != tuple(section.id for section in spec.sections):
        known = _KNOWN[spec.hash] = _read_spec(spec)
        while len(_KNOWN) > _MOST_KNOWN:
            _KNOWN.pop(next(iter(_KNOWN)), None)
    return known


def with_section(weights: SpecWeights, section: SpecSection, text: str) -> SpecWeights:
    """Return the weights of the spec in which one section's text is another."""
    readings = list(weights.readings)
    readings[weights.ids.index(section.id)] = read_section(section.title, text)
    return _assemble(weights.ids, weights.authority, tuple(readings))


def _read_spec(spec: SpecText) -> SpecWeights:
    return _assemble(
        tuple(section.id for section in spec.sections),
        tuple(authority_weight(section) for section in spec.sections),
        tuple(read_section(section.title, section.text) for section in spec.sections),
    )


def _assemble(ids: tuple[str, ...], authority: tuple[float, ...], readings: tuple[SectionReading, ...]) -> SpecWeights:
    sections = np.zeros((len(readings), len(dimensions())))
    for place, reading in enumerate(readings):
        sections[place] = authority[place] * reading.weights
    # What eighty sections mention in passing would drown what one of them is about.
    sections /= 1 + np.abs(sections.sum(axis=0)) / _SATURATION
    total = sections.sum(axis=0)
    for array in (sections, total):
        array.setflags(write=False)
    return SpecWeights(ids, authority, sections, total, readings)


@lru_cache(maxsize=20_000)
def read_section(title: str, text: str) -> SectionReading:
    """Return what a section's title and text ask for."""
    plain = instructing_text(text)
    found = [Instruction(sentence.start, sentence.end, tuple(asked)) for sentence, asked in _sentences(plain) if asked]
    weights = np.zeros(len(dimensions()))
    for instruction in found:
        weights += clause_weights(instruction.clauses)
    for _, asked in clauses(title, reading=Reading.ORDERS):
        weights += _TITLE_SHARE * clause_weights(tuple(asked))
    weights = _SECTION_BOUND * np.tanh(weights / _SECTION_BOUND)
    weights.setflags(write=False)
    return SectionReading(weights, tuple(found))


def authority_weight(section: SpecSection) -> float:
    """Return what a clause of the section weighs."""
    return AUTHORITY.get(section.authority.strip().lower(), _UNKNOWN_AUTHORITY)


def instructing_text(text: str) -> str:
    """Return a section's text with everything blanked out that does not instruct; offsets stay as they are."""
    for pattern in (_FENCED, _COMMENTARY, _ASIDE):
        text = pattern.sub(_blank, text)
    return _LINK.sub(_blank, _INSTANCE.sub(_blank, text))


def clause_weights(found: tuple[Clause, ...]) -> Floats:
    """Return the sum of clauses per dimension, within [-1.25, 1.25]: one sentence says one thing once."""
    weights = np.zeros(len(dimensions()))
    for clause in found:
        weights[clause.dimension] += clause.weight
    return np.clip(weights, -1.25, 1.25)


def _blank(match: re.Match[str]) -> str:
    # Line ends stay, so that sentences do not grow together across a block.
    return re.sub(r"[^\n]", " ", match.group())


def _sentences(plain: str) -> list[tuple[Sentence, list[Clause]]]:
    """Return the sentences that ask for something; a list item may be an order."""
    found = []
    for sentence in sentences(plain):
        item = _LIST_ITEM.match(plain, plain.rfind("\n", 0, sentence.start) + 1)
        reading = Reading.ORDERS if item is not None and item.end() == sentence.start else Reading.PROSE
        found.append((sentence, sentence_clauses(sentence, reading=reading)))
    return found
