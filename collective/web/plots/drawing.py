"""From a chart to an SVG that pages can hold: no inline style, colours by class, two widths.

Vega writes colours as attributes. Charts therefore use the stand-in colours of `Colour`, and `themed` puts a class in
the place of each, to which `static/css/plots.css` gives the page's own colour, light or dark.
"""

import xml.etree.ElementTree as ET
from collections.abc import Callable
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

if TYPE_CHECKING:
    import altair as alt

NARROW = 270
WIDE = 500
TEXT_SIZE = 12
SVG = "http://www.w3.org/2000/svg"


class Colour(StrEnum):
    """Stand-in colours; the member's name in lower case is the class."""

    INK = "#010101"
    SOFT = "#010102"
    LINE = "#010103"
    SURFACE = "#010104"
    SERIES_1 = "#020201"
    SERIES_2 = "#020202"
    SERIES_3 = "#020203"
    SERIES_4 = "#020204"
    SERIES_5 = "#020205"
    SERIES_6 = "#020206"


SERIES = (
    Colour.SERIES_1,
    Colour.SERIES_2,
    Colour.SERIES_3,
    Colour.SERIES_4,
    Colour.SERIES_5,
    Colour.SERIES_6,
)
SHAPES = ("circle", "square", "diamond", "triangle-up", "triangle-down", "cross")

_CLASSES = {colour.value: colour.name.lower().replace("_", "-") for colour in Colour}
_KEPT = {
    *("d", "transform", "x", "y", "x1", "x2", "y1", "y2", "width", "height", "viewBox", "cx", "cy", "r"),
    *("fill", "stroke", "stroke-width", "stroke-dasharray", "stroke-linecap", "stroke-opacity", "fill-opacity"),
    *("opacity", "text-anchor", "font-size", "font-weight"),
}


def altair() -> Any:
    """Return the Altair module, imported on first use: it costs 1.1 s, which workers that draw nothing are spared."""
    import altair

    return altair


def draw(
    chart_of_width: Callable[[int], "alt.TopLevelMixin"], *, kind: str, title: str, description: str
) -> SafeString:
    """Return the figure's drawing: the chart for a phone and for a wide column, of which the style sheet shows one."""
    narrow, wide = (
        themed(svg_of(chart_of_width(width)), title=title, description=description) for width in (NARROW, WIDE)
    )
    return format_html(
        '<div class="plot plot--{}"><div class="plot__narrow">{}</div><div class="plot__wide">{}</div></div>',
        kind,
        narrow,
        wide,
    )


def svg_of(chart: "alt.TopLevelMixin") -> str:
    """Render a chart to SVG, in this process and without any network."""
    # Imported on first use: the V8 engine inside costs 0.3 s and 70 MB, which workers that draw nothing are spared.
    import vl_convert

    return str(vl_convert.vegalite_to_svg(finished(chart).to_dict()))


def finished(chart: Any) -> Any:
    """Give a chart the quiet frame that all plots share."""
    text = {"labelFontSize": TEXT_SIZE, "titleFontSize": TEXT_SIZE, "labelColor": Colour.SOFT.value}
    return (
        chart.configure(background="transparent", autosize={"type": "fit-x", "contains": "padding"}, padding=2)
        .configure_view(stroke=None)
        .configure_axis(
            **text,
            titleColor=Colour.SOFT.value,
            titleFontWeight="normal",
            titlePadding=8,
            gridColor=Colour.LINE.value,
            tickColor=Colour.LINE.value,
            domain=False,
            ticks=False,
            labelPadding=6,
        )
        .configure_legend(**text, title=None, orient="top", direction="horizontal", symbolOpacity=1)
        .configure_text(fontSize=TEXT_SIZE, color=Colour.INK.value)
    )


def themed(svg: str, *, title: str, description: str) -> SafeString:
    """Rewrite Vega's SVG: colours to classes, only attributes of drawing kept, one titled image to assistive tools.

    A colour that is none of `Colour` is a mistake in the chart and raises ValueError.
    """
    ET.register_namespace("", SVG)
    root = ET.fromstring(svg)  # noqa: S314 (made by vl-convert a moment ago)
    box = root.attrib["viewBox"]
    _clean(root)
    root.attrib.clear()
    root.attrib.update({"viewBox": box, "role": "img", "class": "plot__svg"})
    for tag, text in (("desc", description), ("title", title)):
        element = ET.Element(f"{{{SVG}}}{tag}")
        element.text = text
        root.insert(0, element)
    return mark_safe(ET.tostring(root, encoding="unicode"))  # noqa: S308 (serialised, so escaped, just here)


def _clean(element: ET.Element) -> None:
    for child in list(element):
        _clean(child)
        empty_group = child.tag == f"{{{SVG}}}g" and len(child) == 0
        if empty_group or _draws_nothing(child):
            element.remove(child)
    attributes = {name: value for name, value in element.attrib.items() if name in _KEPT}
    classes = []
    for paint in ("fill", "stroke"):
        colour = attributes.get(paint)
        if colour in _CLASSES:
            classes.append(f"{paint}-{_CLASSES[colour]}")
            del attributes[paint]
        elif colour not in {None, "none", "transparent"}:
            raise ValueError(f"a chart uses the colour {colour}, which has no class")
    if attributes.get("opacity") == "1":
        del attributes["opacity"]
    element.attrib.clear()
    element.attrib.update(attributes)
    if classes:
        element.set("class", " ".join(classes))


def _draws_nothing(element: ET.Element) -> bool:
    if element.tag == f"{{{SVG}}}text":
        return not (element.text or "").strip() and len(element) == 0
    return element.tag in {f"{{{SVG}}}path", f"{{{SVG}}}rect"} and not (
        {element.get("fill"), element.get("stroke"), *element.get("class", "").split()} - {None, "none", "transparent"}
    )
