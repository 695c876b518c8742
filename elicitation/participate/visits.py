"""Who is visiting: what the address and the cookie say.

Two secrets of 144 random bits each lead in. The *study link* `/p/<link>/` is what a study hands out; knowing it, one
can read what the study is about and agree to take part. From then on a person is whoever holds their *token*. It is in
a cookie that scripts cannot read, that is sent to this study's pages only (its path is the study link) and never with
other sites' forms, so it stands in no address, no history and no Referer. For another device there is the person's own
link, `/p/me/<token>/`: it puts the token into the cookie and leads on at once to an address without it. Pages are not
stored by caches, and Referer is confined to this site for every page (`SECURE_REFERRER_POLICY`).
"""

import functools
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.views.decorators.cache import never_cache

from collective.web import languages
from elicitation import entry, wording
from elicitation.models import Participant, Study

COOKIE = "collective-person"
# What the cookie begins with where it does not carry the token; no token has a full stop.
_BY_PANEL = "panel."
_SALT = "elicitation.participate.visits"
_COOKIE_SECONDS = 180 * 24 * 60 * 60


@dataclass(frozen=True)
class Visit:
    """A request to a study's pages: the study, and the person if they have come in already."""

    study: Study
    participant: Participant | None
    language: str = field(default="", kw_only=True)
    """The language of the study that is shown."""

    def url(self, name: str, **arguments: Any) -> str:
        """Return the address of one of the study's pages."""
        return reverse(f"participate:{name}", kwargs={"link": self.study.link_token, **arguments})

    def to(self, name: str, **arguments: Any) -> HttpResponse:
        """Send the visitor to one of the study's pages."""
        response = HttpResponseRedirect(self.url(name, **arguments))
        response.status_code = 303
        return response


@dataclass(frozen=True)
class PersonalVisit(Visit):
    """A visit of somebody who has come in."""

    participant: Participant
    is_recognised_by_secret: bool = True
    """Whether the visitor showed what only this person holds; else what was given must not be shown."""

    @property
    def own_link(self) -> str:
        """The address that leads this person back in from any device; "" for who has not shown that it is theirs.

        Who took everything back has none any more that could be shown: their token is sealed.
        """
        if not self.is_recognised_by_secret or self.participant.withdrawn_at is not None:
            return ""
        return settings.SITE_URL.rstrip("/") + reverse("participate:own-link", args=[self.participant.token])


View = Callable[..., HttpResponse]


def study_page(view: Callable[..., HttpResponse]) -> View:
    """Give a view the `Visit` its address and cookie stand for; an unknown link gets a page that says so."""

    @never_cache
    @functools.wraps(view)
    def wrapped(request: HttpRequest, link: str, **arguments: Any) -> HttpResponse:
        token, by_secret = holder_of(request.COOKIES.get(COOKIE, ""))
        participant = entry.find_participant(link, token)
        try:
            study = participant.study if participant else entry.find_study(link)
        except entry.UnknownLink:
            return unknown_link(request)
        language = speak(request, study, participant)
        visit = (
            PersonalVisit(study, participant, by_secret, language=language)
            if participant
            else Visit(study, None, language=language)
        )
        return view(request, visit, **arguments)

    return wrapped


def personal_page(view: Callable[..., HttpResponse]) -> View:
    """Give a view the `PersonalVisit`; who has not come in yet is led to the study's first page."""

    @functools.wraps(view)
    def wrapped(request: HttpRequest, visit: Visit, **arguments: Any) -> HttpResponse:
        if not isinstance(visit, PersonalVisit):
            return visit.to("study")
        return view(request, visit, **arguments)

    return study_page(wrapped)


def speak(request: HttpRequest, study: Study, participant: Participant | None) -> str:
    """Turn the page to the language of the study that a visitor chose or their browser asks for; return it."""
    chosen = [participant.language] if participant and participant.language else []
    language = wording.language_for(study, [*chosen, *wording.wishes_of(request)])
    translation.activate(wording.interface_language(language))
    request.LANGUAGE_CODE = translation.get_language() or language
    action = reverse("participate:language", kwargs={"link": study.link_token})
    offered = languages.menu(wording.languages_of(study), action=action, current=language)
    request.language_menu = offered  # type: ignore[attr-defined]
    request.study_language = language  # type: ignore[attr-defined]
    return language


def unknown_link(request: HttpRequest) -> HttpResponse:
    """Say that a link leads nowhere."""
    return render(request, "participate/unknown_link.html", status=404)


def token_of(request: HttpRequest) -> str:
    """Return the token of the person the visitor's cookie stands for, "" where it stands for nobody."""
    return holder_of(request.COOKIES.get(COOKIE, ""))[0]


def holder_of(value: str) -> tuple[str, bool]:
    """Return the token of the person that a cookie's value stands for ("" for nobody), and whether it is a secret."""
    if not value.startswith(_BY_PANEL):
        return value, True
    try:
        pk = int(signing.loads(value.removeprefix(_BY_PANEL), salt=_SALT))
    except (signing.BadSignature, ValueError, TypeError):
        return "", False
    return Participant.objects.filter(pk=pk).values_list("token", flat=True).first() or "", False


def holder_value(participant: Participant, *, by_secret: bool) -> str:
    """Return the value that stands for a person: their token, or for who has shown no secret, a signed number."""
    return participant.token if by_secret else _BY_PANEL + signing.dumps(participant.pk, salt=_SALT)


def remember(response: HttpResponse, participant: Participant, *, by_secret: bool = True) -> None:
    """Let the visitor's device be this person in this study from now on; without the token if not `by_secret`."""
    response.set_cookie(
        COOKIE,
        holder_value(participant, by_secret=by_secret),
        max_age=_COOKIE_SECONDS,
        path=_cookie_path(participant.study),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def forget(response: HttpResponse, study: Study) -> None:
    """Let the visitor's device be nobody in this study."""
    response.delete_cookie(COOKIE, path=_cookie_path(study), samesite="Lax")


def _cookie_path(study: Study) -> str:
    return reverse("participate:study", kwargs={"link": study.link_token})
