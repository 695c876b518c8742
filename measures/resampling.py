"""Intervals by a bootstrap clustered by prompt and person.

People answer on several prompts and prompts are answered by several people, so neither answers nor prompts alone are
independent. A resample draws the prompts, and separately the people, as many as there are and with replacement; a
prompt or person drawn twice counts double. Data are never copied: a resample is a column of weights (how often each
was drawn, a multinomial count), and a statistic is asked for its value under many columns at once. An answer counts
with the product of the two weights (the pigeonhole bootstrap of Owen 2007, The Annals of Applied Statistics 1(2)),
which is known to err on the wide side. Where there is a single prompt the interval speaks of people alone, and where
there is a single person, of prompts alone.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse

from .rankings import Floats, Ints

BLOCK = 128
"""Resamples weighed at once; small enough for the weights to stay in the processor's cache."""


@dataclass(frozen=True)
class Estimate:
    """A number with its percentile interval; all None where nothing defines it."""

    estimate: float | None
    low: float | None
    high: float | None

    def to_json(self) -> dict[str, float | None]:
        """Return the three as plain JSON."""
        return {"estimate": self.estimate, "low": self.low, "high": self.high}


UNDEFINED = Estimate(None, None, None)


@dataclass(frozen=True)
class Weights:
    """How often each prompt, shape (P, b), and each person, shape (N, b), was drawn in b resamples."""

    prompts: Floats
    people: Floats


Statistic = Callable[[Weights], Floats]


def replicate(
    statistics: dict[str, Statistic], *, prompts: int, people: int, resamples: int, seed: int
) -> dict[str, Floats]:
    """Evaluate statistics on the data as they are and on resamples of them.

    Args:
        statistics: name to function; a function takes weights of b resamples and returns b values, NaN = undefined.
        prompts: P, the number of prompts to draw from.
        people: N, the number of people to draw from.
        resamples: B, how many resamples to draw; 0 gives the values alone.
        seed: what the draws depend on, and nothing else.

    Returns:
        Name to shape (1 + B,): the value on the data as they are, then those on the resamples.
    """
    parts: dict[str, list[Floats]] = {name: [] for name in statistics}
    for weights in _weights(prompts, people, resamples, seed):
        for name, statistic in statistics.items():
            parts[name].append(statistic(weights))
    return {name: np.concatenate(values) for name, values in parts.items()}


def _weights(prompts: int, people: int, resamples: int, seed: int) -> Iterator[Weights]:
    """Yield the data as they are, then the resamples, a block at a time."""
    yield Weights(np.ones((prompts, 1)), np.ones((people, 1)))
    random = np.random.default_rng(seed)
    for start in range(0, resamples, BLOCK):
        width = min(BLOCK, resamples - start)
        yield Weights(draw_counts(prompts, width, random), draw_counts(people, width, random))


def draw_counts(clusters: int, resamples: int, random: np.random.Generator) -> Floats:
    """Draw `clusters` of `clusters` with replacement, `resamples` times.

    Returns:
        Shape (clusters, resamples): how often each was drawn; every column sums to `clusters`.

    Example:
        >>> draw_counts(4, 2, np.random.default_rng(0)).sum(axis=0).tolist()
        [4.0, 4.0]
    """
    drawn = random.integers(0, clusters, size=(clusters, resamples)) * resamples + np.arange(resamples)
    return np.bincount(drawn.ravel(), minlength=clusters * resamples).reshape(clusters, resamples).astype(np.float64)


def interval(values: ArrayLike, confidence: float = 0.95) -> Estimate:
    """Turn what `replicate` returned into an estimate with its percentile interval.

    Args:
        values: shape (1 + B,): the estimate, then its replicates. Undefined replicates (NaN) are left out.
        confidence: coverage wanted, in (0, 1).

    Example:
        >>> interval([0.5, 0.4, 0.5, 0.6], confidence=0.5)
        Estimate(estimate=0.5, low=0.45, high=0.55)
    """
    numbers = np.asarray(values, dtype=np.float64)
    if np.isnan(numbers[0]):
        return UNDEFINED
    known = numbers[1:][~np.isnan(numbers[1:])]
    if not known.size:
        return Estimate(float(numbers[0]), None, None)
    low, high = np.quantile(known, [(1 - confidence) / 2, (1 + confidence) / 2])
    return Estimate(float(numbers[0]), float(low), float(high))


class Clusters:
    """Which prompt and which person each answer belongs to, numbered anew so that only those present are drawn."""

    def __init__(self, prompt: Ints, person: Ints) -> None:
        """Take the prompt and the person of every answer, both of shape (n,)."""
        self.prompts, self._row = np.unique(prompt, return_inverse=True)
        self.people, self._column = np.unique(person, return_inverse=True)

    def matrix(self, values: Floats) -> sparse.csr_array:
        """Return the values of the answers, shape (n,), laid out as a sparse matrix of prompts x people."""
        shape = (len(self.prompts), len(self.people))
        return sparse.csr_array((np.asarray(values, dtype=np.float64), (self._row, self._column)), shape=shape)

    def nested_mean(self, values: Floats) -> Statistic:
        """Return the statistic "mean over prompts of the mean over people".

        Args:
            values: one per answer, shape (n,); NaN is left out, and so is a prompt where all are left out.
        """
        known = ~np.isnan(values)
        total, count = self.matrix(np.where(known, values, 0.0)), self.matrix(known.astype(np.float64))

        def statistic(weights: Weights) -> Floats:
            return mean_over_prompts(total @ weights.people, count @ weights.people, weights.prompts)

        return statistic

    def prompt_mean(self, values: Floats) -> Statistic:
        """Return the statistic "mean over prompts" of values given per prompt, in the order of `prompts`."""
        known = ~np.isnan(values)
        total, count = np.where(known, values, 0.0)[:, None], known.astype(np.float64)[:, None]

        def statistic(weights: Weights) -> Floats:
            return mean_over_prompts(total, count, weights.prompts)

        return statistic

    def replicate(self, statistics: dict[str, Statistic], *, resamples: int, seed: int) -> dict[str, Floats]:
        """Evaluate statistics on resamples of these prompts and people; see `replicate`."""
        return replicate(statistics, prompts=len(self.prompts), people=len(self.people), resamples=resamples, seed=seed)


def mean_over_prompts(total: Floats, count: Floats, weights: Floats) -> Floats:
    """Return the weighted mean over prompts of total / count.

    Args:
        total: sums within prompts, shape (P, b) or (P, 1).
        count: what to divide them by, likewise; a prompt with 0 is left out.
        weights: of the prompts, shape (P, b).

    Returns:
        Shape (b,), NaN where no prompt is left.
    """
    defined = count > 0
    means = np.divide(total, count, out=np.zeros(np.broadcast_shapes(total.shape, count.shape)), where=defined)
    denominator = (weights * defined).sum(axis=0)
    numerator = (weights * means).sum(axis=0)
    return cast(
        Floats, np.divide(numerator, denominator, out=np.full(denominator.shape, np.nan), where=denominator > 0)
    )
