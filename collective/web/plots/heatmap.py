"""Values at rows and columns."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import get_language

from .drawing import WIDE, Colour, altair, draw
from .memory import remembered
from .reading import extremes

ROW_HEIGHT = 36
MOST_OPACITY = 0.45
LEAST_OPACITY = 0.04


@dataclass(frozen=True)
class Cell:
    """A value at a row and a column; None is drawn as an empty cell."""

    row: str
    column: str
    value: float | None


def heatmap(
    cells: Sequence[Cell], *, title: str, centre: float | None = None, digits: int = 2, percent: bool = False
) -> SafeString:
    """Draw a grid of values, each written in its cell; with a centre, values below it take another hue."""
    return _heatmap(tuple(cells), title, centre, digits, percent, get_language())


@remembered
def _heatmap(
    cells: tuple[Cell, ...], title: str, centre: float | None, digits: int, percent: bool, _language: str | None
) -> SafeString:
    return draw(
        lambda width: _heatmap_chart(cells, centre, digits, percent, width),
        kind="heatmap",
        title=title,
        description=extremes([(f"{c.row}, {c.column}", c.value) for c in cells], percent=percent),
    )


def _heatmap_chart(cells: tuple[Cell, ...], centre: float | None, digits: int, percent: bool, width: int) -> Any:
    alt = altair()
    rows, columns = list(dict.fromkeys(c.row for c in cells)), list(dict.fromkeys(c.column for c in cells))
    numbers = [c.value for c in cells if c.value is not None] or [0.0]
    start = min(numbers) if centre is None else centre
    reach = max(abs(n - start) for n in numbers) or 1.0
    data = [
        {
            "row": c.row,
            "column": c.column,
            "text": "–" if c.value is None else f"{100 * c.value:.0f}" if percent else f"{c.value:.{digits}f}",
            "opacity": 0.0
            if c.value is None
            else LEAST_OPACITY + (MOST_OPACITY - LEAST_OPACITY) * abs(c.value - start) / reach,
            "hue": "below" if c.value is not None and c.value < start else "above",
        }
        for c in cells
    ]
    base = alt.Chart(alt.Data(values=data)).encode(
        x=alt.X(
            "column:N",
            sort=columns,
            axis=alt.Axis(
                title=None, orient="top", labelAngle=0 if width >= WIDE else -45, labelLimit=110, labelOverlap=False
            ),
            scale=alt.Scale(paddingInner=0.06, paddingOuter=0),
        ),
        y=alt.Y(
            "row:N",
            sort=rows,
            axis=alt.Axis(title=None, labelLimit=170 if width >= WIDE else 90),
            scale=alt.Scale(paddingInner=0.08, paddingOuter=0),
        ),
    )
    hue = alt.Color(
        "hue:N",
        scale=alt.Scale(domain=["above", "below"], range=[Colour.SERIES_1.value, Colour.SERIES_2.value]),
        legend=None,
    )
    return alt.layer(
        base.mark_rect(cornerRadius=3).encode(color=hue, fillOpacity=alt.FillOpacity("opacity:Q", scale=None)),
        base.mark_text().encode(text="text:N"),
    ).properties(width=width, height=ROW_HEIGHT * len(rows))
