"""Propose edits of a spec: for the dimensions on which crowd and spec differ most, a clause in the crowd's direction.

Only what stands out of the noise is proposed (`Z_FOR_CASES`, `Z_FOR_PEOPLE`), and only what would bring the offline
ranker closer to the people of the cases. Where a sentence of the spec asks for the opposite it is replaced; else a
sentence is put into the section that speaks of the nearest matters.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from llm.questions import Proposed, ProposedEdit, ProposeQuestion, SpecSection, SpecText

from .crowd import FEWEST_CASES, CaseRankings, CrowdWeights, case_rankings, fit, mean_agreement
from .dimensions import Dimension, dimensions, index_of
from .ranking import tie_width
from .spec_weights import Instruction, SpecWeights, clause_weights, spec_weights, with_section

Z_FOR_CASES: Final = 2.5
"""How many standard errors (clustered by conversation) the crowd's liking must be from nothing."""

Z_FOR_PEOPLE: Final = 3.0
"""The same where few conversations leave people as the sample; two dozen dimensions are looked at."""

LEAST_GAIN: Final = 0.005
"""The least gain in the offline ranker's agreement, on the cases themselves, that is worth an edit."""

_LEAD: Final = re.compile(
    r"^(?P<lead>[^.!?;:]{0,140}?\b)(?:[Tt]he (?:assistant|model)|[Ii]t) (?:should|must|may|shall|will)\b"
)
_LONGEST_ANCHOR: Final = 900
_SILENT: Final = 0.25
_MAIN_SHARE: Final = 0.45
_NEIGHBOURS_SHARE: Final = 0.4


@dataclass(frozen=True)
class _Candidate:
    """An edit that might be proposed, its dimension, and by how much the offline ranker's agreement would rise."""

    dimension: int
    edit: ProposedEdit
    gain: float


def propose(question: ProposeQuestion) -> Proposed:
    """Return edits, the one with the greatest expected gain first, each for another dimension."""
    cases = [numbers for case in question.cases if (numbers := case_rankings(case)) is not None]
    if not cases:
        return Proposed(edits=[])
    crowd = fit(cases)
    weights = spec_weights(question.spec)
    before = _agreement(cases, weights)
    candidates = []
    for place, sign in _standing_out(crowd, len(cases)):
        best = _best_edit(question.spec, weights, cases, place, sign)
        if best is not None and best.gain - before >= LEAST_GAIN:
            candidates.append(best)
    candidates.sort(key=lambda candidate: (-round(candidate.gain, 9), candidate.dimension))
    return Proposed(edits=_different(candidates)[: question.limit])


def _standing_out(crowd: CrowdWeights, cases: int) -> list[tuple[int, int]]:
    """Return the dimensions whose liking stands out of the noise and goes beyond the ranker's, with its sign."""
    threshold = Z_FOR_CASES if cases >= FEWEST_CASES else Z_FOR_PEOPLE
    stands_out = (np.abs(crowd.z) >= threshold) & (np.sign(crowd.gap) == np.sign(crowd.weights))
    return [(int(place), int(np.sign(crowd.weights[place]))) for place in np.flatnonzero(stands_out)]


def _best_edit(
    spec: SpecText, weights: SpecWeights, cases: Sequence[CaseRankings], place: int, sign: int
) -> _Candidate | None:
    """Return the edit in the dimension's direction that would bring the offline ranker closest to people."""
    best = None
    for edit, section, text in _edits(spec, weights, place, sign):
        gain = _agreement(cases, with_section(weights, section, text))
        if best is None or gain > best.gain + 1e-9:
            best = _Candidate(place, edit, gain)
    return best


def _agreement(cases: Sequence[CaseRankings], weights: SpecWeights) -> float:
    return mean_agreement(cases, weights.total, tie_width(weights))


def _edits(
    spec: SpecText, weights: SpecWeights, place: int, sign: int
) -> Iterator[tuple[ProposedEdit, SpecSection, str]]:
    """Yield the edits worth trying, each with its section and that section's text afterwards."""
    replaced = list(_replacements(spec, weights, place, sign))
    yield from replaced or _insertions(spec, weights, place, sign)


