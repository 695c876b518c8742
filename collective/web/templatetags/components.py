"""The components that take a body or need a little reckoning; the others are plain includes.

Each tag draws `templates/components/<tag>.html`, where its parameters are explained.
"""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import chain
from typing import Any

from django import template
from django.template import Context
from django.template.base import Parser, Token
from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from collective.web import answer_fields, languages, navigation
from collective.web.pagination import page_links
from collective.web.prose import render_prose

register = template.Library()

SCORE_POINTS = tuple(range(10, -11, -1))
_SCORES = frozenset(map(str, SCORE_POINTS))


def _component(component: str, /, **parameters: Any) -> SafeString:
    return render_to_string(f"components/{component}.html", parameters)


# A task's page is mostly the same for everybody: two hundred options but for the one that is chosen, boards and cards
# but for the texts in them. Drawing all that anew for each page took most of its time, so these parts are kept once
# drawn, and what differs is put in where this stands. Nobody can know it, so no text contains it.
_GAP = secrets.token_hex(16)
_SAFE_GAP = SafeString(_GAP)


def _fill(frame: str, *parts: str) -> SafeString:
    """Put parts, which are HTML, into the gaps of a frame."""
    pieces = frame.split(_GAP)
    return SafeString("".join(chain.from_iterable(zip(pieces, (*parts, ""), strict=True))))


@lru_cache(maxsize=1024, typed=True)  # a text that is safe as it is and one that is not are not the same
def _score_options(_language: str | None, chosen: str, low: str, high: str) -> SafeString:
    points = [{"value": str(n), "label": f"{n:+}" if n else "0", "chosen": str(n) == chosen} for n in SCORE_POINTS]
    return _component("score_options", points=points, low=low, high=high)


def _score(
    language: str | None, name: str, label: str, low: str, high: str, chosen: str = "", error: str = ""
) -> SafeString:
    options = _score_options(language, chosen if chosen in _SCORES else "", low, high)
    return _component("score", name=name, label=label, options=options, low=low, high=high, error=error)


# As a page shows it first. A criterion is scored by many people in turn.
_untouched_score = lru_cache(maxsize=4096, typed=True)(_score)


@lru_cache(maxsize=1024)
def _place_options(_language: str | None, name: str, chosen: int | None, count: int) -> SafeString:
    return _component("board_options", name=name, chosen=chosen, places=answer_fields.places(count))


@lru_cache(maxsize=128)
def _board_places(_language: str | None, count: int) -> SafeString:
    return _component("board_places", places=answer_fields.places(count))


def _board(
    language: str | None, prefix: str, rows: Sequence[answer_fields.BoardResponse], error: str = "", **texts: Any
) -> SafeString:
    count = len(rows)
    options = [(row, _place_options(language, f"{prefix}place_{row.key}", row.place, count)) for row in rows]
    return _component(
        "ranking_board",
        prefix=prefix,
        responses=rows,
        rows=options,
        places=_board_places(language, count),
        count=str(count),
        error=error,
        **texts,
    )


# With gaps for how the responses begin.
_untouched_board = lru_cache(maxsize=512, typed=True)(_board)


@lru_cache(maxsize=512, typed=True)
def _card_frame(_language: str | None, **parameters: Any) -> SafeString:
    return _component("response_card", text=_SAFE_GAP, **parameters)


def _scale(_language: str | None, chosen: str, levels: tuple[tuple[int, str], ...], **parameters: Any) -> SafeString:
    options = [{"value": number, "label": label, "checked": str(number) == chosen} for number, label in levels]
    return _component("scale", options=options, **parameters)


_untouched_scale = lru_cache(maxsize=512, typed=True)(_scale)


@lru_cache(maxsize=512, typed=True)
def _empty_text_field(_language: str | None, **parameters: Any) -> SafeString:
    return _component("text_field", **parameters)


@register.inclusion_tag("components/language_menu.html", takes_context=True)
def language_menu(context: Context) -> dict[str, Any]:
    """Draw the menu of languages; nothing where there is no choice."""
    request = context.get("request")
    found = languages.menu_of(request) if request is not None else None
    return {"menu": found if found and len(found.choices) > 1 else None, "request": request}


class _DrawnOnce(template.Node):
    """A part of a page that is kept once drawn, by language."""

    def __init__(self, body: template.NodeList) -> None:
        self.body = body
        self.drawn: dict[str | None, SafeString] = {}

    def render(self, context: Context) -> SafeString:
        language = get_language()
        if language not in self.drawn:
            self.drawn[language] = self.body.render(context.new())
        return self.drawn[language]


@register.tag
def drawn_once(parser: Parser, _token: Token) -> _DrawnOnce:
    """Draw the body, up to `enddrawn_once`, once per language, and keep it for all pages.

    For parts of pages that many ask for at once. The body sees none of the page's variables, so it cannot differ.
    """
    body = parser.parse(("enddrawn_once",))
    parser.delete_first_token()
    return _DrawnOnce(body)


# --- components with a body -----------------------------------------------------------------------


@register.simple_block_tag
def card(content: str, title: str = "", href: str = "", meta: str = "", level: int = 2, tone: str = "") -> SafeString:
    """Draw a card around the body."""
    return _component("card", content=content, title=title, href=href, meta=meta, level=level, tone=tone)


@register.simple_block_tag
def callout(content: str, kind: str = "info", title: str = "") -> SafeString:
    """Draw a notice: info, success, warning, error, simulated or offline."""
    return _component("callout", content=content, kind=kind, title=title)


