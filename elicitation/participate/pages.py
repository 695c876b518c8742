"""Before and after the tasks: welcome and consent, the intake survey, the last page."""

import uuid
from collections.abc import Callable
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from elicitation import assignment, entry, finishing, intake, quotas, wording
from elicitation.models import Participant, ProtocolVersion, Study
from elicitation.panels.arriving import UnfitId
from elicitation.panels.returning import WayBack, leave_for, way_back
from elicitation.protocols import protocol_for

from .endings import ending_of
from .forms import IntakeForm
from .mine import withdrawn
from .visits import PersonalVisit, Visit, forget, personal_page, remember, study_page, unknown_link


@require_http_methods(["GET", "HEAD", "POST"])
@study_page
def welcome(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Say what the study is about and ask for consent; who has come in before is led to where they left.

    The address may carry a panel's or an invitation's parameters. The form is sent to the same address, so they come
    with the consent, and nothing needs to be stored before it.
    """
    try:
        way = entry.way_in(visit.study, request.GET)
    except UnfitId as refusal:
        return render(request, "participate/unfit_id.html", {"study": visit.study, "reason": str(refusal)}, status=400)
    known = entry.recognise(way, _holder(visit))
    if known is not None:
        return _let_in(visit.study, known, visit)
    if not visit.study.is_open:
        return not_open(request, Visit(visit.study, None), way)
    if not entry.admits(way, visit.study):
        return panels_only(request, visit, way)
    if request.method != "POST":
        context = {
            "study": visit.study,
            "visit": uuid.uuid4(),
            "tasks": assignment.tasks_asked(visit.study),
        }
        return render(request, "participate/welcome.html", context)
    if request.POST.get("answer") != "agree":
        return _to_declined(visit, request.GET, way)
    page = _uuid(request.POST.get("visit", ""))
    participant = entry.consent(study=visit.study, visit=page, language=visit.language, way=way)
    return _let_in(visit.study, entry.Recognised(participant, by_secret=entry.is_of_visit(participant, page)))


@require_safe
@study_page
def declined(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Thank somebody who would rather not take part; nothing of them was kept. Their panel is told by its code."""
    try:
        way = entry.way_in(visit.study, request.GET)
    except UnfitId:
        way = entry.WayIn()
    context = {
        "study": visit.study,
        "way_back": leave_for(way.arrival, Participant.Outcome.NO_CONSENT) if way.arrival else None,
        "query": "" if way.is_open_link else request.GET.urlencode(),
    }
    return render(request, "participate/declined.html", context)


@require_safe
@never_cache
def invited(request: HttpRequest, token: str) -> HttpResponse:
    """Lead somebody in by the link of their invitation, in the language it was written in."""
    try:
        found = entry.find_invitation(token)
    except entry.UnknownLink:
        return unknown_link(request)
    if found.participant is not None:
        found.participant.study = found.study
        response = Visit(found.study, found.participant).to("study")
        remember(response, found.participant)
        return response
    response = Visit(found.study, None).to("study")
    response["Location"] += "?" + urlencode({entry.INVITED: token})
    if found.language in wording.languages_of(found.study) and settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, found.language, samesite="Lax")
    return response


@require_safe
@never_cache
def own_link(request: HttpRequest, token: str) -> HttpResponse:
    """Let a person in by their own link, and lead on to an address that does not carry it."""
    try:
        participant = entry.find_by_own_link(token)
    except entry.UnknownLink:
        return unknown_link(request)
    response = Visit(participant.study, participant).to("study")
    remember(response, participant)
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@personal_page
def about_you(request: HttpRequest, visit: PersonalVisit) -> HttpResponse:
    """Ask the intake survey; who has no place in a quota is sent away by it."""
    if has_ended(visit):
        return visit.to("finish")
    protocol = protocol_for(visit.participant)
    if request.method != "POST":
        # What somebody said about themselves is shown to nobody who only knows their panel id.
        given = intake.given_answers(visit.participant) if visit.is_recognised_by_secret else {}
        form = IntakeForm(protocol.intake, say=_speaker(visit, protocol), initial=given)
        return _intake_page(request, visit, form)
    form = IntakeForm(protocol.intake, say=_speaker(visit, protocol), data=request.POST)
    try:
        intake.save_intake(participant=visit.participant, protocol=protocol, given=form.given())
    except intake.IntakeRefused as refused:
        form.show_errors(refused.errors)
        return _intake_page(request, visit, form, status=422)
    try:
        quotas.take_places(participant=visit.participant, study=visit.study)
    except quotas.SentAway:
        return visit.to("finish")
    return visit.to("next")


