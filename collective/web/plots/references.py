"""Lines that give the values of a plot their meaning."""

from dataclasses import dataclass
from typing import Any

from .drawing import TEXT_SIZE, Colour, altair


@dataclass(frozen=True)
class Reference:
    """A value that gives the others their meaning, e.g. what is attainable, drawn as a dashed line."""

    label: str
    value: float


def reference_layers(references: tuple[Reference, ...], scale: Any, height: float) -> list[Any]:
    """Return dashed lines with their names above the plot, one line of text each so that none covers another."""
    alt = altair()
    low, high = scale.domain
    layers = []
    for position, reference in enumerate(references):
        right_half = reference.value > (low + high) / 2
        chart = alt.Chart(alt.Data(values=[{"x": reference.value, "label": reference.label}]))
        x = alt.X("x:Q", scale=scale)
        top = -8 - (len(references) - 1 - position) * (TEXT_SIZE + 4)
        layers += [
            chart.mark_rule(strokeDash=[4, 3], color=Colour.SOFT.value).encode(
                x=x, y=alt.value(top + 5), y2=alt.value(height)
            ),
            chart.mark_text(
                align="right" if right_half else "left", dx=-4 if right_half else 4, color=Colour.SOFT.value
            ).encode(x=x, y=alt.value(top), text="label:N"),
        ]
    return layers
