"""Plots: what would be lost is a picture that says what the numbers say, in a page that forbids inline style."""

import itertools
import re
import xml.etree.ElementTree as ET

import pytest
from django.core.cache import cache
from django.utils import translation
from django.utils.safestring import SafeString

from collective.web.plots import (
    Bar,
    Cell,
    Interval,
    Reference,
    bars,
    distribution_plot,
    heatmap,
    interval_plot,
)
from collective.web.plots.drawing import NARROW, WIDE, themed
from collective.web.plots.memory import remembered
from collective.web.plots.rows import RowLayout

SVG = "{http://www.w3.org/2000/svg}"
ROWS = [Interval("One & <two>", 0.5, 0.4, 0.6), Interval("Three", 0.7, 0.65, 0.75), Interval("Four", None)]
PLOTS = {
    "intervals": lambda: interval_plot(ROWS, title="T", axis="Agreement", references=[Reference("attainable", 0.8)]),
    "bars": lambda: bars([Bar("One", 3), Bar("Two", 0)], title="T", axis="People"),
    "distribution": lambda: distribution_plot([0.1, 0.2, 0.2, 0.4], title="T"),
    "heatmap": lambda: heatmap([Cell("a", "b", 0.25), Cell("a", "c", None)], title="T"),
}


def images(markup):
    return [ET.fromstring(svg) for svg in re.findall(r"<svg.*?</svg>", markup, re.S)]  # noqa: S314 (our own)


def texts(image):
    return [element.text for element in image.iter(f"{SVG}text")]


@pytest.mark.parametrize("kind", PLOTS)
def test_nothing_that_the_policy_forbids(kind):
    narrow, wide = images(PLOTS[kind]())
    for image in (narrow, wide):
        for element in image.iter():
            assert element.tag != f"{SVG}style"
            assert not {name for name in element.attrib if name == "style" or name.startswith("on") or "href" in name}
            for paint in ("fill", "stroke"):
                assert element.get(paint) in {None, "none", "transparent"}


@pytest.mark.parametrize("kind", PLOTS)
def test_one_named_image_for_each_width(kind):
    narrow, wide = images(PLOTS[kind]())
    for image in (narrow, wide):
        assert image.get("role") == "img"
        assert image[0].tag == f"{SVG}title"
        assert image[0].text == "T"
        assert image[1].tag == f"{SVG}desc"
        assert image[1].text
    assert NARROW <= float(narrow.get("viewBox").split()[2]) < 400 < float(wide.get("viewBox").split()[2])


def test_intervals_name_every_row_and_line():
    narrow, wide = images(PLOTS["intervals"]())
    for image in (narrow, wide):
        assert {"One & <two>", "Three", "Four: no data", "attainable", "Agreement"} <= set(texts(image))
    assert wide.find(f"{SVG}desc").text == "2 values, from 0.5 (One & <two>) to 0.7 (Three)."


def test_a_point_without_interval_is_drawn_without_one():
    def rules(rows):
        wide = images(interval_plot(rows, title="T", domain=(0.0, 1.0)))[1]
        return [e for e in wide.iter(f"{SVG}line") if e.get("class") == "stroke-series-1"]

    assert len(rules([Interval("One", 0.5, 0.4, 0.6)])) == 1
    assert rules([Interval("One", 0.5)]) == []


def test_series_differ_in_shape_and_colour_and_have_a_legend():
    rows = [Interval("One", 0.5, 0.4, 0.6, "Personal"), Interval("One", 0.4, 0.3, 0.5, "World")]
    wide = images(interval_plot(rows, title="T"))[1]
    points = {
        e.get("class").split()[0]: e.get("d") for e in wide.iter(f"{SVG}path") if "fill-series" in e.get("class", "")
    }
    assert set(points) == {"fill-series-1", "fill-series-2"}
    assert points["fill-series-1"] != points["fill-series-2"]
    assert {"Personal", "World"} <= set(texts(wide))


def test_more_series_than_can_be_told_apart_are_refused():
    with pytest.raises(ValueError, match="6 series apart, not 7"):
        bars([Bar("One", 1, str(n)) for n in range(7)], title="T")


