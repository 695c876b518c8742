"""The plot of how much happened when: what would be lost is a day."""

import itertools
from datetime import date, timedelta

import pytest

from collective.web.plots import timeline
from collective.web.plots.timeline import MOST_COLUMNS, in_columns

from .test_plots import images, texts

FIRST = date(2026, 2, 27)


@pytest.mark.parametrize("span", [1, 2, MOST_COLUMNS, MOST_COLUMNS + 1, 400, 4_000, 40_000])
def test_columns_are_few_without_gaps_and_lose_nothing(span):
    days = [(FIRST, 3), (FIRST + timedelta(days=span // 3), 4), (FIRST + timedelta(days=span - 1), 5)]
    columns = in_columns(days)
    assert 1 <= len(columns) <= MOST_COLUMNS
    assert sum(number for _first, _last, number in columns) == 12
    assert columns[0][0] == FIRST
    for (_first, last, _n), (following, _last, _m) in itertools.pairwise(columns):
        assert following == last + timedelta(days=1)


def test_nothing_gives_no_columns():
    assert in_columns([]) == []
    assert "No values." in timeline([], title="T")


def test_it_is_drawn_for_two_widths_with_names_of_days():
    narrow, wide = images(timeline([(FIRST + timedelta(days=i), i) for i in range(30)], title="T"))
    for image, most in ((narrow, 3), (wide, 6)):
        named = [text for text in texts(image) if text and ("Feb" in text or "Mar" in text)]
        assert 1 <= len(named) <= most
        assert image[1].text == "435 from Feb. 27, 2026 to March 28, 2026."
