"""The tasks: the next one, its page, its draft, handing it in."""

import contextlib
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
from elicitation import drafts, finishing, submission, way, wording
from elicitation.answers import AnswersRefused
from elicitation.models import Assessment, Assignment, Draft, Study
from elicitation.prepared import Given, Prepared
from elicitation.storing import Circumstances

from . import task_page
from .devices import device_class
from .pages import has_ended, not_open
from .visits import PersonalVisit, personal_page, token_of

_ASKED_FOR = Prepared(
    lambda: Assignment.objects.filter(idempotency_key=Given("key"), participant=Given("person")).select_related(
        "prompt", "draft"
    )
)


@require_safe
@personal_page
def next_task(request: HttpRequest, visit: PersonalVisit) -> HttpResponse:
    """Lead to whatever comes next: mostly the open task, or a new one."""
    return _lead_on(request, visit)


@require_http_methods(["GET", "HEAD", "POST"])
@personal_page
def enough(request: HttpRequest, visit: PersonalVisit) -> HttpResponse:
    """Ask somebody who has done enough whether they want more, or are done."""
    if request.method == "POST" and request.POST.get("answer") == "done":
        # They may have pressed it in an old tab: what comes next says whether they have done enough.
        with contextlib.suppress(finishing.NotFinished):
            finishing.stop(participant=visit.participant)
        return visit.to("next")
    if request.method == "POST":
        return _lead_on(request, visit, wants_more=True)
    if has_ended(visit) or not assignments.may_stop(visit.participant):
        return visit.to("next")
    done, asked = assignments.tasks_done(visit.participant), assignments.tasks_asked(visit.study)
    context = {
        "study": visit.study,
        "done": done,
        "most": asked - done,
        "open_until": assignments.deadline(visit.participant),
        "own_link": visit.own_link,
    }
    return render(request, "participate/enough.html", context)


def task(request: HttpRequest, link: str, key: uuid.UUID) -> HttpResponse:
    """Show a task, or hand it in."""
    if request.method == "POST" and "later" not in request.POST:
        return hand_in(request, link, key)
    return show(request, link=link, key=key)


@never_cache
def hand_in(request: HttpRequest, link: str, key: uuid.UUID) -> HttpResponse:
    """Store the answers and lead on. This is the path that many take at once: it loads no more than it needs."""
    fields = dict(request.POST.lists())
    as_json = request.headers.get("Accept") == "application/json"  # the page's own script asks so
    try:
        stored = submission.submit(
            key=key,
            sender=submission.Sender(token=token_of(request), link=link),
            fields=fields,
            circumstances=Circumstances(
                language=get_language() or "",
                device_class=device_class(request.headers.get("User-Agent", "")),
                step_seconds=submission.read_step_seconds(_object(request.POST.get("seconds", ""))),
                typing=submission.read_typing(_object(request.POST.get("typing", ""))),
            ),
        )
    except (
        submission.UnknownTask,
        submission.StudyClosed,
        submission.TaskGone,
        submission.NewerDraft,
        AnswersRefused,
    ) as refusal:
        return _refused(refusal, key) if as_json else show(request, link=link, key=key, refusal=refusal)
    # Of a task that came too late to count, its own page says what becomes of it.
    leads_to = reverse("participate:task", args=[link, key]) if stored.is_surplus else None
    onward = leads_to or reverse("participate:next", args=[link])
    if as_json:
        return JsonResponse({"next": onward, "repeated": stored.repeated})
    response = HttpResponseRedirect(onward)
    response.status_code = 303
    return response


