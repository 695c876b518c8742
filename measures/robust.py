"""Figures of one person beside a crowd's, that some odd ones in the crowd do not move."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from .rankings import Floats

# The median absolute deviation of a normal distribution times this is its standard deviation.
_TO_DEVIATION = 1.482602218505602


@dataclass(frozen=True)
class Spread:
    """A robust centre and standard deviation, and how many values they rest on."""

    centre: float
    deviation: float
    n: int

    def z(self, values: ArrayLike) -> Floats:
        """Return how many deviations values lie above the centre."""
        return np.asarray((np.asarray(values, dtype=np.float64) - self.centre) / self.deviation)


def spread(values: ArrayLike, *, least_deviation: float) -> Spread:
    """Return median and scaled median absolute deviation of values, at least one.

    Args:
        values: shape (n,), n >= 1.
        least_deviation: a floor, in the values' unit, so that a crowd which is all but equal makes nobody odd.

    Example:
        >>> spread([1, 2, 3, 4, 1000], least_deviation=0.1)
        Spread(centre=3.0, deviation=1.482602218505602, n=5)
    """
    numbers = np.asarray(values, dtype=np.float64)
    centre = float(np.median(numbers))
    deviation = _TO_DEVIATION * float(np.median(np.abs(numbers - centre)))
    return Spread(centre, max(deviation, least_deviation), len(numbers))


def binomial_tail(hits: int, trials: int, chance: float) -> float:
    """Return the probability of at least `hits` in `trials`, each with `chance`.

    Example:
        >>> binomial_tail(2, 2, 0.5)
        0.25
    """
    if hits <= 0:
        return 1.0
    if not 0 < chance < 1:
        return float(chance >= 1 and hits <= trials)
    terms = (
        math.exp(_log_choose(trials, k) + k * math.log(chance) + (trials - k) * math.log1p(-chance))
        for k in range(hits, trials + 1)
    )
    return min(1.0, math.fsum(terms))


def spearman_brown(correlation: float) -> float:
    """Return the reliability of a whole from the correlation of its two halves: 2r / (1 + r).

    Spearman (1910) and Brown (1910); of a negative correlation, which means no reliability, the same negative number
    is returned, as the formula would give nonsense near -1.

    Example:
        >>> round(spearman_brown(0.5), 4)
        0.6667
    """
    return 2 * correlation / (1 + correlation) if correlation > 0 else correlation


def _log_choose(n: int, k: int) -> float:
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
