"""The list of a study's prompts, and a prompt with all that people gave on it."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from collective.web import answer_fields, plots
from collective.web.pagination import paginate
from elicitation.models import Block
from elicitation.permissions import get_study
from elicitation.prompts import is_in_use
from elicitation.queries import opinions
from elicitation.queries.prompts import find_prompts, topics

from .forms import PromptFilterForm
from .frame import render_page

PEOPLE_PER_PAGE = 20


@login_required
@require_safe
def prompts(request: HttpRequest, slug: str) -> HttpResponse:
    """List the prompts of a study."""
    study = get_study(request.user, slug)
    form = PromptFilterForm(request.GET, topics=topics(study))
    asked = form.cleaned_data if form.is_valid() else {}
    found = find_prompts(study, words=asked.get("q", ""), topic=asked.get("topic", ""), order=asked.get("sort", ""))
    return render_page(
        request, "prompts", study, form=form, page=paginate(request, found), filtered=any(asked.values())
    )


@login_required
@require_safe
def prompt(request: HttpRequest, slug: str, key: str) -> HttpResponse:
    """Show a prompt, its responses and criteria, and what people think of them."""
    study = get_study(request.user, slug)
    shown = get_object_or_404(study.prompts.prefetch_related("responses"), key=key)
    given = shown.assessments.select_related("participant", "reading").prefetch_related(
        "rankings__reading", "unacceptable_flags"
    )
    views = [opinions.crowd_view(shown, block) for block in Block]
    criteria = opinions.criterion_views(shown)
    vetoes = opinions.vetoes(shown)
    return render_page(
        request,
        "prompt",
        study,
        prompt=shown,
        in_use=is_in_use(shown),
        candidates=[(response, vetoes[response.letter]) for response in shown.responses.all()],
        vetoes_asked=next(iter(vetoes.values())).asked,
        views=[(view, _places_plot(view), _utility_plot(view)) for view in views if view.people],
        unasked=[view for view in views if not view.people],
        criteria=criteria,
        criteria_plot=_criteria_plot(criteria),
        page=paginate(request, given.order_by("submitted_at", "pk"), per_page=PEOPLE_PER_PAGE),
        place_names=[place.ordinal for place in answer_fields.places(shown.candidates)],
        earlier=study.prompts.filter(position__lt=shown.position).order_by("-position").first(),
        later=study.prompts.filter(position__gt=shown.position).order_by("position").first(),
    )


def _places_plot(view: opinions.CrowdView) -> str:
    names = [str(place.ordinal) for place in answer_fields.places(len(view.standings))]
    return plots.heatmap(
        [
            plots.Cell(standing.letter, name, count / view.people)
            for standing in view.standings
            for name, count in zip(names, standing.places, strict=True)
        ],
        title=_("Where people put each response"),
        percent=True,
    )


def _utility_plot(view: opinions.CrowdView) -> str:
    return plots.interval_plot(
        [_interval(standing.letter, standing.utility) for standing in view.standings],
        title=_("Mean utility of each response"),
        axis=_("Mean utility"),
        domain=(0, 1),
    )


def _criteria_plot(criteria: list[opinions.CriterionView]) -> str:
    return plots.interval_plot(
        [_interval(_shortened(view.criterion.text), view.mean) for view in criteria],
        title=_("Mean score of each criterion"),
        axis=_("Mean score"),
        references=[plots.Reference(_("indifferent"), 0)],
        domain=(-10, 10),
    )


def _interval(label: str, value: Any) -> plots.Interval:
    return plots.Interval(label, value.estimate, value.low, value.high)


def _shortened(text: str, length: int = 60) -> str:
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"
