"""The list of studies, a study's overview, its settings and its status."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from collective.accounts.signed_in import signed_in_user
from collective.web import plots
from collective.web.pagination import paginate
from elicitation.addresses import participant_link
from elicitation.models import Role, Study
from elicitation.permissions import get_study, visible_studies
from elicitation.queries import progress
from elicitation.studies import NEXT, StatusRefused, create_study, missing_before_opening, set_status

from .forms import CreateStudyForm, StatusForm
from .frame import render_page

PER_PAGE = 24
LEAST_COVERED = 12
MOST_GROUPS = 10


@login_required
@require_safe
def studies(request: HttpRequest) -> HttpResponse:
    """List the studies one has a role in."""
    page = paginate(request, progress.with_counts(visible_studies(request.user)), per_page=PER_PAGE)
    return render(request, "elicitation/studies.html", {"page": page})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    """Create a study; whoever has an account may, and becomes its admin."""
    form = CreateStudyForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        study = create_study(by=signed_in_user(request), **form.cleaned_data)
        messages.success(request, _("The study is created, as a draft that nobody can open yet."))
        return redirect("elicitation:study", study.slug)
    return render(request, "elicitation/create_study.html", {"form": form}, status=400 if form.is_bound else 200)


@login_required
@require_safe
def overview(request: HttpRequest, slug: str) -> HttpResponse:
    """Show how far a study has come, and lead on to everything in it."""
    study = get_study(request.user, slug)
    coverage = progress.coverage(study)
    days = progress.assessments_by_day(study)
    demographics = progress.demographics(study)
    return render_page(
        request,
        "study",
        study,
        link=participant_link(study),
        missing=missing_before_opening(study),
        next_statuses=[(status.value, _next_label(study, status)) for status in NEXT[study.status]],
        figures=progress.figures(study),
        coverage=coverage,
        coverage_plot=_coverage_plot(coverage),
        least_covered=coverage.prompts[:LEAST_COVERED],
        days=days,
        timeline_plot=plots.timeline(days, title=_("Assessments over time")),
        demographics=[(question, _demographic_plot(question)) for question in demographics],
    )


def _next_label(study: Study, status: Study.Status) -> str:
    if study.status == Study.Status.CLOSED:
        return _("Reopen, paused")
    return {
        Study.Status.PILOT: _("Open as a pilot"),
        Study.Status.RUNNING: _("Open for everybody"),
        Study.Status.PAUSED: _("Pause"),
        Study.Status.CLOSED: _("Close"),
    }[status]


def _coverage_plot(coverage: progress.Coverage) -> str:
    top = max([coverage.target, *coverage.counts])
    return plots.distribution_plot(
        coverage.counts,
        title=_("Assessments per prompt"),
        axis=_("Finished assessments of a prompt"),
        references=[plots.Reference(_("wanted"), coverage.target)],
        domain=(0, top + 1),
        bins=min(20, top + 1),
    )


def _demographic_plot(question: progress.Demographic) -> str:
    shown = question.groups[:MOST_GROUPS]
    rows = [plots.Bar(group.value, group.people) for group in shown]
    if len(question.groups) > MOST_GROUPS:
        rest = question.groups[MOST_GROUPS:]
        rows.append(plots.Bar(_("%(n)s others") % {"n": len(rest)}, sum(group.people for group in rest)))
    return plots.bars(rows, title=str(question.name))


@login_required
@require_POST
def change_status(request: HttpRequest, slug: str) -> HttpResponse:
    """Open, pause or close a study."""
    study = get_study(request.user, slug, role=Role.RESEARCHER)
    form = StatusForm(request.POST)
    if form.is_valid():
        try:
            study = set_status(by=signed_in_user(request), study=study, **form.cleaned_data)
        except StatusRefused as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(
                request, _("The status is now: %(status)s.") % {"status": study.get_status_display().lower()}
            )
    else:
        messages.error(request, _("There is no such status."))
    return redirect("elicitation:study", slug)
