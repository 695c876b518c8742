"""What people think of one prompt: their rankings, what they find unacceptable, how they score criteria.

Disagreement is kept in sight: beside every mean stand how many gave it, its interval and its spread.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from elicitation.models import AnswerState, Assessment, Block, Criterion, Prompt, Ranking, Score, UnacceptableFlag
from measures.aggregation import borda_places
from measures.agreement import Rankings, measure_agreement
from measures.rankings import format_ranking, order_of_text, utilities, weak_orders
from measures.resampling import UNDEFINED, Estimate, draw_counts, interval

from .counted import standing_scores, stands

RESAMPLES = 1000
# Both sides must hold at least this share of the scores before a criterion is said to divide people.
DIVIDED_FROM = 0.25
MOST_COMMON = 6


@dataclass(frozen=True)
class Standing:
    """How a response stands with people: mean utility (1 = always alone at the top), and how many put it where."""

    letter: str
    utility: Estimate
    places: tuple[int, ...]
    first: float


@dataclass(frozen=True)
class CrowdView:
    """The rankings of one block on one prompt.

    `order` is the crowd's by Borda, `person_to_person` how much people agree with each other, `attainable` the most
    any single ranking could agree with them.
    """

    block: Block
    people: int
    skipped: int
    not_asked: int
    order: str
    standings: list[Standing]
    common: list[tuple[str, int]]
    person_to_person: Estimate
    attainable: Estimate


def crowd_view(prompt: Prompt, block: Block) -> CrowdView:
    """Summarise the rankings of a block on a prompt."""
    rows = Ranking.objects.filter(stands("assessment__"), assessment__prompt=prompt, block=block).order_by("assessment")
    texts = [order for order in rows.values_list("order", flat=True) if order]
    asked, assessments = rows.count(), Assessment.objects.filter(stands(), prompt=prompt).count()
    orders = np.array([order_of_text(text, prompt.candidates) for text in texts], dtype=np.intp)
    person_to_person, attainable = _agreement(orders, prompt.candidates)
    places = weak_orders(prompt.candidates)[orders]
    return CrowdView(
        block=block,
        people=len(texts),
        skipped=asked - len(texts),
        not_asked=assessments - asked,
        order=format_ranking(borda_places(places, np.zeros_like(orders), 1)[0]) if texts else "",
        standings=_standings(prompt.letters, places) if texts else [],
        common=Counter(texts).most_common(MOST_COMMON),
        person_to_person=person_to_person,
        attainable=attainable,
    )


def _standings(letters: str, places: NDArray[np.int8]) -> list[Standing]:
    means = mean_intervals(utilities(places))
    return [
        Standing(
            letter=letter,
            utility=means[i],
            places=tuple(np.bincount(places[:, i], minlength=len(letters)).tolist()),
            first=float((places[:, i] == 0).mean()),
        )
        for i, letter in enumerate(letters)
    ]


def _agreement(orders: NDArray[np.intp], size: int) -> tuple[Estimate, Estimate]:
    if len(orders) < 2:
        return UNDEFINED, UNDEFINED
    rankings = Rankings(
        prompt=np.zeros_like(orders), person=np.arange(len(orders)), order=orders, sizes=np.array([size])
    )
    # Neither of the two depends on a ranker; that everything is tied stands in for one.
    measured = measure_agreement(rankings, np.array([0]), resamples=RESAMPLES)
    return measured.person_to_person, measured.attainable


def mean_intervals(values: NDArray[np.float64]) -> list[Estimate]:
    """Return the mean of every column of (people, columns) with its 95 % bootstrap interval over people."""
    people = len(values)
    if not people:
        return [UNDEFINED] * values.shape[1]
    counts = draw_counts(people, RESAMPLES, np.random.default_rng(0))
    replicates = np.vstack([values.mean(axis=0), counts.T @ values / people])
    return [interval(column) if people > 1 else Estimate(float(column[0]), None, None) for column in replicates.T]


@dataclass(frozen=True)
class Veto:
    """How many marked a response unacceptable, of those who were asked and did not skip."""

    flags: int
    asked: int

    @property
    def share(self) -> float | None:
        """The share who did, None where nobody was asked."""
        return self.flags / self.asked if self.asked else None


def vetoes(prompt: Prompt) -> dict[str, Veto]:
    """Count the flags on every response of a prompt, by letter."""
    asked = Assessment.objects.filter(stands(), prompt=prompt, unacceptable_state=AnswerState.ANSWERED).count()
    flagged = UnacceptableFlag.objects.filter(stands("assessment__"), assessment__prompt=prompt)
    flags = Counter(flagged.values_list("letter", flat=True))
    return {letter: Veto(flags=flags[letter], asked=asked) for letter in prompt.letters}


@dataclass(frozen=True)
class CriterionView:
    """The scores of a criterion: how many, their mean, their standard deviation, and how many stand on each side."""

    criterion: Criterion
    people: int
    skipped: int
    mean: Estimate
    deviation: float | None
    against: int
    indifferent: int
    in_favour: int

    @property
    def divides(self) -> bool:
        """Whether a good part of people stand on either side of it."""
        return self.people >= 4 and min(self.against, self.in_favour) >= DIVIDED_FROM * self.people


def criterion_views(prompt: Prompt) -> list[CriterionView]:
    """Summarise the scores of every criterion of a prompt, in their order."""
    criteria = list(prompt.criteria.select_related("author"))
    scores: dict[int, list[int]] = {criterion.pk: [] for criterion in criteria}
    skipped: Counter[int] = Counter()
    given = Score.objects.filter(standing_scores(), criterion__prompt=prompt).order_by("pk")
    for pk, value in given.values_list("criterion", "value"):
        if value is None:
            skipped[pk] += 1
        else:
            scores[pk].append(value)
    return [_criterion_view(criterion, scores[criterion.pk], skipped[criterion.pk]) for criterion in criteria]


def _criterion_view(criterion: Criterion, scores: Sequence[int], skipped: int) -> CriterionView:
    values = np.array(scores, dtype=np.float64)
    return CriterionView(
        criterion=criterion,
        people=len(values),
        skipped=skipped,
        mean=mean_intervals(values[:, None])[0],
        deviation=float(values.std(ddof=1)) if len(values) > 1 else None,
        against=int((values < 0).sum()),
        indifferent=int((values == 0).sum()),
        in_favour=int((values > 0).sum()),
    )
