"""The words and numbers around a plot."""

from django.utils.translation import gettext as _


def extremes(values: list[tuple[str, float | None]], *, percent: bool) -> str:
    """Say in a sentence how many labelled values there are and which are lowest and highest."""
    known = [(value, label) for label, value in values if value is not None]
    if not known:
        return _("No values.")
    (low, low_label), (high, high_label) = min(known), max(known)
    return _("%(n)s values, from %(low)s (%(low_label)s) to %(high)s (%(high_label)s).") % {
        "n": len(known),
        "low": _written(low, percent=percent),
        "low_label": low_label,
        "high": _written(high, percent=percent),
        "high_label": high_label,
    }


def nice_domain(numbers: list[float]) -> tuple[float, float]:
    """Return an axis that holds the numbers with a little room on both sides."""
    if not numbers:
        return (0.0, 1.0)
    low, high = min(numbers), max(numbers)
    margin = 0.08 * (high - low) or 0.05 * abs(high) or 0.05
    return (low - margin, high + margin)


def _written(value: float, *, percent: bool) -> str:
    return f"{100 * value:.1f} %" if percent else f"{value:.3g}"
