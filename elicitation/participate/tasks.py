"""The tasks: the next one, its page, its draft, handing it in."""

import json
import uuid
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from elicitation import assignment as assignments
from elicitation import drafts, finishing, quiz, submission
from elicitation.answers import AnswersRefused
from elicitation.models import Assignment, Draft, Study
from elicitation.storing import Circumstances

from . import task_page
from .devices import device_class
from .pages import has_ended, needs_intake, not_open
from .visits import PersonalVisit, personal_page, token_of


@require_safe
@personal_page
def next_task(request: HttpRequest, visit: PersonalVisit) -> HttpResponse:
    """Lead to the open task, reserve the next, or end."""
    if has_ended(visit):
        return visit.to("finish")
    if needs_intake(visit):
        return visit.to("about-you")
    if quiz.is_due(visit.participant):
        return visit.to("quiz")
    try:
        task = assignments.next_task(participant=visit.participant)
    except assignments.StudyNotOpen:
        return not_open(request, visit)
    except assignments.NothingLeft:
        return _end(request, visit, nothing_left=True)
    return visit.to("task", key=task.idempotency_key) if task else _end(request, visit)


def task(request: HttpRequest, link: str, key: uuid.UUID) -> HttpResponse:
    """Show a task, or hand it in."""
    if request.method == "POST" and "later" not in request.POST:
        return hand_in(request, link, key)
    return show(request, link=link, key=key)


@never_cache
def hand_in(request: HttpRequest, link: str, key: uuid.UUID) -> HttpResponse:
    """Store the answers and lead on. This is the path that many take at once: it loads no more than it needs."""
    fields = dict(request.POST.lists())
    try:
        submission.submit(
            key=key,
            sender=submission.Sender(token=token_of(request), link=link),
            fields=fields,
            circumstances=Circumstances(
                language=get_language() or "",
                device_class=device_class(request.headers.get("User-Agent", "")),
                step_seconds=_seconds(request.POST.get("seconds", "")),
            ),
        )
    except (
        submission.UnknownTask,
        submission.StudyClosed,
        submission.TaskGone,
        submission.NewerDraft,
        AnswersRefused,
    ) as refusal:
        return show(request, link=link, key=key, refusal=refusal)
    response = HttpResponseRedirect(reverse("participate:next", args=[link]))
    response.status_code = 303
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@personal_page
def show(
    request: HttpRequest, visit: PersonalVisit, *, key: uuid.UUID, refusal: Exception | None = None
) -> HttpResponse:
    """Show a task with what was filled in so far, and where it was refused, why."""
    found = visit.participant.assignments.select_related("prompt", "draft").filter(idempotency_key=key).first()
    if found is None:
        return render(request, "participate/unknown_task.html", {"study": visit.study}, status=404)
    if found.state == Assignment.State.SUBMITTED:
        return render(request, "participate/handed_in.html", {"study": visit.study}, status=200)
    try:
        problem = _keep_what_was_sent(request, visit, found)
    except drafts.AlreadyHandedIn:  # by another tab, meanwhile
        return render(request, "participate/handed_in.html", {"study": visit.study}, status=200)
    if visit.study.status == Study.Status.CLOSED:
        return not_open(request, visit)
    if isinstance(refusal, submission.TaskGone) or not _still_held(found, visit.study):
        return render(request, "participate/task_gone.html", {"study": visit.study}, status=409)
    context = task_page.context(
        visit=visit,
        assignment=found,
        fields=_fields_to_show(request, found),
        refusal=refusal or problem,
        saved=request.method == "POST" and refusal is None and problem is None,
    )
    return render(request, "participate/task.html", context, status=_status(refusal or problem))


@require_POST
@personal_page
def draft(request: HttpRequest, visit: PersonalVisit, *, key: uuid.UUID) -> HttpResponse:
    """Save a draft and answer once it is committed: 200 with its revision, 409 where another tab was newer."""
    found = visit.participant.assignments.filter(idempotency_key=key).first()
    if found is None:
        return JsonResponse({"error": _("There is no such task among yours.")}, status=404)
    try:
        stored = _save_draft(request, visit, found)
    except drafts.StaleDraft as stale:
        return JsonResponse({"error": str(stale), "revision": stale.draft.revision}, status=409)
    except drafts.AlreadyHandedIn as refusal:
        return JsonResponse({"error": str(refusal)}, status=410)
    except drafts.DraftTooLong as refusal:
        return JsonResponse({"error": str(refusal)}, status=413)
    return JsonResponse({"revision": stored.revision})


def _end(request: HttpRequest, visit: PersonalVisit, *, nothing_left: bool = False) -> HttpResponse:
    """Finish the person's way. Who was never given a task is told that there is none, and may come again."""
    if nothing_left and assignments.tasks_done(visit.participant) == 0:
        return render(
            request, "participate/nothing_left.html", {"study": visit.study, "own_link": visit.own_link}, status=200
        )
    try:
        finishing.finish(participant=visit.participant, nothing_left=nothing_left)
    except finishing.NotFinished:  # another tab has just taken a task
        return visit.to("next")
    return visit.to("finish")


def _still_held(found: Assignment, study: Study) -> bool:
    """Return whether the task is the person's to do, having asked for its place again where the lease had ended."""
    if found.state == Assignment.State.RESERVED:
        return True
    with transaction.atomic():
        assignments.queue_up(study)
        found.refresh_from_db(fields=["state"])
        return assignments.reclaim(found, study)


def _keep_what_was_sent(request: HttpRequest, visit: PersonalVisit, found: Assignment) -> Exception | None:
    """Keep a form that is not handed in now as a draft, so that it outlives this page; return what hindered it."""
    if request.method == "POST":
        try:
            found.draft = _save_draft(request, visit, found)
        except drafts.StaleDraft as problem:
            found.draft = problem.draft
            return problem
        except drafts.DraftTooLong as problem:
            return problem
    return None


def _save_draft(request: HttpRequest, visit: PersonalVisit, found: Assignment) -> Draft:
    return drafts.save_draft(
        assignment=found,
        study=visit.study,
        fields=submission.answer_fields(dict(request.POST.lists())),
        revision=submission.revision_of(dict(request.POST.lists())),
    )


def _fields_to_show(request: HttpRequest, found: Assignment) -> dict[str, list[str]]:
    if request.method == "POST":
        return submission.answer_fields(dict(request.POST.lists()))
    return found.draft.fields if hasattr(found, "draft") else {}


def _status(refusal: Exception | None) -> int:
    if refusal is None:
        return 200
    return 409 if isinstance(refusal, submission.NewerDraft | drafts.StaleDraft) else 422


def _seconds(text: str) -> dict[str, float]:
    """Read the times the page kept, a JSON object; anything else is nothing."""
    try:
        sent: Any = json.loads(text) if 0 < len(text) < 1000 else {}
    except ValueError:
        return {}
    return submission.read_step_seconds(sent) if isinstance(sent, dict) else {}
