"""Show a study's pages as a participant would see them, without storing anything.

The real pages are asked, by somebody made up who exists only inside a transaction that is rolled back. So a preview
cannot differ from what people get, whatever becomes of those pages.
"""

import copy
import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import timezone, translation

from elicitation.assignment import shuffled_letters
from elicitation.models import Assignment, Participant, Prompt, ProtocolVersion, Study

from . import information, pages, quiz_page, tasks
from .visits import COOKIE

_OWN_ADDRESS: Final = re.compile(r'(?P<what> (?:href|action)=")/p/(?P<rest>[^"]*)"')
_DRAFT_ADDRESS: Final = re.compile(r'(?P<what> data-draft-url=")[^"]*"')


@dataclass(frozen=True)
class Preview:
    """What is to be shown: a page of the study, under a version, in a form and language; `prompt` for a task."""

    study: Study
    version: ProtocolVersion
    page: str
    form: str
    language: str
    prompt: Prompt | None = None


def pages_of(version: ProtocolVersion, prompts: int) -> list[str]:
    """Return the pages that somebody walks through under a version, in order."""
    before = ["welcome", "information"]
    asked = [page for page, there in (("about-you", version.intake), ("quiz", version.quiz)) if there]
    return [*before, *asked, *(["task"] if prompts else []), "finish"]


def show(request: HttpRequest, preview: Preview, *, onward: str, draft_url: str) -> HttpResponse:
    """Return the page; what it would send goes to `onward` and `draft_url`, and its other links lead onward too."""
    with transaction.atomic():
        # Nobody but this transaction sees the study open.
        Study.objects.filter(pk=preview.study.pk).update(status=Study.Status.RUNNING)
        preview.study.panels.update(is_active=False)
        person = None if preview.page == "welcome" else _somebody(preview)
        with translation.override(translation.get_language()):
            shown = _VIEWS[preview.page](_as_visitor(request, person, preview.language), preview, person)
            text = shown.content.decode()
        transaction.set_rollback(True)
    text = _OWN_ADDRESS.sub(lambda found: f'{found["what"]}{onward}"', text)
    text = _DRAFT_ADDRESS.sub(lambda found: f'{found["what"]}{draft_url}"', text)
    return HttpResponse(text)


def _somebody(preview: Preview) -> Participant:
    """Make the person who looks, as far on their way as the page needs."""
    now = timezone.now()
    facts: dict[str, Any] = {}
    if preview.page in {"quiz", "task", "finish"}:
        facts["intake_at"] = now
    if preview.page in {"task", "finish"}:
        facts["quiz_passed_at"] = now
    if preview.page == "finish":
        facts |= {"finished_at": now, "outcome": Participant.Outcome.COMPLETE, "outcome_at": now}
    return Participant.objects.create(
        study=preview.study,
        key=f"preview-{uuid.uuid4()}",
        source=Participant.Source.LINK,
        form=preview.form,
        language=preview.language,
        protocol=preview.version,
        consented_at=now,
        **facts,
    )


def _as_visitor(request: HttpRequest, person: Participant | None, language: str) -> HttpRequest:
    """Return the request as the made-up person would send it, whose device is set to a language."""
    visitor = copy.copy(request)
    visitor.method = "GET"
    visitor.GET = QueryDict()
    kept = {
        settings.CSRF_COOKIE_NAME: request.COOKIES.get(settings.CSRF_COOKIE_NAME, ""),
        settings.LANGUAGE_COOKIE_NAME: language,
    }
    visitor.COOKIES = {**kept, COOKIE: person.token} if person else kept
    return visitor


def _task(request: HttpRequest, preview: Preview, person: Participant | None) -> HttpResponse:
    assert person is not None  # noqa: S101 (made for every page but the first)
    assert preview.prompt is not None  # noqa: S101 (the page is offered only where there is one)
    given = Assignment.objects.create(
        participant=person,
        prompt=preview.prompt,
        position=0,
        shown_order=shuffled_letters(
            preview.prompt.letters, prompt_key=preview.prompt.key, person_key=person.key, seed=preview.study.seed
        ),
        language=preview.language,
        idempotency_key=uuid.uuid4(),
        leased_until=timezone.now() + timedelta(hours=1),
    )
    return tasks.show(request, link=preview.study.link_token, key=given.idempotency_key)


def _plain(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    def call(request: HttpRequest, preview: Preview, _person: Participant | None) -> HttpResponse:
        return view(request, link=preview.study.link_token)

    return call


_VIEWS: Final[Mapping[str, Callable[..., HttpResponse]]] = {
    "welcome": _plain(pages.welcome),
    "information": _plain(information.information),
    "about-you": _plain(pages.about_you),
    "quiz": _plain(quiz_page.quiz_page),
    "task": _task,
    "finish": _plain(pages.finish),
}
