"""Take back what was given: a page that says what will happen, and only then the act."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from elicitation import own_data, withdrawal
from elicitation.models import Participant

from .mine import own_page
from .visits import PersonalVisit

_ACTS: Final[Mapping[str, Callable[..., Any]]] = {
    "everything": withdrawal.withdraw_everything,
    "texts": withdrawal.withdraw_texts,
    "about-you": withdrawal.withdraw_intake,
}


@require_safe
@own_page
def choose(request: HttpRequest, visit: PersonalVisit) -> HttpResponse:
    """Let a person choose what to take back."""
    context = {"study": visit.study, "own_link": visit.own_link, "data": own_data.collect(visit.participant)}
    return render(request, "participate/withdraw.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@own_page
def withdraw(request: HttpRequest, visit: PersonalVisit, *, what: str) -> HttpResponse:
    """Say what taking it back does, and on the second step do it."""
    if what not in _ACTS:
        return visit.to("withdraw")
    if request.method != "POST":
        context = {**_basics(visit), "what": what}
        return render(request, "participate/withdraw_confirm.html", context)
    try:
        _ACTS[what](participant=visit.participant)
    except withdrawal.NothingToTake:
        return visit.to("mine")
    return _done(visit, what)


@require_http_methods(["GET", "HEAD", "POST"])
@own_page
def withdraw_answer(request: HttpRequest, visit: PersonalVisit, *, answer: int) -> HttpResponse:
    """Say what taking back one answer does, and on the second step do it."""
    if request.method == "POST":
        withdrawal.withdraw_answer(participant=visit.participant, assessment=answer)
        return _done(visit, "answer")
    tasks = own_data.collect(visit.participant).tasks
    task = next((task for task in tasks if task.assessment.pk == answer), None)
    if task is None:
        return visit.to("mine")
    return render(request, "participate/withdraw_confirm.html", {**_basics(visit), "what": "answer", "task": task})


def _done(visit: PersonalVisit, what: str) -> HttpResponse:
    response = visit.to("mine")
    response["Location"] += f"?done={what}"
    return response


def _basics(visit: PersonalVisit) -> dict[str, Any]:
    study, participant = visit.study, visit.participant
    pays = any((study.pay_base, study.pay_per_task, study.pay_screened_out))
    named = hasattr(participant, "panel_entry") or hasattr(participant, "invitation")
    return {
        "study": study,
        "own_link": visit.own_link,
        "participant": participant,
        "is_owed": pays and participant.paid_at is None and named,
        "under_way": not participant.outcome and participant.finished_at is None,
        "sources": Participant.Source,
    }
