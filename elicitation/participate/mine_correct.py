"""Correct what was handed in: a task on the form it was given on, or the survey about oneself."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from elicitation import correcting, intake
from elicitation.answers import AnswersRefused
from elicitation.models import Assessment
from elicitation.protocols import protocol_for

from . import task_page
from .forms import IntakeForm
from .mine import own_page
from .visits import PersonalVisit


@require_http_methods(["GET", "HEAD", "POST"])
@own_page
def correct_answer(request: HttpRequest, visit: PersonalVisit, *, answer: int) -> HttpResponse:
    """Show an answer on the form it was given on, or put another in its place."""
    found = (
        visit.participant.assessments.select_related("prompt", "protocol", "assignment", "assignment__prompt")
        .filter(pk=answer, assignment__isnull=False)
        .first()
    )
    if found is None:
        return visit.to("mine")
    found.participant = visit.participant
    if not correcting.can_correct(found):
        return render(request, "participate/correct_no_more.html", _basics(visit), status=403)
    if request.method != "POST":
        return _form(request, visit, found, correcting.stored_fields(found))
    fields = dict(request.POST.lists())
    try:
        correcting.correct(
            participant=visit.participant, assessment=answer, fields=fields, version=_number(fields, "version")
        )
    except Assessment.DoesNotExist:
        return visit.to("mine")
    except correcting.CorrectionRefused:
        return render(request, "participate/correct_no_more.html", _basics(visit), status=403)
    except (AnswersRefused, correcting.NewerAnswer) as refusal:
        found.refresh_from_db(fields=["corrected_at"])
        return _form(request, visit, found, fields, refusal)
    return _corrected(visit)


@require_http_methods(["GET", "HEAD", "POST"])
@own_page
def correct_intake(request: HttpRequest, visit: PersonalVisit) -> HttpResponse:
    """Show the survey with what a person said, or put something else in its place."""
    participant = visit.participant
    if not correcting.can_correct_intake(participant):
        return render(request, "participate/correct_no_more.html", _basics(visit), status=403)
    protocol = protocol_for(participant)
    if request.method != "POST":
        form = IntakeForm(protocol.intake, initial=intake.given_answers(participant))
        return render(request, "participate/correct_intake.html", {**_basics(visit), "form": form})
    form = IntakeForm(protocol.intake, data=request.POST)
    try:
        correcting.correct_intake(participant=participant, protocol=protocol, given=form.given())
    except intake.IntakeRefused as refused:
        form.show_errors(refused.errors)
        return render(request, "participate/correct_intake.html", {**_basics(visit), "form": form}, status=422)
    except correcting.CorrectionRefused:
        return render(request, "participate/correct_no_more.html", _basics(visit), status=403)
    return _corrected(visit)


def _form(
    request: HttpRequest,
    visit: PersonalVisit,
    found: Assessment,
    fields: Mapping[str, Sequence[str]],
    refusal: Exception | None = None,
) -> HttpResponse:
    assert found.assignment is not None  # noqa: S101 (only such answers are looked up)
    context = task_page.context(
        visit=visit,
        assignment=found.assignment,
        fields=fields,
        refusal=refusal if isinstance(refusal, AnswersRefused) else None,
        saved=False,
        protocol=found.protocol,
    )
    scored = {f"score_{key}" for key in correcting.what_was_asked(found).criteria}
    context["criteria"] = [part for part in context["criteria"] if part.name in scored]
    context |= {
        "answer": found,
        "version": correcting.version_of(found),
        "until": correcting.correctable_until(found),
        "newer": isinstance(refusal, correcting.NewerAnswer),
        "notice": str(refusal) if isinstance(refusal, correcting.NewerAnswer) else "",
    }
    status = 200 if refusal is None else 409 if context["newer"] else 422
    return render(request, "participate/correct.html", context, status=status)


def _corrected(visit: PersonalVisit) -> HttpResponse:
    response = visit.to("mine")
    response["Location"] += "?done=corrected"
    return response


def _basics(visit: PersonalVisit) -> dict[str, Any]:
    return {"study": visit.study, "own_link": visit.own_link, "participant": visit.participant}


def _number(fields: Mapping[str, Sequence[str]], name: str) -> int:
    sent = (fields.get(name) or [""])[-1]
    return int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 20 else 0
