"""Pages of a study's runs of the automated loop: all of them, start one, watch one and read its result."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from collective.accounts.signed_in import signed_in_user
from collective.web.pagination import paginate
from elicitation.models import Role, Study
from elicitation.permissions import get_study, may
from spec_loop.agreement import choose_block
from spec_loop.loop.plan import LoopPlan
from spec_loop.loop.runs import NotPossible, RunRefused, cancel_run, resume_run, start_run
from spec_loop.loop.split import TooFewPrompts
from spec_loop.models import CandidateEdit, Run, SpecVersion
from spec_loop.tasks import call_worker
from spec_loop.versions import visible_documents

from .run_forms import BudgetForm, StartRunForm
from .run_views import describe_progress, describe_result, describe_run, summarise


@login_required
@require_safe
def run_list(request: HttpRequest, slug: str) -> HttpResponse:
    """List the runs of a study, the latest first."""
    study = get_study(request.user, slug)
    recommended = Count("edits", filter=Q(edits__outcome=CandidateEdit.Outcome.RECOMMENDED, edits__is_placebo=False))
    found = (
        study.runs.select_related("document", "base_version").annotate(recommended=recommended).order_by("-created_at")
    )
    context = {"page": paginate(request, found), "may_start": may(request.user, study, Role.RESEARCHER)}
    return _render(request, "list", study, context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest, slug: str) -> HttpResponse:
    """Start a run, or say why it cannot be."""
    study = get_study(request.user, slug, role=Role.RESEARCHER)
    initial = {"block": choose_block(study, None)}
    form = StartRunForm(request.POST or None, versions=_versions(request, study), initial=initial)
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data
        try:
            run = start_run(
                by=signed_in_user(request),
                study=study,
                document=chosen["version"].document,
                version=chosen["version"],
                ranker=chosen["ranker"],
                proposer=chosen["proposer"],
                block=chosen["block"],
                seed=chosen["seed"],
                **form.budget(),
            )
        except (RunRefused, TooFewPrompts) as refusal:
            form.add_error(None, str(refusal))
        else:
            call_worker(run)
            return redirect("spec_loop:run", slug=slug, pk=run.pk)
    status = 400 if form.is_bound else 200
    return _render(request, "start", study, {"form": form}, status=status)


@login_required
@require_safe
def run(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Show a run: how far it is, and once it is through, what came of it."""
    study = get_study(request.user, slug)
    shown = _run(study, pk)
    context = {
        "run": shown,
        "progress": describe_progress(shown),
        "facts": describe_run(shown),
        "result": describe_result(shown),
        "summary": summarise(shown),
        "plan": LoopPlan.from_json(shown.plan),
        "budget_form": BudgetForm(initial={name: getattr(shown, name) for name in BudgetForm.base_fields}),
        "may_act": may(request.user, study, Role.RESEARCHER),
    }
    return _render(request, "run", study, context)


@login_required
@require_safe
def progress_part(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Return the progress of a run as a part of its page; once the run is over, have the page loaded anew."""
    study = get_study(request.user, slug)
    shown = _run(study, pk)
    response = render(
        request,
        "spec_loop/runs/progress.html",
        {"study": study, "run": shown, "progress": describe_progress(shown)},
    )
    if not shown.is_active:
        response["HX-Refresh"] = "true"
    return response


@login_required
@require_POST
def cancel(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Stop a run for good."""
    study = get_study(request.user, slug, role=Role.RESEARCHER)
    try:
        cancel_run(by=signed_in_user(request), run=_run(study, pk))
    except NotPossible as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The run is cancelled."))
    return redirect("spec_loop:run", slug=slug, pk=pk)


@login_required
@require_POST
def resume(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Go on with a paused run, with the budget of the form."""
    study = get_study(request.user, slug, role=Role.RESEARCHER)
    form = BudgetForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("The budget must be whole numbers of calls and tokens, and an amount of money."))
        return redirect("spec_loop:run", slug=slug, pk=pk)
    try:
        resumed = resume_run(by=signed_in_user(request), run=_run(study, pk), **form.budget())
    except NotPossible as refusal:
        messages.error(request, str(refusal))
    else:
        call_worker(resumed)
        messages.success(request, _("The run goes on."))
    return redirect("spec_loop:run", slug=slug, pk=pk)


def _render(
    request: HttpRequest, name: str, study: Study, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    return render(request, f"spec_loop/runs/{name}.html", {"study": study, **context}, status=status)


def _run(study: Study, pk: int) -> Run:
    return get_object_or_404(study.runs.select_related("study", "document", "base_version", "created_by"), pk=pk)


def _versions(request: HttpRequest, study: Study) -> QuerySet[SpecVersion]:
    """Return the versions that may be run on: of the study's documents first, then of others the user may read."""
    return (
        SpecVersion.objects.filter(document__in=visible_documents(signed_in_user(request)))
        .select_related("document")
        .annotate(is_own=Exists(study.documents.filter(pk=OuterRef("document_id"))))
        .order_by("-is_own", "document__title", "-number")
    )
