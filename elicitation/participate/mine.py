"""A person's own page: what they gave, to read, to take away, and what came of it."""

import functools
from collections.abc import Callable
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from collective.web.plots import Reference, distribution_plot
from elicitation import finishing, own_data, standing
from elicitation.hearing_back import what_came_of
from elicitation.models import Block, Participant
from elicitation.panels.returning import way_back

from .visits import PersonalVisit, View, personal_page

_DONE: Final = frozenset({"corrected", "everything", "texts", "about-you", "answer"})


def own_page(view: Callable[..., HttpResponse]) -> View:
    """Give a view the visit of somebody who has shown that they are who they are, by more than a panel's id.

    Who took everything back is told so, whatever page they open.
    """

    @functools.wraps(view)
    def wrapped(request: HttpRequest, visit: PersonalVisit, **arguments: Any) -> HttpResponse:
        if visit.participant.withdrawn_at is not None:
            return withdrawn(request, visit)
        if not visit.is_recognised_by_secret:
            return render(request, "participate/mine_closed.html", {"study": visit.study}, status=403)
        return view(request, visit, **arguments)

    return personal_page(wrapped)


def withdrawn(request: HttpRequest, visit: PersonalVisit) -> HttpResponse:
    """Tell somebody who took everything back that they did, and when."""
    participant = visit.participant
    outcome = participant.withdrawals.filter(scope="everything").values_list("outcome", flat=True).first()
    context = {
        "study": visit.study,
        "participant": participant,
        # What was done is paid, so the code for it stays theirs.
        "way_back": way_back(participant, outcome) if outcome == Participant.Outcome.COMPLETE else None,
    }
    return render(request, "participate/withdrawn.html", context)


@require_safe
@own_page
def mine(request: HttpRequest, visit: PersonalVisit) -> HttpResponse:
    """Show everything a person gave."""
    participant = visit.participant
    done = request.GET.get("done", "")
    context = {
        "study": visit.study,
        "participant": participant,
        "data": own_data.collect(participant),
        "pay": _pay(visit),
        "may_compare": standing.may_compare(participant),
        "changes": what_came_of(visit.study) if participant.wants_to_hear_back else [],
        "done": done if done in _DONE else "",
        "own_link": visit.own_link,
    }
    return render(request, "participate/mine.html", context)


@require_POST
@own_page
def hear_back(request: HttpRequest, visit: PersonalVisit) -> HttpResponse:
    """Note whether they want to hear what came of the study."""
    finishing.choose_to_hear_back(participant=visit.participant, wants=request.POST.get("hear_back") == "yes")
    response = visit.to("mine")
    response["Location"] += "#hear-back"
    return response


@require_safe
@own_page
def download(request: HttpRequest, visit: PersonalVisit, *, form: str) -> HttpResponse:
    """Give out everything as a file: for people to read, or for programs."""
    data = own_data.collect(visit.participant)
    name = f"{_('my-answers')}-{slugify(visit.study.slug)}"
    response: HttpResponse
    if form == "json":
        response = JsonResponse(own_data.as_json(data), json_dumps_params={"ensure_ascii": False, "indent": 2})
    else:
        context = {"study": visit.study, "participant": visit.participant, "data": data}
        response = HttpResponse(render_to_string("participate/mine_file.html", context, request))
    response["Content-Disposition"] = f'attachment; filename="{slugify(name)}.{form}"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@own_page
def compare(request: HttpRequest, visit: PersonalVisit) -> HttpResponse:
    """Show where a person stands among others, once they have said that they want to know."""
    participant = visit.participant
    if request.method == "POST":
        try:
            standing.begin_to_compare(participant=participant)
        except standing.NotYet:
            return visit.to("mine")
        return visit.to("compare")
    if participant.compared_at is None:
        if not standing.may_compare(participant):
            return visit.to("mine")
        correctable = any(task.can_correct for task in own_data.collect(participant).tasks)
        context = {"study": visit.study, "own_link": visit.own_link, "correctable": correctable}
        return render(request, "participate/compare_first.html", context)
    context = {
        "study": visit.study,
        "own_link": visit.own_link,
        "fewest": standing.FEWEST_OTHERS,
        "standings": [(found, _plot(found)) for found in standing.standings(participant)],
    }
    return render(request, "participate/compare.html", context)


def _plot(found: standing.Standing) -> str:
    own = found.agreement.estimate
    if not found.everybody or own is None:
        return ""
    titles = {
        Block.PERSONAL: _("For oneself: how far people's orders agree with those of others"),
        Block.WORLD: _("For the world: how far people's orders agree with those of others"),
    }
    return distribution_plot(
        found.everybody,
        title=titles[found.block],
        axis=_("Agreement with others, 0 to 1"),
        references=[Reference(_("You"), own)],
        domain=(0.0, 1.0),
    )


def _pay(visit: PersonalVisit) -> str:
    """Return "paid" or "open", "" where the study pays nothing."""
    study = visit.study
    if not any((study.pay_base, study.pay_per_task, study.pay_screened_out)):
        return ""
    return "paid" if visit.participant.paid_at else "open"
