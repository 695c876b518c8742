"""The places named in the header of the staff pages, and the tabs of a study's pages."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Place:
    """A link of the header: the name of its address, and whether only admins of the service see it."""

    name: str
    label: str | Promise
    admins_only: bool = False


PLACES = (
    Place("elicitation:studies", _("Studies")),
    Place("spec_loop:documents", _("Specs")),
    Place("api:docs", _("API")),
    Place("accounts:people", _("Accounts"), admins_only=True),
    Place("audit", _("Audit log"), admins_only=True),
    Place("admin:index", _("Admin"), admins_only=True),
)


STUDY_TABS = (
    Place("elicitation:study", _("Overview")),
    Place("elicitation:prompts", _("Prompts")),
    Place("elicitation:people", _("People")),
    Place("spec_loop:agreement", _("Agreement")),
    Place("spec_loop:runs", _("Runs")),
    Place("spec_loop:proposals", _("Proposals")),
)
"""What whoever may see a study may see of it; the overview leads on to the rest."""


@dataclass(frozen=True)
class Link:
    """A resolved place, and whether the page asked for lies under it."""

    url: str
    label: str | Promise
    current: bool


def header_links(request: HttpRequest) -> list[Link]:
    """Return the links this visitor gets: none before signing in, and none to a room that brings no such address."""
    user = getattr(request, "user", None)
    links = []
    for place in PLACES if getattr(user, "is_authenticated", False) else ():
        if place.admins_only and not getattr(user, "is_superuser", False):
            continue
        try:
            url = reverse(place.name)
        except NoReverseMatch:
            continue
        links.append(Link(url=url, label=place.label, current=request.path.startswith(url)))
    return links


def study_links(path: str, slug: str) -> list[Link]:
    """Return the tabs of a study; none is current on a page that lies under none of them but the overview."""
    links = []
    for place in STUDY_TABS:
        try:
            url = reverse(place.name, args=[slug])
        except NoReverseMatch:
            continue
        current = path == url or (place is not STUDY_TABS[0] and path.startswith(url))
        links.append(Link(url=url, label=place.label, current=current))
    return links
