"""Shares of a count, with an interval that holds for small counts and for shares of 0 and 1."""

from math import sqrt

from .resampling import UNDEFINED, Estimate

_Z = 1.959963984540054


def share_of(count: int, total: int) -> Estimate:
    """Return count / total with Wilson's 95 % interval (Wilson 1927, JASA 22(158)); undefined for a total of 0.

    Example:
        >>> found = share_of(0, 10)
        >>> found.low, round(found.high, 4)
        (0.0, 0.2775)
    """
    if total == 0:
        return UNDEFINED
    share, spread = count / total, _Z**2 / total
    centre = (share + spread / 2) / (1 + spread)
    half = _Z * sqrt(share * (1 - share) / total + spread / (4 * total)) / (1 + spread)
    # Rounding must not leave the ends of the scale.
    return Estimate(share, centre - half if count else 0.0, centre + half if count < total else 1.0)