def test_bars_are_as_long_as_their_values():
    wide = images(bars([Bar("One", 0.5), Bar("Two", 0.25)], title="T", percent=True))[1]
    lengths = [
        float(re.split("[Lh,]", e.get("d"))[2]) for e in wide.iter(f"{SVG}path") if e.get("class") == "fill-series-1"
    ]
    assert len(lengths) == 2
    assert lengths[0] / lengths[1] == pytest.approx(2, rel=0.05)
    assert {"50 %", "25 %"} <= set(texts(wide))


def test_a_histogram_counts_every_value():
    wide = images(distribution_plot([0.05, 0.15, 0.15, 0.95, 1.0], title="T", domain=(0, 1), bins=10))[1]
    drawn = [e for e in wide.iter(f"{SVG}path") if "fill-series-1" in e.get("class", "")]
    assert len(drawn) == 3
    assert wide.find(f"{SVG}desc").text == "5 values, the middle one 0.15."


def test_a_heatmap_writes_each_value_and_takes_another_hue_below_its_centre():
    cells = [Cell("a", "x", 0.25), Cell("a", "y", 0.75), Cell("b", "x", None), Cell("b", "y", 0.5)]
    wide = images(heatmap(cells, title="T", centre=0.5))[1]
    assert {"0.25", "0.75", "–", "0.50"} <= set(texts(wide))
    hues = [e.get("class") for e in wide.iter() if "fill-series" in e.get("class", "")]
    assert hues.count("fill-series-2") == 1


@pytest.mark.parametrize(
    "empty",
    [
        lambda: interval_plot([], title="T"),
        lambda: interval_plot([Interval("One", None)], title="T"),
        lambda: bars([], title="T"),
        lambda: distribution_plot([], title="T"),
        lambda: heatmap([], title="T"),
    ],
)
def test_no_values_make_an_empty_plot_that_says_so(empty):
    assert "<desc>No values.</desc>" in empty()


def test_the_same_plot_is_drawn_once_per_language():
    assert PLOTS["bars"]() is PLOTS["bars"]()
    first = PLOTS["intervals"]()
    with translation.override("de"):
        assert PLOTS["intervals"]() is not first


def test_a_colour_without_a_class_is_a_mistake():
    svg = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><rect width="1" height="1" fill="red"/></svg>'
    with pytest.raises(ValueError, match="red"):
        themed(svg, title="T", description="D")


def test_lanes_of_a_row_do_not_touch_the_next_row():
    rows = [Bar(label, 1, series) for label in ("One", "Two") for series in ("a", "b", "c")]
    for width in (NARROW, WIDE):
        layout = RowLayout.of(rows, width=width, lane=16)
        middles = [layout.middle(label, series) for label in ("One", "Two") for series in ("a", "b", "c")]
        assert middles == sorted(middles)
        assert min(b - a for a, b in itertools.pairwise(middles)) >= 16
        assert middles[-1] + 8 <= layout.height


def test_long_names_stand_above_their_rows_and_are_whole():
    name = "Do not take sides in private disputes"
    for image in images(bars([Bar(name, 1)], title="T")):
        assert name in texts(image)
    assert RowLayout.of([Bar(name, 1)], width=WIDE, lane=16).names_above
    assert not RowLayout.of([Bar("Short", 1)], width=WIDE, lane=16).names_above


def test_a_plot_that_another_process_drew_is_not_drawn_again():
    drawn = []

    def a_plot(rows, title):
        drawn.append(title)
        return SafeString(f"<svg>{title}</svg>")

    cache.clear()
    plots = [remembered(a_plot)((Interval("One", 0.5),), title) for title in ("T", "U", "T")]
    assert plots == ["<svg>T</svg>", "<svg>U</svg>", "<svg>T</svg>"]
    assert drawn == ["T", "U"]
    assert remembered(a_plot)((Interval("One", 0.6),), "T") == "<svg>T</svg>"
    assert drawn == ["T", "U", "T"]


def test_small_shares_are_told_apart():
    small = images(bars([Bar("few", 0.005), Bar("more", 0.012)], title="Signs", percent=True))[1]
    assert {"0.5 %", "1.2 %"} <= set(texts(small))
    large = images(bars([Bar("half", 0.5), Bar("few", 0.012)], title="Signs", percent=True))[1]
    assert {"50 %", "1 %"} <= set(texts(large))
