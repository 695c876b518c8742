"""The places named in the header of the staff pages, and the tabs of a study's pages."""

from contextlib import suppress
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Place:
    """A page to go to: the name of its address, and who sees the link to it.

    `admins_only` means admins of the service, `editors_only` those who may change the study.
    """

    name: str
    label: str | Promise
    admins_only: bool = False
    editors_only: bool = False


PLACES = (
    Place("elicitation:studies", _("Studies")),
    Place("spec_loop:documents", _("Specs")),
    Place("api:docs", _("API")),
    Place("accounts:people", _("Accounts"), admins_only=True),
    Place("audit", _("Audit log"), admins_only=True),
    Place("admin:index", _("Admin"), admins_only=True),
)


@dataclass(frozen=True)
class Group:
    """A tab of a study, and the pages under it; it leads to the first of them that there is."""

    label: str | Promise
    pages: tuple[Place, ...]


STUDY_GROUPS = (
    Group(_("Overview"), (Place("elicitation:study", _("Overview")),)),
    Group(
        _("Build"),
        (
            Place("elicitation:build", _("Checklist")),
            Place("elicitation:build-preview", _("Preview")),
            Place("elicitation:build-versions", _("Versions")),
            Place("elicitation:texts", _("Translations"), editors_only=True),
        ),
    ),
    Group(_("Prompts"), (Place("elicitation:prompts", _("Prompts")),)),
    Group(
        _("People"),
        (
            Place("elicitation:people", _("Everybody")),
            Place("elicitation:quality", _("Quality")),
            Place("elicitation:monitoring", _("Monitoring")),
        ),
    ),
    Group(
        _("Panels and pay"),
        (
            Place("elicitation:panels", _("Panels"), editors_only=True),
            Place("elicitation:invitations", _("Invitations"), editors_only=True),
            Place("elicitation:pay", _("Pay"), editors_only=True),
        ),
    ),
    Group(
        _("Results"),
        (
            Place("spec_loop:agreement", _("Agreement")),
            Place("spec_loop:runs", _("Runs")),
            Place("spec_loop:proposals", _("Proposals")),
        ),
    ),
    Group(
        _("Data"),
        (
            Place("datasets:export", _("Export")),
            Place("datasets:import", _("Import"), editors_only=True),
            Place("elicitation:webhooks", _("Webhooks"), editors_only=True),
        ),
    ),
)
"""The pages of a study. A page that no room brings is left out, and so is a group without any."""


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


@dataclass(frozen=True)
class StudyLinks:
    """The tabs of a study, and the pages of the tab one is at where there are several."""

    groups: list[Link]
    pages: list[Link]


def study_links(path: str, slug: str, *, edits: bool) -> StudyLinks:
    """Return the links between the pages of a study.

    A page belongs to the tab whose address is the longest beginning of its own; the overview's, which begins every
    address of the study, counts only for itself. `edits` says whether the visitor may change the study.
    """
    overview = STUDY_GROUPS[0]
    found = {group: _resolved(group, slug, edits=edits) for group in STUDY_GROUPS}
    own = {url for url, _place in found[overview]}
    at = max(
        (url for pages in found.values() for url, _place in pages if path == url or url not in own),
        key=lambda url: len(url) if path.startswith(url) else 0,
        default="",
    )
    at = at if path.startswith(at) else ""
    groups, pages = [], []
    for group, places in found.items():
        here = bool(at) and any(url == at for url, _place in places)
        if places:
            groups.append(Link(url=places[0][0], label=group.label, current=here))
        if here and len(places) > 1:
            pages = [Link(url=url, label=place.label, current=url == at) for url, place in places]
    return StudyLinks(groups, pages)


def _resolved(group: Group, slug: str, *, edits: bool) -> list[tuple[str, Place]]:
    """Return the pages of a group that there are for this visitor, with their addresses."""
    pages = []
    for place in group.pages:
        if edits or not place.editors_only:
            with suppress(NoReverseMatch):
                pages.append((reverse(place.name, args=[slug]), place))
    return pages