@require_http_methods(["GET", "HEAD", "POST"])
@personal_page
def finish(request: HttpRequest, visit: PersonalVisit) -> HttpResponse:
    """Say how it ended and what to do now, and ask whether to hear what came of it."""
    if not has_ended(visit):
        return visit.to("next")
    if request.method == "POST":
        finishing.choose_to_hear_back(participant=visit.participant, wants=request.POST.get("hear_back") == "yes")
        return visit.to("finish")
    return ended(request, visit)


@require_http_methods(["GET", "HEAD", "POST"])
@personal_page
def trouble(request: HttpRequest, visit: PersonalVisit) -> HttpResponse:
    """Let somebody for whom this does not work end here, and go back to their panel with its code for a fault."""
    if request.method == "POST":
        finishing.end(participant=visit.participant, outcome=Participant.Outcome.FAULT)
    if has_ended(visit):
        return visit.to("finish")
    context = {"study": visit.study, "own_link": visit.own_link}
    return render(request, "participate/trouble.html", context)


def has_ended(visit: PersonalVisit) -> bool:
    """Return whether the person's way has come to an end, of whatever kind."""
    return bool(visit.participant.outcome) or visit.participant.finished_at is not None


def ended(request: HttpRequest, visit: PersonalVisit) -> HttpResponse:
    """Say how a person's way ended: kindly, with the code for it and the way back to where they came from."""
    participant = visit.participant
    if participant.withdrawn_at is not None:
        return withdrawn(request, visit)
    context = {
        "study": visit.study,
        "participant": participant,
        "ending": ending_of(participant.outcome or Participant.Outcome.COMPLETE),
        "way_back": way_back(participant, participant.outcome or Participant.Outcome.COMPLETE),
        "done": assignment.tasks_done(participant),
        "own_link": visit.own_link,
    }
    return render(request, "participate/ended.html", context)


@require_POST
@study_page
def leave(_request: HttpRequest, visit: Visit) -> HttpResponse:
    """Let somebody else take part on this device."""
    response = visit.to("study")
    forget(response, visit.study)
    return response


def not_open(request: HttpRequest, visit: Visit, way: entry.WayIn | None = None) -> HttpResponse:
    """Say that the study has not begun, pauses or has ended. Who comes from a panel is told how to go back."""
    own = visit.own_link if isinstance(visit, PersonalVisit) else ""
    context = {"study": visit.study, "own_link": own, "way_back": _no_place(way)}
    return render(request, "participate/not_open.html", context, status=403)


def panels_only(request: HttpRequest, visit: Visit, way: entry.WayIn) -> HttpResponse:
    """Say that people come to this study from elsewhere, and not by this address."""
    names = list(visit.study.panels.filter(is_active=True).order_by("name").values_list("name", flat=True))
    context = {"study": visit.study, "panels": names, "way_back": _no_place(way)}
    return render(request, "participate/panels_only.html", context, status=403)


def _no_place(way: entry.WayIn | None) -> WayBack | None:
    return leave_for(way.arrival, Participant.Outcome.QUOTA_FULL) if way and way.arrival else None


def _holder(visit: Visit) -> entry.Recognised | None:
    if not isinstance(visit, PersonalVisit):
        return None
    return entry.Recognised(visit.participant, visit.is_recognised_by_secret)


def _let_in(study: Study, known: entry.Recognised, visit: Visit | None = None) -> HttpResponse:
    """Lead a person to where they left, and let their device be them unless it is already."""
    participant = known.participant
    participant.study = study
    response = PersonalVisit(study, participant).to(_where(PersonalVisit(study, participant)))
    if visit is None or _holder(visit) != known:
        remember(response, participant, by_secret=known.by_secret)
    return response


def _to_declined(visit: Visit, parameters: QueryDict, way: entry.WayIn) -> HttpResponse:
    response = visit.to("declined")
    if not way.is_open_link:
        response["Location"] += "?" + parameters.urlencode()
    return response


def _where(visit: PersonalVisit) -> str:
    if has_ended(visit):
        return "finish"
    return "about-you" if intake.is_due(visit.participant) else "next"


def _intake_page(request: HttpRequest, visit: PersonalVisit, form: IntakeForm, status: int = 200) -> HttpResponse:
    context = {"study": visit.study, "form": form, "own_link": visit.own_link, "person": visit.participant.key}
    return render(request, "participate/about_you.html", context, status=status)


def _speaker(visit: PersonalVisit, protocol: ProtocolVersion) -> Callable[[str], str]:
    return wording.speaker(protocol, visit.language, written_in=wording.source_language(visit.study))


def _uuid(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        return uuid.uuid4()