@register.simple_block_tag
def table_region(content: str, label: str) -> SafeString:
    """Let a wide table scroll inside itself; `label` names the region."""
    return _component("table_region", content=content, label=label)


@register.simple_block_tag
def plot_figure(content: str, plot: str, title: str, note: str = "", table_open: bool = False) -> SafeString:
    """Draw a plot (SVG from `collective.web.plots`) with the table in the body beside it."""
    return _component("plot_figure", content=content, plot=plot, title=title, note=note, table_open=table_open)


@register.simple_block_tag
def response_card(
    content: str, label: str, text: str = "", level: int = 3, badge: str = "", lang: str = ""
) -> SafeString:
    """Draw a candidate response, shortened until "show all" is asked for; the body stands below the text.

    `lang` is the language of the text where that is not the page's.
    """
    below = [content] if content.strip() else []
    frame = _card_frame(
        get_language(), label=label, level=level, badge=badge, lang=lang, content=_SAFE_GAP if below else ""
    )
    return _fill(frame, prose(text), *below)


@register.simple_block_tag
def empty_state(content: str, title: str) -> SafeString:
    """Say that there is nothing yet, and in the body what to do about it."""
    return _component("empty_state", content=content, title=title)


# --- answers ----------------------------------------------------------------------------------------


@register.simple_tag
def ranking_board(
    prefix: str,
    responses: Sequence[str | Mapping[str, object]],
    legend: str,
    hint: str = "",
    values: Mapping[str, object] | None = None,
    error: str = "",
    level: int = 3,
) -> SafeString:
    """Draw a ranking board; see `collective.web.answer_fields` for what it posts."""
    texts = {"legend": legend, "hint": hint, "level": level}
    rows = answer_fields.board_responses(responses, values)
    if error or any(row.place for row in rows):
        return _board(get_language(), prefix, rows, error, **texts)
    openings = [escape(row.opening) for row in rows if row.opening]
    frame = _untouched_board(
        get_language(), prefix, tuple(replace(row, opening=_GAP if row.opening else "") for row in rows), **texts
    )
    return _fill(frame, *openings, *openings)  # they stand in the rows, and on the chips


@register.simple_tag
def scale(
    name: str,
    legend: str,
    levels: Iterable[tuple[int, str]],
    value: object = None,
    hint: str = "",
    error: str = "",
) -> SafeString:
    """Draw a row of levels of which one is chosen, none beforehand."""
    chosen = "" if value is None else str(value)
    draw = _scale if chosen or error else _untouched_scale
    return draw(get_language(), chosen, tuple(levels), name=name, legend=legend, hint=hint, error=error)


@register.simple_tag
def text_field(name: str, label: str, text: str = "", hint: str = "", error: str = "", rows: int = 3) -> SafeString:
    """Draw a free text that may be left empty."""
    if text or error:
        return _component("text_field", name=name, label=label, text=text, hint=hint, error=error, rows=rows)
    return _empty_text_field(get_language(), name=name, label=label, hint=hint, rows=rows)


@register.simple_tag
def score(
    name: str,
    label: str,
    value: object = None,
    low: str = "",
    high: str = "",
    error: str = "",
) -> SafeString:
    """Draw a score from -10 to +10 that may be left empty."""
    chosen = "" if value is None else str(value)
    if chosen in _SCORES or error:
        return _score(get_language(), name, label, low, high, chosen, error)
    return _untouched_score(get_language(), name, label, low, high)


# --- reckoning ----------------------------------------------------------------------------------------


@register.inclusion_tag("components/site_nav.html", takes_context=True)
def site_nav(context: Context) -> dict[str, object]:
    """Draw the header's links."""
    request = context.get("request")
    return {"links": navigation.header_links(request) if request else []}


@register.inclusion_tag("components/study_tabs.html", takes_context=True)
def study_tabs(context: Context, study: Any, edits: bool = False) -> dict[str, object]:
    """Draw the links between the pages of a study, the present one marked; `edits`: one may change the study."""
    links = navigation.study_links(context["request"].path, study.slug, edits=edits)
    return {"groups": _tabs(links.groups), "pages": _tabs(links.pages)}


def _tabs(links: Iterable[navigation.Link]) -> list[tuple[object, str, bool]]:
    return [(link.label, link.url, link.current) for link in links]


@register.inclusion_tag("components/ranking.html")
def ranking(order: str) -> dict[str, object]:
    """Draw a ranking given as canonical text, e.g. `A>B=D>C`; nothing but a dash where it is empty."""
    return {"groups": [group.split("=") for group in order.split(">")] if order else []}


@register.inclusion_tag("components/pagination.html", takes_context=True)
def pagination(context: Context, page: Any, parameter: str = "page") -> dict[str, object]:
    """Draw the links to the pages of a list, keeping the rest of the query."""
    request = context["request"]
    return {"page": page, "links": page_links(page, query=request.GET, parameter=parameter)}


@register.inclusion_tag("components/estimate.html")
def estimate(value: Mapping[str, float | None] | None, percent: bool = False) -> dict[str, object]:
    """Write an estimate with its interval, given `{"estimate", "low", "high"}`."""
    return {"value": value or {}, "percent": percent, "digits": 1 if percent else 3}


@register.filter
def prose(text: object) -> SafeString:
    """Show text of people and models as light, harmless Markdown."""
    return render_prose(str(text or ""))


@register.filter
def hundredfold(value: float | None) -> float | None:
    """Return a share as a percentage."""
    return None if value is None else 100 * value
