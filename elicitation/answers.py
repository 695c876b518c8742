"""Read what a person sent on a task: the one place that says what an answer may be.

Names of the fields (shown letters A, B, ... are those on this person's page, in their order):

- `unacceptable`: shown letters, several; `unacceptable_none`: there is none; `unacceptable_why`: the reason;
- `personal_place_A` ...: place of a response, 1 the best; `personal_skip`; `personal_why`; the same for `world_`;
- `importance`, `representativeness`, `subjectivity`: a level;
- `score_17`: score of the criterion with that key; `own_criterion`, `own_score`.

Everything can be left open and is then stored as skipped, but a ranking only on purpose: an untouched board is not an
answer, and the person is asked again.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from measures.rankings import LETTERS

from .drafts import FormFields, clean_text
from .models import AnswerState, Block
from .protocol import (
    CRITERIA,
    HIGHEST_SCORE,
    LOWEST_SCORE,
    OWN_CRITERION,
    RANKING_STEPS,
    SCALE_LEVELS,
    UNACCEPTABLE,
)

LONGEST_TEXT = 5000
LONGEST_CRITERION = 500
NOT_ASKED, SKIPPED, ANSWERED = AnswerState.NOT_ASKED.value, AnswerState.SKIPPED.value, AnswerState.ANSWERED.value
_SCORES = {str(score): score for score in range(LOWEST_SCORE, HIGHEST_SCORE + 1)} | {
    f"+{score}": score for score in range(1, HIGHEST_SCORE + 1)
}
_WHITESPACE = re.compile(r"\s+")


class AnswersRefused(Exception):
    """Some answers cannot be taken; `errors` says why, in sentences, by field, in the order of the page."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__(" ".join(errors.values()))
        self.errors = dict(errors)


@dataclass(frozen=True)
class Asked:
    """What was asked: the protocol's step keys, the letters in the order shown, the keys of the criteria."""

    steps: Collection[str]
    shown_order: str
    criteria: Sequence[int]

    @property
    def shown_letters(self) -> str:
        """The letters on the person's page: as many as there are responses, from A."""
        return LETTERS[: len(self.shown_order)]

    def canonical(self, shown: str) -> str:
        """Return the prompt's own letter of a shown one."""
        return self.shown_order[LETTERS.index(shown)]


@dataclass(frozen=True)
class GivenRanking:
    """A ranking that was asked for: canonical text, "" where it was skipped."""

    block: str
    order: str
    justification: str

    @property
    def state(self) -> str:
        """Answered or skipped."""
        return ANSWERED if self.order else SKIPPED


@dataclass
class Answers:
    """What a person gave on a task, in the prompt's own letters. A scale maps to its state and level."""

    scales: dict[str, tuple[str, int | None]] = field(default_factory=dict)
    unacceptable_state: str = NOT_ASKED
    unacceptable: tuple[str, ...] = ()
    unacceptable_rationale: str = ""
    rankings: list[GivenRanking] = field(default_factory=list)
    scores: dict[int, int | None] = field(default_factory=dict)
    own_criterion: str = ""
    own_score: int | None = None


def read_answers(fields: FormFields, asked: Asked) -> Answers:
    """Read the answers to what was asked; other fields are passed over. Raises `AnswersRefused`."""
    reading = _Reading(fields, asked)
    answers = Answers()
    if UNACCEPTABLE in asked.steps:
        reading.read_unacceptable(answers)
    for step, block in RANKING_STEPS.items():
        if step in asked.steps:
            answers.rankings.append(reading.read_ranking(step, block))
    for scale, levels in SCALE_LEVELS.items():
        answers.scales[scale] = reading.read_scale(scale, len(levels)) if scale in asked.steps else (NOT_ASKED, None)
    if CRITERIA in asked.steps:
        answers.scores = {key: reading.read_score(f"score_{key}") for key in asked.criteria}
    if OWN_CRITERION in asked.steps:
        reading.read_own_criterion(answers)
    if reading.errors:
        raise AnswersRefused(reading.errors)
    return answers


