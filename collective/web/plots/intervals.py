"""Estimates with their intervals."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from .drawing import altair, draw
from .memory import remembered
from .reading import extremes, nice_domain
from .references import Reference, reference_layers
from .rows import RowLayout

LANE = 14


@dataclass(frozen=True)
class Interval:
    """An estimate with its interval; a row without an estimate keeps its label and says that there is no data."""

    label: str
    estimate: float | None
    low: float | None = None
    high: float | None = None
    series: str = ""


def interval_plot(
    rows: Sequence[Interval],
    *,
    title: str,
    axis: str = "",
    references: Sequence[Reference] = (),
    domain: tuple[float, float] | None = None,
    percent: bool = False,
) -> SafeString:
    """Draw a point and its interval per row, with reference lines across."""
    return _interval_plot(tuple(rows), title, axis, tuple(references), domain, percent, get_language())


@remembered
def _interval_plot(
    rows: tuple[Interval, ...],
    title: str,
    axis: str,
    references: tuple[Reference, ...],
    domain: tuple[float, float] | None,
    percent: bool,
    _language: str | None,
) -> SafeString:
    numbers = [n for row in rows for n in (row.estimate, row.low, row.high) if n is not None]
    span = domain or nice_domain(numbers + [reference.value for reference in references])
    return draw(
        lambda width: _chart(rows, axis, references, span, percent, width),
        kind="interval",
        title=title,
        description=extremes([(row.label, row.estimate) for row in rows], percent=percent),
    )


def _chart(
    rows: tuple[Interval, ...],
    axis: str,
    references: tuple[Reference, ...],
    span: tuple[float, float],
    percent: bool,
    width: int,
) -> Any:
    alt = altair()
    layout = RowLayout.of(rows, width=width, lane=LANE)
    data = [
        {
            "estimate": row.estimate,
            "low": row.low,
            "high": row.high,
            "series": row.series,
            "middle": layout.middle(row.label, row.series),
        }
        for row in rows
        if row.estimate is not None
    ]
    known = {row.label for row in rows if row.estimate is not None}
    empty = {row.label: _("%(name)s: no data") % {"name": row.label} for row in rows if row.label not in known}
    scale = alt.Scale(domain=list(span), nice=False, zero=False)
    x_axis = alt.Axis(title=axis or None, format=".0%" if percent else "~f", tickCount=5)
    base = alt.Chart(alt.Data(values=data)).encode(y=layout.y("middle"), color=layout.colour())
    with_interval = alt.datum.low != None  # noqa: E711 (written into the chart, not compared here)
    return alt.layer(
        *reference_layers(references, scale, layout.height),
        base.transform_filter(with_interval)
        .mark_rule(strokeWidth=2)
        .encode(x=alt.X("low:Q", scale=scale, axis=x_axis), x2="high:Q"),
        base.mark_point(filled=True, size=70, opacity=1).encode(
            x=alt.X("estimate:Q", scale=scale, axis=x_axis), shape=layout.shape()
        ),
        layout.names(empty),
    ).properties(width=width, height=layout.height)
