"""Before and after the tasks: welcome and consent, the intake survey, the last page."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from elicitation import assignment, entry, finishing, intake
from elicitation.models import ProtocolVersion, Study
from elicitation.protocols import in_force

from .forms import IntakeForm
from .visits import PersonalVisit, Visit, forget, personal_page, remember, study_page, unknown_link


@require_http_methods(["GET", "HEAD", "POST"])
@study_page
def welcome(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Say what the study is about and ask for consent; who has come in before is led to where they left."""
    if isinstance(visit, PersonalVisit):
        return visit.to(_where(visit))
    if not visit.study.is_open:
        return not_open(request, visit)
    if request.method != "POST":
        context = {
            "study": visit.study,
            "visit": uuid.uuid4(),
            "tasks": assignment.tasks_asked(visit.study),
        }
        return render(request, "participate/welcome.html", context)
    if request.POST.get("answer") != "agree":
        return visit.to("declined")
    participant = entry.consent(
        study=visit.study, visit=_uuid(request.POST.get("visit", "")), language=get_language() or ""
    )
    response = visit.to(_where(PersonalVisit(visit.study, participant)))
    remember(response, participant)
    return response


@require_safe
@study_page
def declined(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Thank somebody who would rather not take part; nothing of them was kept."""
    return render(request, "participate/declined.html", {"study": visit.study})


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
    """Ask the intake survey."""
    protocol = _protocol(visit.study)
    if request.method != "POST":
        form = IntakeForm(protocol.intake, initial=intake.given_answers(visit.participant))
        return _intake_page(request, visit, form)
    form = IntakeForm(protocol.intake, data=request.POST)
    try:
        intake.save_intake(participant=visit.participant, protocol=protocol, given=form.given())
    except intake.IntakeRefused as refused:
        form.show_errors(refused.errors)
        return _intake_page(request, visit, form, status=422)
    return visit.to("next")


@require_http_methods(["GET", "HEAD", "POST"])
@personal_page
def finish(request: HttpRequest, visit: PersonalVisit) -> HttpResponse:
    """Thank, give the completion code, and ask whether to hear what came of it."""
    if visit.participant.finished_at is None:
        return visit.to("next")
    if request.method == "POST":
        finishing.choose_to_hear_back(participant=visit.participant, wants=request.POST.get("hear_back") == "yes")
        return visit.to("finish")
    context = {
        "study": visit.study,
        "participant": visit.participant,
        "done": assignment.tasks_done(visit.participant),
        "own_link": visit.own_link,
    }
    return render(request, "participate/finish.html", context)


@require_POST
@study_page
def leave(_request: HttpRequest, visit: Visit) -> HttpResponse:
    """Let somebody else take part on this device."""
    response = visit.to("study")
    forget(response, visit.study)
    return response


def not_open(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Say that the study has not begun, pauses or has ended."""
    own = visit.own_link if isinstance(visit, PersonalVisit) else ""
    return render(request, "participate/not_open.html", {"study": visit.study, "own_link": own}, status=403)


def needs_intake(visit: PersonalVisit) -> bool:
    """Return whether the intake survey is still to be asked."""
    return visit.participant.intake_at is None and bool(_protocol(visit.study).intake)


def _where(visit: PersonalVisit) -> str:
    if visit.participant.finished_at is not None:
        return "finish"
    return "about-you" if needs_intake(visit) else "next"


def _protocol(study: Study) -> ProtocolVersion:
    return in_force(study)


def _intake_page(request: HttpRequest, visit: PersonalVisit, form: IntakeForm, status: int = 200) -> HttpResponse:
    context = {"study": visit.study, "form": form, "own_link": visit.own_link}
    return render(request, "participate/about_you.html", context, status=status)


def _uuid(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        return uuid.uuid4()
