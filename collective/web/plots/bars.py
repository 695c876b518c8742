"""Labelled amounts."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import get_language

from .drawing import altair, draw
from .memory import remembered
from .reading import extremes
from .rows import RowLayout

LANE = 16
BAR_HEIGHT = 14
ROOM_FOR_NUMBERS = 1.12


@dataclass(frozen=True)
class Bar:
    """A labelled amount."""

    label: str
    value: float
    series: str = ""


def bars(rows: Sequence[Bar], *, title: str, axis: str = "", percent: bool = False) -> SafeString:
    """Draw a horizontal bar per row, from zero, with its number at the end."""
    return _bars(tuple(rows), title, axis, percent, get_language())


@remembered
def _bars(rows: tuple[Bar, ...], title: str, axis: str, percent: bool, _language: str | None) -> SafeString:
    return draw(
        lambda width: _chart(rows, axis, percent, width),
        kind="bars",
        title=title,
        description=extremes([(row.label, row.value) for row in rows], percent=percent),
    )


def _chart(rows: tuple[Bar, ...], axis: str, percent: bool, width: int) -> Any:
    alt = altair()
    layout = RowLayout.of(rows, width=width, lane=LANE)
    # Where all shares are small, whole per cents would make them alike.
    digits = 1 if percent and max((abs(row.value) for row in rows), default=1.0) < 0.1 else 0
    data = []
    for row in rows:
        middle = layout.middle(row.label, row.series)
        data.append(
            {
                "value": float(row.value),
                "series": row.series,
                "top": middle - BAR_HEIGHT / 2,
                "middle": middle,
                "bottom": middle + BAR_HEIGHT / 2,
                "number": f"{100 * row.value:.{digits}f} %" if percent else f"{row.value:g}",
            }
        )
    values = [row.value for row in rows] + [0.0]
    domain = [min(values) * ROOM_FOR_NUMBERS, max(values) * ROOM_FOR_NUMBERS or 1.0]
    x_axis = alt.Axis(title=axis or None, format=f".{digits}%" if percent else "~f", tickCount=4)
    x = alt.X("value:Q", scale=alt.Scale(domain=domain, nice=False), axis=x_axis)
    base = alt.Chart(alt.Data(values=data))
    return alt.layer(
        base.mark_rect(cornerRadius=2).encode(
            x=x, x2=alt.datum(0), y=layout.y("top"), y2="bottom:Q", color=layout.colour()
        ),
        base.mark_text(align="left", baseline="middle", dx=5).encode(x=x, y=layout.y("middle"), text="number:N"),
        layout.names(),
    ).properties(width=width, height=layout.height)
