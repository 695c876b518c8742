"""The versions of the protocol, and the status of the study."""

from itertools import pairwise

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from collective.accounts.signed_in import signed_in_user
from elicitation import protocols
from elicitation.models import Role, Study
from elicitation.permissions import get_study
from elicitation.studies import NEXT, missing_before_opening, pilot_people

from .frame import render_build


@login_required
@require_safe
def versions(request: HttpRequest, slug: str) -> HttpResponse:
    """Show every version with what it changed, who came under it and what was answered; the latest first."""
    study = get_study(request.user, slug)
    found = list(
        study.protocols.annotate(
            people=Count("participants", distinct=True), answers=Count("assessments", distinct=True)
        ).order_by("number")
    )
    changes = [[], *(protocols.differences(old, new) for old, new in pairwise(found))]
    in_force = protocols.in_force(study) if protocols.is_in_force(study) else None
    rows = [
        {"version": version, "changes": changed, "in_force": version == in_force}
        for version, changed in zip(found, changes, strict=True)
    ]
    return render_build(request, "versions", study, "versions", rows=rows[::-1])


@login_required
@require_POST
def publish(request: HttpRequest, slug: str) -> HttpResponse:
    """Put the draft into force."""
    study = get_study(request.user, slug, role=Role.RESEARCHER)
    try:
        version = protocols.publish(by=signed_in_user(request), study=study)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        said = _("Version %(number)d is in force. Who came before goes on under the version they agreed to.")
        messages.success(request, said % {"number": version.number})
    return redirect("elicitation:build-versions", slug)


@login_required
@require_POST
def discard(request: HttpRequest, slug: str) -> HttpResponse:
    """Give the draft up."""
    study = get_study(request.user, slug, role=Role.RESEARCHER)
    try:
        protocols.discard_draft(by=signed_in_user(request), study=study)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, _("The draft is discarded."))
    return redirect("elicitation:build-versions", slug)


@login_required
@require_safe
def status(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the status, what may follow it, and what each means."""
    study = get_study(request.user, slug)
    return render_build(
        request,
        "status",
        study,
        "status",
        missing=missing_before_opening(study),
        pilot_people=pilot_people(study),
        choices=[{"value": value, **_describe(study, value)} for value in NEXT[study.status]],
    )


def _describe(study: Study, wanted: str) -> dict[str, str]:
    status = Study.Status
    if study.status == status.CLOSED:
        return {
            "label": _("Reopen, paused"),
            "means": _("The study is open for nobody yet; from there it can be opened again."),
        }
    labels = {
        status.PILOT: _("Open as a pilot"),
        status.RUNNING: _("Open for everybody"),
        status.PAUSED: _("Pause"),
        status.CLOSED: _("Close"),
    }
    meanings = {
        status.PILOT: _(
            "Whoever has the link can take part. Their answers are marked as the pilot's, and stop counting when you "
            "open the study for everybody, unless you keep them."
        ),
        status.RUNNING: _("Whoever has the link can take part, and their answers count."),
        status.PAUSED: _(
            "Nobody new comes in and no further prompts are given out. Who is at work on one may still hand it in."
        ),
        status.CLOSED: _("Nobody can take part or hand anything in any more. What was given stays."),
    }
    key = status(wanted)
    return {"label": labels[key], "means": meanings[key]}
