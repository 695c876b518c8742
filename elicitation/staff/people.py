"""The people of a study, and one of them."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from collective.web.pagination import paginate
from elicitation.explaining import why
from elicitation.models import Assignment
from elicitation.permissions import get_study
from elicitation.queries.people import find_people, intake_of
from elicitation.queries.quality import flags_of
from elicitation.queries.withdrawals import taken_back

from .forms import PeopleFilterForm
from .frame import render_page

ASSESSMENTS_PER_PAGE = 50


@login_required
@require_safe
def people(request: HttpRequest, slug: str) -> HttpResponse:
    """List the people of a study; by the names they have in exports, for no other is known."""
    study = get_study(request.user, slug)
    form = PeopleFilterForm(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    found = find_people(study, name=asked.get("q", ""), source=asked.get("source", ""), state=asked.get("state", ""))
    return render_page(
        request,
        "people",
        study,
        form=form,
        page=paginate(request, found),
        filtered=any(asked.values()),
        taken_back=taken_back(study),
    )


@login_required
@require_safe
def person(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Show what a person said about themselves, and their assessments."""
    study = get_study(request.user, slug)
    shown = get_object_or_404(study.participants.select_related("study"), pk=pk)
    tasks = list(shown.assignments.select_related("prompt").order_by("position", "pk"))
    given = shown.assessments.select_related("prompt").prefetch_related("rankings", "unacceptable_flags")
    exclusions = list(shown.exclusions.select_related("by").order_by("-excluded_at"))
    return render_page(
        request,
        "person",
        study,
        person=shown,
        intake=intake_of(shown),
        tasks=[(task, why(task)) for task in tasks],
        open_tasks=sum(task.state == Assignment.State.RESERVED for task in tasks),
        flags=flags_of([shown]).get(shown.pk, []),
        exclusion=next((each for each in exclusions if each.lifted_at is None), None),
        past_exclusions=[each for each in exclusions if each.lifted_at is not None],
        page=paginate(request, given.order_by("position", "pk"), per_page=ASSESSMENTS_PER_PAGE),
    )
