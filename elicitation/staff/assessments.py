"""Everything one person gave on one prompt: what evidence elsewhere links to."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from elicitation.permissions import get_study
from elicitation.queries.assessments import assessments_of, steps_of
from elicitation.queries.quality import flags_on

from .frame import render_page


@login_required
@require_safe
def assessment(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Show an assessment step by step, with the responses in the order in which the person saw them."""
    study = get_study(request.user, slug)
    shown = get_object_or_404(assessments_of(study), pk=pk)
    order = shown.shown_order or shown.prompt.letters
    responses = sorted(shown.prompt.responses.all(), key=lambda response: order.index(response.letter))
    return render_page(
        request,
        "assessment",
        study,
        assessment=shown,
        prompt=shown.prompt,
        person=shown.participant,
        steps=steps_of(shown),
        responses=responses,
        flags=flags_on(shown),
        seconds=sum(shown.step_seconds.values()) if shown.step_seconds else None,
    )