def _refused(refusal: Exception, key: uuid.UUID) -> HttpResponse:
    """Answer the page's script; where the answers are at fault it then asks for the page that says so."""
    if isinstance(refusal, submission.NewerDraft):
        newest = Draft.objects.filter(assignment__idempotency_key=key).values_list("revision", flat=True).first()
        return JsonResponse({"error": str(refusal), "revision": newest or 0}, status=409)
    status = 404 if isinstance(refusal, submission.UnknownTask) else 422
    return JsonResponse({"error": str(refusal)}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@personal_page
def show(
    request: HttpRequest, visit: PersonalVisit, *, key: uuid.UUID, refusal: Exception | None = None
) -> HttpResponse:
    """Show a task with what was filled in so far, and where it was refused, why."""
    found = _ASKED_FOR.first(key=key, person=visit.participant.pk)
    if found is None:
        return render(request, "participate/unknown_task.html", {"study": visit.study}, status=404)
    found.participant = visit.participant
    if found.state == Assignment.State.SUBMITTED:
        return _handed_in(request, visit, found)
    if not submission.takes_late(visit.participant, visit.study):
        return visit.to("next")
    try:
        problem = _keep_what_was_sent(request, visit, found)
    except drafts.AlreadyHandedIn:  # by another tab, meanwhile
        return _handed_in(request, visit, found)
    if visit.study.status == Study.Status.CLOSED:
        return not_open(request, visit)
    late = not _still_held(found, visit.study)
    if isinstance(refusal, submission.TaskGone) or (late and not _may_hand_in_late(found)):
        return render(request, "participate/task_gone.html", {"study": visit.study}, status=409)
    context = task_page.context(
        visit=visit,
        assignment=found,
        fields=_fields_to_show(request, found),
        refusal=refusal or problem,
        saved=request.method == "POST" and refusal is None and problem is None,
    )
    context["late"] = late
    wording.note_shown(found, visit.language, written_in=found.prompt.language or wording.source_language(visit.study))
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
    return JsonResponse({"revision": stored.revision, "seconds": task_page.lease_seconds(stored.assignment)})


def _lead_on(request: HttpRequest, visit: PersonalVisit, *, wants_more: bool = False) -> HttpResponse:
    """Lead to what comes next. Who has done nothing yet and finds nothing to do may come again."""
    try:
        coming = way.come_next(participant=visit.participant, wants_more=wants_more)
    except assignments.StudyNotOpen:
        return not_open(request, visit)
    except assignments.NothingLeft:
        context = {"study": visit.study, "own_link": visit.own_link}
        return render(request, "participate/nothing_left.html", context)
    if coming.task is not None:
        return visit.to("task", key=coming.task.idempotency_key)
    return visit.to(coming.station.value)


def _handed_in(request: HttpRequest, visit: PersonalVisit, found: Assignment) -> HttpResponse:
    """Say that a task is handed in, and where it came too late to count, what becomes of it."""
    if not Assessment.objects.filter(assignment=found, is_surplus=True).exists():
        return render(request, "participate/handed_in.html", {"study": visit.study})
    is_paid = bool(visit.study.pay_base or visit.study.pay_per_task)
    return render(
        request, "participate/kept_late.html", {"study": visit.study, "is_paid": is_paid, "own_link": visit.own_link}
    )


def _may_hand_in_late(found: Assignment) -> bool:
    """Return whether there is work in a task whose place others have: it is taken all the same."""
    return found.state == Assignment.State.EXPIRED and Draft.objects.filter(assignment=found).exists()


def _still_held(found: Assignment, study: Study) -> bool:
    """Return whether the task is the person's to do, having asked for its place again where the lease had ended."""
    if found.state == Assignment.State.RESERVED:
        _prolong(found, study)
        return True
    with transaction.atomic():
        assignments.queue_up(study)
        found.refresh_from_db(fields=["state"])
        held = assignments.reclaim(found, study)
        found.refresh_from_db(fields=["leased_until"])
        return held


def _prolong(found: Assignment, study: Study) -> None:
    """Keep the task for somebody who looks at it again, once half of the time is over."""
    if task_page.lease_seconds(found) < 30 * study.lease_minutes and assignments.keep(found, study):
        found.leased_until = assignments.lease_end(study)


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


def _object(text: str) -> dict[str, Any]:
    """Read what the page kept about itself, a JSON object; anything else is nothing."""
    try:
        sent: Any = json.loads(text) if 0 < len(text) < 2000 else {}
    except ValueError:
        return {}
    return sent if isinstance(sent, dict) else {}
