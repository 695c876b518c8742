"""How values are spread."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from .drawing import Colour, altair, draw
from .memory import remembered
from .reading import nice_domain
from .references import Reference, reference_layers

HEIGHT = 160


def distribution_plot(
    values: Sequence[float],
    *,
    title: str,
    axis: str = "",
    references: Sequence[Reference] = (),
    domain: tuple[float, float] | None = None,
    bins: int = 20,
) -> SafeString:
    """Draw how often values fall into each of `bins` equal steps of the domain."""
    return _distribution(tuple(map(float, values)), title, axis, tuple(references), domain, bins, get_language())


@remembered
def _distribution(
    values: tuple[float, ...],
    title: str,
    axis: str,
    references: tuple[Reference, ...],
    domain: tuple[float, float] | None,
    bins: int,
    _language: str | None,
) -> SafeString:
    span = domain or nice_domain([*values, *(r.value for r in references)])
    counts, edges = np.histogram(values, bins=bins, range=span)
    data = [
        {"from": float(edges[i]), "to": float(edges[i + 1]), "count": int(counts[i])}
        for i in range(bins)
        if counts[i] > 0
    ]
    description = (
        _("%(n)s values, the middle one %(median)s.") % {"n": len(values), "median": f"{np.median(values):.3g}"}
        if values
        else _("No values.")
    )
    return draw(
        lambda width: _distribution_chart(data, axis, references, span, width),
        kind="distribution",
        title=title,
        description=description,
    )


def _distribution_chart(
    data: list[dict[str, float]], axis: str, references: tuple[Reference, ...], span: tuple[float, float], width: int
) -> Any:
    alt = altair()
    scale = alt.Scale(domain=list(span), nice=False, zero=False)
    chart = (
        alt.Chart(alt.Data(values=data))
        .mark_rect(color=Colour.SERIES_1.value, stroke=Colour.SURFACE.value, strokeWidth=1)
        .encode(
            x=alt.X("from:Q", scale=scale, axis=alt.Axis(title=axis or None, tickCount=5, grid=False)),
            x2="to:Q",
            y=alt.Y("count:Q", axis=alt.Axis(title=None, tickCount=3, format="d")),
            y2=alt.datum(0),
        )
    )
    return alt.layer(chart, *reference_layers(references, scale, HEIGHT)).properties(width=width, height=HEIGHT)
