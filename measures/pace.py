"""How long something takes that goes on as it has gone lately."""

from collections.abc import Sequence

from scipy.stats import gamma

from .resampling import UNDEFINED, Estimate


def time_left(
    remaining: float, batches: Sequence[float], span: float, *, fewest_batches: int, confidence: float = 0.9
) -> Estimate:
    """Return how long it takes until `remaining` more have come, if they keep coming as they did in a window.

    What comes, comes in batches (one person's answers), which are taken as a compound Poisson process: the rate's
    interval is that of a Poisson count of (sum of batches)^2 / (sum of squares), the number of equal batches that
    would vary as much. It says nothing of days and nights, nor of what a full quota turns away.

    Args:
        remaining: how many are still to come, 0 or more.
        batches: how many each batch brought within the window.
        span: length of the window, in any unit; the estimate is in the same.
        fewest_batches: with fewer nothing is said.
        confidence: coverage of the interval.

    Example:
        >>> time_left(100, [10] * 20, 5.0, fewest_batches=5).estimate
        2.5
    """
    total = sum(batches)
    if remaining <= 0:
        return Estimate(0.0, 0.0, 0.0)
    if len(batches) < fewest_batches or total <= 0 or span <= 0:
        return UNDEFINED
    events = total**2 / sum(batch**2 for batch in batches)
    tail = (1 - confidence) / 2
    # Garwood's interval of a Poisson mean, from the gamma distribution.
    slow, fast = gamma.ppf(tail, events) / events, gamma.ppf(1 - tail, events + 1) / events
    usual = remaining / total * span
    return Estimate(usual, float(usual / fast), float(usual / slow))
