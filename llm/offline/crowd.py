"""Find what a crowd wants from its rankings: a weight per dimension, with the noise it carries.

The answers' features are compared pair by pair; what is fitted is by how much more people prefer the first of a pair
when it shows more of a dimension. With several conversations the fit is a ridge regression whose errors are clustered
by conversation (each has its own answers); with one or few, people are the sample, and the statistic is each person's
own covariance between preference and feature.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from llm.questions import Case
from measures.rankings import RankingError, parse, places_by_score

from .dimensions import Floats, dimensions, response_features

FEWEST_CASES: Final = 6
"""From how many conversations on they are the sample, and not the people."""

_RIDGE: Final = 0.15


@dataclass(frozen=True)
class CaseRankings:
    """A conversation's answers as features (K, D), the ranker's places, and every person's places (n, K)."""

    features: Floats
    ranker: NDArray[np.int8]
    people: NDArray[np.int8]

    @cached_property
    def pairs(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """The pairs of answers, as two arrays of places in the letters."""
        first, second = np.triu_indices(len(self.features), 1)
        return first, second

    @cached_property
    def differences(self) -> Floats:
        """What the first answer of each pair shows more than the second, (pairs, D)."""
        first, second = self.pairs
        return self.features[first] - self.features[second]

    def preferences(self, places: NDArray[np.int8]) -> Floats:
        """Return 1/2, 0 or -1/2 for each pair: the first is better, tied, worse. Keeps leading axes."""
        first, second = self.pairs
        preferences: Floats = np.sign(places[..., second].astype(float) - places[..., first]) / 2
        return preferences

    @cached_property
    def of_people(self) -> Floats:
        """Everybody's preferences, (n, pairs)."""
        return self.preferences(self.people)

    @cached_property
    def _agreement_terms(self) -> tuple[Floats, float]:
        """What agreement is made of: for each pair the mean pull of people, and the agreement of a tie of all."""
        strict = np.abs(self.of_people).sum(axis=1) * 2
        counted = strict > 0
        if not counted.any():
            return np.zeros(len(self.pairs[0])), float("nan")
        return (self.of_people[counted] * 2 / strict[counted, None]).mean(axis=0), 0.5

    def agreement(self, places: NDArray[np.int8]) -> float:
        """Return the mean pair agreement of an order with the people (ties of the order count 1/2), or NaN."""
        pull, base = self._agreement_terms
        return float(base + pull @ self.preferences(places))


@dataclass(frozen=True)
class CrowdWeights:
    """What a crowd wants of each dimension.

    `weights` is its liking; `z` the liking in standard errors; `gap` what it likes beyond what the ranker already
    gave. All of shape (dimensions,).
    """

    weights: Floats
    z: Floats
    gap: Floats


def case_rankings(case: Case) -> CaseRankings | None:
    """Return a case in numbers, or None if no ranking in it can be read."""
    size = len(case.candidates)
    people = [places for opinion in case.people if (places := _places(opinion.ranking, size)) is not None]
    crowd = _places(case.crowd_order, size)
    if not people and crowd is not None:
        people = [crowd]
    if not people:
        return None
    ranker = _places(case.ranker_order, size)
    return CaseRankings(
        features=np.array([response_features(text) for text in case.candidates.values()]),
        ranker=np.zeros(size, dtype=np.int8) if ranker is None else ranker,
        people=np.array(people),
    )


def fit(cases: Sequence[CaseRankings]) -> CrowdWeights:
    """Fit the crowd's weights from at least one case."""
    crowd = [case.of_people.mean(axis=0) for case in cases]
    gaps = [mean - case.preferences(case.ranker) for case, mean in zip(cases, crowd, strict=True)]
    if len(cases) < FEWEST_CASES:
        return _fit_by_people(cases, gaps)
    weights, errors = _ridge([case.differences for case in cases], crowd)
    gap, _ = _ridge([case.differences for case in cases], gaps)
    return CrowdWeights(weights, _ratio(weights, errors), gap)


def mean_agreement(cases: Sequence[CaseRankings], weights: Floats, tie_width: float) -> float:
    """Return the agreement of people with an order by the weights, mean over cases; 0.5 where nobody orders."""
    values = [case.agreement(places_by_score(case.features @ weights, tolerance=tie_width)) for case in cases]
    known = [value for value in values if not np.isnan(value)]
    return float(np.mean(known)) if known else 0.5


def _fit_by_people(cases: Sequence[CaseRankings], gaps: Sequence[Floats]) -> CrowdWeights:
    own = np.concatenate([case.of_people @ case.differences / len(case.differences) for case in cases])
    spread = sum(float((case.differences**2).mean()) for case in cases) / len(cases) + 1e-9
    mean = own.mean(axis=0)
    errors = own.std(axis=0, ddof=1) / np.sqrt(len(own)) if len(own) > 1 else np.full(mean.shape, np.inf)
    gap = np.mean([case.differences.T @ gap / len(gap) for case, gap in zip(cases, gaps, strict=True)], axis=0)
    return CrowdWeights(mean / spread, _ratio(mean, errors), gap / spread)


def _ridge(differences: Sequence[Floats], preferences: Sequence[Floats]) -> tuple[Floats, Floats]:
    """Return coefficients and standard errors clustered by case; every case weighs the same."""
    size = len(dimensions())
    gram, moment = np.zeros((size, size)), np.zeros(size)
    for block, wanted in zip(differences, preferences, strict=True):
        gram += block.T @ block / len(block)
        moment += block.T @ wanted / len(block)
    penalty = _RIDGE * np.trace(gram) / size + 1e-9
    inverse = np.linalg.inv(gram + penalty * np.eye(size))
    weights = inverse @ moment
    meat = np.zeros((size, size))
    for block, wanted in zip(differences, preferences, strict=True):
        score = block.T @ (wanted - block @ weights) / len(block)
        meat += np.outer(score, score)
    count = len(differences)
    errors = np.sqrt(np.clip(np.diag(inverse @ meat @ inverse), 0, None) * count / (count - 1))
    return weights, errors


def _ratio(values: Floats, errors: Floats) -> Floats:
    """Return values in standard errors; 0 where there is no error to speak of (a feature that never differs)."""
    safe = np.where(errors > 1e-9, errors, np.inf)
    ratio: Floats = values / safe
    return ratio


def _places(text: str, size: int) -> NDArray[np.int8] | None:
    try:
        return parse(text, size)
    except RankingError:
        return None