def canonical_order(places: Mapping[str, int]) -> str:
    """Return the canonical text of letters with their places (1 the best; gaps between places mean nothing).

    Example:
        >>> canonical_order({"C": 4, "A": 1, "D": 2, "B": 2})
        'A>B=D>C'
    """
    groups: dict[int, list[str]] = {}
    for letter in sorted(places):
        groups.setdefault(places[letter], []).append(letter)
    return ">".join("=".join(groups[place]) for place in sorted(groups))


class _Reading:
    """The fields of one form, and the errors found in them so far."""

    def __init__(self, fields: FormFields, asked: Asked) -> None:
        self.fields = fields
        self.asked = asked
        self.errors: dict[str, str] = {}

    def value(self, name: str) -> str:
        values = self.fields.get(name)
        return values[-1] if values else ""

    def text(self, name: str, longest: int = LONGEST_TEXT) -> str:
        text = clean_text(self.value(name)).strip()
        if len(text) > longest:
            self.errors[name] = _(
                "This is too long: %(length)d characters, where %(limit)d are possible. "
                "It is all still here; please shorten it."
            ) % {"length": len(text), "limit": longest}
        return text

    def read_unacceptable(self, answers: Answers) -> None:
        marked = set(self.fields.get("unacceptable", ())) - {""}
        none = bool(self.value("unacceptable_none"))
        why = self.text("unacceptable_why")
        if marked - set(self.asked.shown_letters):
            self.errors["unacceptable"] = _("Please mark only responses that are on the page.")
        elif marked and none:
            self.errors["unacceptable"] = _(
                "You marked a response as unacceptable and also said that none is. Please take one of the two back."
            )
        elif why and not marked:
            self.errors["unacceptable"] = _(
                "You gave a reason, but marked no response as unacceptable. Please mark the one you mean, "
                "or clear the reason."
            )
        else:
            answers.unacceptable_state = ANSWERED if marked or none else SKIPPED
            answers.unacceptable = tuple(sorted(map(self.asked.canonical, marked)))
            answers.unacceptable_rationale = why

    def read_ranking(self, step: str, block: Block) -> GivenRanking:
        shown = self.asked.shown_letters
        allowed = {str(number): number for number in range(1, len(shown) + 1)}
        sent = {letter: self.value(f"{step}_place_{letter}") for letter in shown}
        places = {self.asked.canonical(letter): allowed[place] for letter, place in sent.items() if place in allowed}
        missing = [letter for letter in shown if not sent[letter]]
        justification = self.text(f"{step}_why")
        skip = bool(self.value(f"{step}_skip"))
        if len(places) + len(missing) < len(shown):
            self.errors[step] = _("Please use only the places of the board.")
        elif skip and places:
            self.errors[step] = _(
                "You placed responses and also chose to skip this ranking. Please untick the skip, or clear the board."
            )
        elif missing and not skip:
            self.errors[step] = self._what_is_missing(missing, untouched=not places)
        return GivenRanking(block.value, canonical_order(places), justification)

    def _what_is_missing(self, missing: list[str], *, untouched: bool) -> str:
        if untouched:
            return _(
                "You have not ranked the responses yet. Put each into a place; two in one place are a tie. "
                "If you would rather not, tick the box below the board to skip this ranking."
            )
        return ngettext(
            "Response %(letters)s has no place yet. Put it where it belongs; it may share a place with others.",
            "Responses %(letters)s have no place yet. Put them where they belong; responses may share a place.",
            len(missing),
        ) % {"letters": ", ".join(missing)}

    def read_scale(self, name: str, levels: int) -> tuple[str, int | None]:
        sent = self.value(name)
        if not sent:
            return SKIPPED, None
        if sent not in map(str, range(1, levels + 1)):
            self.errors[name] = _("Please choose one of the answers offered.")
            return SKIPPED, None
        return ANSWERED, int(sent)

    def read_score(self, name: str) -> int | None:
        sent = self.value(name)
        if sent and sent not in _SCORES:
            self.errors[name] = _("Please give a score from -10 to +10.")
        return _SCORES.get(sent)

    def read_own_criterion(self, answers: Answers) -> None:
        answers.own_criterion = _WHITESPACE.sub(" ", self.text("own_criterion", LONGEST_CRITERION))
        answers.own_score = self.read_score("own_score")
        if answers.own_score is not None and not answers.own_criterion:
            self.errors["own_criterion"] = _(
                "You gave a score to a criterion that is not written yet. Please write it, or clear the score."
            )
