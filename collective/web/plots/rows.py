"""Where the rows of a plot lie, and in which colours their series come."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from .drawing import SERIES, SHAPES, WIDE, altair

NAME_HEIGHT = 20
ROW_PADDING = 14
NAME_LIMIT = 190
LONG_NAME = 28


@dataclass(frozen=True)
class RowLayout:
    """Rows of equal height, a lane in each per series; names stand beside them, on a phone or where long above them.

    Everything is in the chart's own units, 0 at the top.
    """

    labels: tuple[str, ...]
    series: tuple[str, ...]
    width: int
    lane: int

    @classmethod
    def of(cls, rows: Iterable[Any], *, width: int, lane: int) -> "RowLayout":
        """Lay out rows that have a `label` and a `series`, in the order in which these first appear."""
        rows = list(rows)
        series = tuple(dict.fromkeys(row.series for row in rows))
        if len(series) > len(SERIES):
            raise ValueError(f"a plot tells {len(SERIES)} series apart, not {len(series)}")
        return cls(labels=tuple(dict.fromkeys(row.label for row in rows)), series=series, width=width, lane=lane)

    @property
    def names_above(self) -> bool:
        """Whether names stand above their rows."""
        return self.width < WIDE or any(len(label) > LONG_NAME for label in self.labels)

    @property
    def row_height(self) -> int:
        """Return the height of a row with its name and padding."""
        return self.lane * len(self.series) + ROW_PADDING + (NAME_HEIGHT if self.names_above else 0)

    @property
    def height(self) -> int:
        """Return the height of all rows."""
        return self.row_height * len(self.labels)

    def middle(self, label: str, series: str) -> float:
        """Return the middle of the lane of a series in a row."""
        # A name above its row stands closer to it than to the row before.
        lanes = ROW_PADDING - 4 + NAME_HEIGHT if self.names_above else ROW_PADDING / 2
        return self.row_height * self.labels.index(label) + lanes + self.lane * (self.series.index(series) + 0.5)

    def y(self, field: str) -> Any:
        """Return the encoding of a field that holds places of this layout."""
        alt = altair()
        return alt.Y(f"{field}:Q", scale=alt.Scale(domain=[0, self.height], reverse=True, nice=False), axis=None)

    def colour(self) -> Any:
        """Return the encoding of series by colour, with a legend if there are several."""
        alt = altair()
        scale = alt.Scale(domain=list(self.series), range=[colour.value for colour in SERIES[: len(self.series)]])
        return alt.Color("series:N", scale=scale, legend=self._legend())

    def shape(self) -> Any:
        """Return the encoding of series by shape, so that colour is not all that tells them apart."""
        alt = altair()
        scale = alt.Scale(domain=list(self.series), range=list(SHAPES[: len(self.series)]))
        return alt.Shape("series:N", scale=scale, legend=self._legend())

    def names(self, shown: dict[str, str] | None = None) -> Any:
        """Return the layer of the rows' names; `shown` replaces some of them."""
        alt = altair()
        data = [
            {
                "name": (shown or {}).get(label, label),
                "middle": self.row_height * i
                + (ROW_PADDING + NAME_HEIGHT / 2 - 2 if self.names_above else self.row_height / 2),
            }
            for i, label in enumerate(self.labels)
        ]
        chart = alt.Chart(alt.Data(values=data))
        mark = (
            chart.mark_text(align="left", baseline="middle", limit=self.width - 10)
            if self.names_above
            else chart.mark_text(align="right", baseline="middle", limit=NAME_LIMIT, dx=-10)
        )
        return mark.encode(x=alt.value(0), y=self.y("middle"), text="name:N")

    def _legend(self) -> Any:
        return altair().Legend() if len(self.series) > 1 else None
