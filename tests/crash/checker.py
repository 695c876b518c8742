"""Compare what people were told with what the database holds; every difference is a sentence.

What a form means is read here a second time, as plainly as can be: a mistake of the application must not be repeated.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.bots import Fields

from .ledger import Ledger

LETTERS = "ABCDEF"


@dataclass(frozen=True)
class StoredAssessment:
    """An assessment with all that belongs to it, in the prompt's own letters."""

    key: str
    person: int
    prompt: int
    shown_order: str
    is_surplus: bool
    given: Mapping[str, Any]


@dataclass
class Stored:
    """What the database holds of a study."""

    assessments: list[StoredAssessment] = field(default_factory=list)
    drafts: dict[str, tuple[int, Fields]] = field(default_factory=dict)
    states: dict[str, str] = field(default_factory=dict)
    people: dict[str, int] = field(default_factory=dict)
    panel_ids: list[str] = field(default_factory=list)
    targets: dict[int, int] = field(default_factory=dict)
    tasks_per_person: int = 0


def differences(ledger: Ledger, stored: Stored) -> list[str]:
    """Return a sentence for everything that is lost, doubled, wrong or too much; none where all is well."""
    return [
        *(f"a person met: {sentence}" for sentence in ledger.complaints),
        *_submissions(ledger, stored),
        *_too_much(stored),
        *_people(ledger, stored),
        *_drafts(ledger, stored),
    ]


def _submissions(ledger: Ledger, stored: Stored) -> Iterable[str]:
    by_key: dict[str, list[StoredAssessment]] = {}
    for assessment in stored.assessments:
        by_key.setdefault(assessment.key, []).append(assessment)
    for key, handed in ledger.handed.items():
        if handed.acknowledged and key not in by_key:
            yield f"lost: task {key} was acknowledged {handed.acknowledged} times and is not stored"
    for key, state in stored.states.items():
        if state == "submitted" and key not in by_key:
            yield f"lost: task {key} counts as handed in, and nothing of it is stored"
    for key, found in by_key.items():
        if len(found) > 1:
            yield f"doubled: task {key} is stored {len(found)} times"
        if stored.states.get(key) != "submitted":
            yield f"wrong: task {key} is stored, and its reservation is {stored.states.get(key)!r}"
        yield from _content(found[0], ledger)


def _content(found: StoredAssessment, ledger: Ledger) -> Iterable[str]:
    sent = ledger.handed.get(found.key)
    if sent is None:
        yield f"invented: task {found.key} is stored and was never handed in"
        return
    meant = [what_was_said(fields, found.shown_order) for fields in sent.candidates]
    if found.given not in meant:
        yield f"wrong: task {found.key} was sent as {meant} and is stored as {found.given}"


def _too_much(stored: Stored) -> Iterable[str]:
    pairs = Counter((assessment.person, assessment.prompt) for assessment in stored.assessments)
    for (person, prompt), times in pairs.items():
        if times > 1:
            yield f"doubled: person {person} has {times} assessments of prompt {prompt}"
    counted = Counter(assessment.prompt for assessment in stored.assessments if not assessment.is_surplus)
    for prompt, target in stored.targets.items():
        if counted[prompt] > target:
            yield f"too much: prompt {prompt} has {counted[prompt]} finished assessments, its target is {target}"
    done = Counter(assessment.person for assessment in stored.assessments if not assessment.is_surplus)
    for person, tasks in done.items():
        if tasks > stored.tasks_per_person:
            yield f"too much: person {person} has done {tasks} tasks of {stored.tasks_per_person}"


def _people(ledger: Ledger, stored: Stored) -> Iterable[str]:
    for person, tokens in ledger.people.items():
        if len(tokens) > 1:
            yield f"a double: {person} is {len(tokens)} people to their devices"
        if unknown := tokens - stored.people.keys():
            yield f"lost: {person} was taken in and is not stored ({len(unknown)} tokens)"
    if len(stored.people) > len(ledger.people):
        yield f"a double: {len(ledger.people)} people came, {len(stored.people)} are stored"
    for name, times in Counter(stored.panel_ids).items():
        if times > 1:
            yield f"a double: panel id {name} is {times} people"


def _drafts(ledger: Ledger, stored: Stored) -> Iterable[str]:
    handed_in = {assessment.key for assessment in stored.assessments}
    for key, kept in ledger.drafts.items():
        if key in handed_in:
            continue
        revision, fields = stored.drafts.get(key, (0, {}))
        if revision < kept.revision:
            yield f"lost: draft {key} was saved as revision {kept.revision}, stored is {revision or 'none'}"
        elif revision == kept.revision and fields != kept.answers:
            yield f"wrong: draft {key} holds something else than revision {revision} that was saved"


def what_was_said(fields: Fields, shown_order: str) -> dict[str, Any]:
    """Return what a form's answers mean, in the prompt's own letters, in the shape of `StoredAssessment.given`."""
    own = dict(zip(LETTERS, shown_order, strict=False))
    said: dict[str, Any] = {
        "unacceptable": sorted(own[letter] for letter in fields.get("unacceptable", [])),
        "unacceptable_why": _one(fields, "unacceptable_why"),
        "scores": {
            name.removeprefix("score_"): int(values[0]) for name, values in fields.items() if name.startswith("score_")
        },
        "own": (_one(fields, "own_criterion"), _number(fields, "own_score")) if _one(fields, "own_criterion") else None,
    }
    for block in ("personal", "world"):
        places = {own[letter]: _number(fields, f"{block}_place_{letter}") for letter in own}
        said[block] = (_order(places), _one(fields, f"{block}_why"))
    for scale in ("importance", "representativeness", "subjectivity"):
        said[scale] = _number(fields, scale)
    return said


def _order(places: Mapping[str, int | None]) -> str:
    text = ""
    before: int | None = None
    for place, letter in sorted((place, letter) for letter, place in places.items() if place is not None):
        text += ("" if not text else "=" if place == before else ">") + letter
        before = place
    return text


def _one(fields: Fields, name: str) -> str:
    return fields.get(name, [""])[-1]


def _number(fields: Fields, name: str) -> int | None:
    return int(_one(fields, name)) if _one(fields, name) else None
