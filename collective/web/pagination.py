"""Pages of a list."""

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, QueryDict

PER_PAGE = 50


@dataclass(frozen=True)
class PageLink:
    """A link to a page; without a number it is the gap between two runs of pages."""

    number: int | None
    url: str
    current: bool


def paginate(request: HttpRequest, items: Any, *, per_page: int = PER_PAGE, parameter: str = "page") -> Page[Any]:
    """Return the page asked for by the query; a number that makes no sense gives the nearest page."""
    return Paginator(items, per_page).get_page(request.GET.get(parameter))


def page_links(page: Page[Any], *, query: QueryDict, parameter: str = "page") -> list[PageLink]:
    """Return links to the first, last and neighbouring pages, the rest of the query kept."""
    links = []
    for number in page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1):
        if isinstance(number, int):
            changed = query.copy()
            changed[parameter] = str(number)
            links.append(PageLink(number=number, url=f"?{changed.urlencode()}", current=number == page.number))
        else:
            links.append(PageLink(number=None, url="", current=False))
    return links
