"""How much happened when."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from .drawing import WIDE, Colour, altair, draw
from .memory import remembered

HEIGHT = 160
MOST_COLUMNS = 45
STEPS = (1, 7, 28, 91, 364)
"""Days a column may stand for."""


def timeline(days: Sequence[tuple[date, int]], *, title: str, axis: str = "") -> SafeString:
    """Draw how much happened on each day, or in each span of days where there are many."""
    return _timeline(tuple(days), title, axis, get_language())


def in_columns(days: Sequence[tuple[date, int]]) -> list[tuple[date, date, int]]:
    """Sum days into columns (first day, last day, how much): equally long, without gaps, at most `MOST_COLUMNS`."""
    if not days:
        return []
    first, last = min(day for day, _n in days), max(day for day, _n in days)
    span = (last - first).days + 1
    step = next((step for step in STEPS if span <= step * MOST_COLUMNS), span // MOST_COLUMNS + 1)
    sums = [0] * ((span - 1) // step + 1)
    for day, number in days:
        sums[(day - first).days // step] += number
    starts = [first + timedelta(days=step * i) for i in range(len(sums))]
    return [(start, start + timedelta(days=step - 1), total) for start, total in zip(starts, sums, strict=True)]


@remembered
def _timeline(days: tuple[tuple[date, int], ...], title: str, axis: str, _language: str | None) -> SafeString:
    columns = in_columns(days)
    description = (
        _("%(total)s from %(first)s to %(last)s.")
        % {
            "total": sum(number for _day, number in days),
            "first": date_format(columns[0][0], "DATE_FORMAT"),
            "last": date_format(columns[-1][1], "DATE_FORMAT"),
        }
        if columns
        else _("No values.")
    )
    return draw(lambda width: _chart(columns, axis, width), kind="timeline", title=title, description=description)


def _chart(columns: list[tuple[date, date, int]], axis: str, width: int) -> Any:
    alt = altair()
    data: list[dict[str, Any]] = [
        {"day": start.isoformat(), "label": date_format(start, "MONTH_DAY_FORMAT"), "number": number}
        for start, _end, number in columns
    ]
    names = {row["day"]: row["label"] for row in data}
    shown = _spread([row["day"] for row in data], most=6 if width >= WIDE else 3)
    labels = " : ".join(f"datum.value === '{day}' ? '{names[day]}'" for day in shown) + " : ''" if shown else "''"
    return (
        alt.Chart(alt.Data(values=data))
        .mark_bar(color=Colour.SERIES_1.value, cornerRadius=1)
        .encode(
            x=alt.X(
                "day:O",
                sort=None,
                scale=alt.Scale(paddingInner=0.15),
                axis=alt.Axis(title=None, values=shown, labelExpr=labels, labelAngle=0, labelOverlap=False),
            ),
            y=alt.Y("number:Q", axis=alt.Axis(title=axis or None, tickCount=3, format="d")),
        )
        .properties(width=width, height=HEIGHT)
    )


def _spread(days: list[str], *, most: int) -> list[str]:
    """Return at most `most` days, evenly apart and away from both ends, where their names would be cut."""
    step = -(-len(days) // most) or 1
    return days[(len(days) - 1) % step // 2 :: step]