def _replacements(
    spec: SpecText, weights: SpecWeights, place: int, sign: int
) -> Iterator[tuple[ProposedEdit, SpecSection, str]]:
    dimension = dimensions()[place]
    for section, reading in zip(spec.sections, weights.readings, strict=True):
        if section.authority == "root":
            continue
        for instruction in reading.instructions:
            anchor = anchor_of(section.text, instruction)
            asked = clause_weights(instruction.clauses)
            # A sentence that mostly speaks of other things would take them with it.
            if anchor and asked[place] * sign < 0 and abs(asked[place]) >= _MAIN_SHARE * np.abs(asked).sum():
                text = _replacement(anchor, dimension, sign)
                edit = _edit("replace", section, anchor, text, dimension, sign, "change_of_principle")
                yield edit, section, section.text.replace(anchor, text)


def _insertions(
    spec: SpecText, weights: SpecWeights, place: int, sign: int
) -> Iterator[tuple[ProposedEdit, SpecSection, str]]:
    dimension = dimensions()[place]
    asked = float(weights.total[place]) * sign
    kind: Literal["clarification", "change_of_principle"] = (
        "clarification" if asked > -_SILENT else "change_of_principle"
    )
    home = _home(spec, weights, place)
    if home is None:
        return
    section, anchor = home
    sentence = f"The assistant should {_asking(dimension, sign)}."
    edit = _edit("insert_text", section, anchor, sentence, dimension, sign, kind)
    yield edit, section, section.text.replace(anchor, f"{anchor} {sentence}")


def _home(spec: SpecText, weights: SpecWeights, place: int) -> tuple[SpecSection, str] | None:
    """Return the section that says most of the dimension or its neighbours, and the sentence to write after."""
    shares = np.zeros(len(dimensions()))
    shares[place] = 1.0
    for key in dimensions()[place].near:
        shares[index_of(key)] = _NEIGHBOURS_SHARE
    best: tuple[float, SpecSection, str] | None = None
    for section, reading in zip(spec.sections, weights.readings, strict=True):
        anchors = [anchor for instruction in reading.instructions if (anchor := anchor_of(section.text, instruction))]
        if section.authority == "root" or not anchors:
            continue
        nearness = float(np.abs(reading.weights) @ shares)
        if best is None or nearness > best[0]:
            best = (nearness, section, anchors[-1])
    return None if best is None else best[1:]


def anchor_of(text: str, instruction: Instruction) -> str:
    """Return the exact sentence if it can be replaced or followed by another without harm to its section, or ''."""
    anchor = text[instruction.start : instruction.end]
    before = text[max(instruction.start - 1, 0) : instruction.start]
    safe = (
        anchor[-1:] in {".", "!"}
        and anchor[0].isupper()
        and len(anchor) <= _LONGEST_ANCHOR
        and text.count(anchor) == 1
        and (not before or before.isspace())
        and not any(mark in anchor for mark in ("\n\n", "[^", "~~~", "```", "|", "<", "{#"))
        and all(anchor.count(mark) % 2 == 0 for mark in ("*", "`", '"', "_"))
        and anchor.count("[") == anchor.count("]")
        and anchor.count("(") == anchor.count(")")
    )
    return anchor if safe else ""


def _replacement(anchor: str, dimension: Dimension, sign: int) -> str:
    """Return the sentence that asks for the crowd's direction, under the same condition as the one it replaces."""
    found = _LEAD.match(anchor)
    lead = found["lead"] if found else ""
    subject = "the assistant" if lead.strip() else "The assistant"
    return f"{lead}{subject} should {_asking(dimension, sign)}."


def _asking(dimension: Dimension, sign: int) -> str:
    return dimension.more if sign > 0 else dimension.less


def _edit(
    operation: Literal["replace", "insert_text"],
    section: SpecSection,
    anchor: str,
    text: str,
    dimension: Dimension,
    sign: int,
    kind: Literal["clarification", "change_of_principle"],
) -> ProposedEdit:
    intent = dimension.more_intent if sign > 0 else dimension.less_intent
    if operation == "replace":
        intent += f' So far the section "{section.title}" asks for the opposite.'
    elif kind == "change_of_principle":
        intent += " So far the spec leans the other way."
    return ProposedEdit(intent=intent, kind=kind, operation=operation, section_id=section.id, anchor=anchor, text=text)


def _different(candidates: Sequence[_Candidate]) -> list[ProposedEdit]:
    """Leave out edits whose anchor an earlier one has taken: edits must apply independently of each other."""
    kept: dict[tuple[str, str], ProposedEdit] = {}
    for candidate in candidates:
        kept.setdefault((candidate.edit.section_id, candidate.edit.anchor), candidate.edit)
    return list(kept.values())
