"""Pages of a study's proposals: what is proposed, what was measured of it, who says so, and what was decided."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from collective.accounts.models import User
from collective.accounts.signed_in import signed_in_user
from collective.web.pagination import paginate
from collective.web.plots import Interval, Reference, interval_plot
from elicitation.models import Study
from elicitation.permissions import get_study
from spec_loop.changes import Stretch, compare
from spec_loop.document import Edit, EditRefused, apply_edit, section_titles
from spec_loop.effects import Effect, Gain, read_effect, shown_in_plot
from spec_loop.models import Decision, Evidence, Proposal, SpecVersion
from spec_loop.proposals import (
    LONGEST_REASON,
    DecisionRefused,
    decide,
    evidence_for,
    may_decide,
    proposals_of,
    put_in_review,
    role_to_decide,
    text_if_adopted,
)

SHOWN_EVIDENCE = 8
PER_PAGE = 20


class DecisionForm(forms.Form):
    """A verdict and its reason."""

    verdict = forms.ChoiceField(label=gettext_lazy("Decision"), widget=forms.RadioSelect)
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        widget=forms.Textarea,
        max_length=LONGEST_REASON,
        help_text=gettext_lazy("It stands beside the decision for good; of an adopted proposal, in the changelog too."),
    )

    def __init__(self, *args: Any, verdicts: Sequence[Decision.Verdict], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(verdict.value, verdict.label) for verdict in verdicts]
        self.fields["verdict"].choices = choices  # type: ignore[attr-defined]


@require_safe
@login_required
def proposals(request: HttpRequest, slug: str) -> HttpResponse:
    """List a study's proposals, recommended ones first."""
    study = get_study(request.user, slug)
    page = paginate(request, proposals_of(study), per_page=PER_PAGE)
    bases = SpecVersion.objects.in_bulk({proposal.base_version_id for proposal in page})
    titles = {pk: section_titles(version.text) for pk, version in bases.items()}
    rows = [
        {
            "proposal": proposal,
            "effect": read_effect(proposal.effect),
            "section": titles[proposal.base_version_id].get(proposal.section_id, proposal.section_id),
        }
        for proposal in page
    ]
    return render(request, "spec_loop/proposals.html", {"study": study, "page": page, "rows": rows})


@require_safe
@login_required
def proposal(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Show a proposal."""
    study = get_study(request.user, slug)
    return _render(request, study, _proposal(study, pk))


@require_POST
@login_required
def decide_proposal(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Take a decision about a proposal."""
    study = get_study(request.user, slug)
    found = _proposal(study, pk)
    form = DecisionForm(request.POST, verdicts=list(Decision.Verdict))
    if form.is_valid():
        try:
            decision = decide(
                by=signed_in_user(request),
                proposal=found,
                verdict=form.cleaned_data["verdict"],
                reason=form.cleaned_data["reason"],
            )
        except DecisionRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _told(decision))
            return redirect("spec_loop:proposal", slug=slug, pk=pk)
    return _render(request, study, _proposal(study, pk), form=form)


@require_POST
@login_required
def review_proposal(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Put a proposal into review."""
    study = get_study(request.user, slug)
    try:
        put_in_review(by=signed_in_user(request), proposal=_proposal(study, pk))
    except DecisionRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The proposal is in review."))
    return redirect("spec_loop:proposal", slug=slug, pk=pk)


def _proposal(study: Study, pk: int) -> Proposal:
    found = (
        study.proposals.select_related("study", "document__current", "base_version", "candidate__run")
        .filter(pk=pk)
        .first()
    )
    if found is None:
        raise Http404(_("There is no such proposal in this study."))
    return found


def _told(decision: Decision) -> str:
    if decision.version is not None:
        return _("Adopted: version %(number)d of the spec is current now.") % {"number": decision.version.number}
    if decision.verdict == Decision.Verdict.DEFER:
        return _("Deferred: the proposal can be decided later.")
    return _("Declined.")


# --- what the page shows ------------------------------------------------------------------------------------------


def _render(request: HttpRequest, study: Study, found: Proposal, *, form: DecisionForm | None = None) -> HttpResponse:
    user = signed_in_user(request)
    effect = read_effect(found.effect)
    change, problem = _change(found)
    verdicts = _verdicts(user, found)
    run = found.candidate.run if found.candidate else None
    context = {
        "study": study,
        "proposal": found,
        "title": change[0].changed.title if change and change[0].changed else found.section_id,
        "effect": effect,
        "effect_rows": _effect_rows(effect),
        "plots": _plots(effect),
        "change": change,
        "problem": problem,
        "moved_on": found.document.current_id != found.base_version_id,
        "obstacle": _obstacle(found),
        "evidence": [_evidence(found, stance) for stance in Evidence.Stance],
        "decisions": found.decisions.select_related("decided_by", "version"),
        "verdicts": verdicts,
        "form": form or (DecisionForm(verdicts=verdicts) if verdicts else None),
        "role": role_to_decide(found),
        "may_review": found.status in {Proposal.Status.TESTED, Proposal.Status.DEFERRED},
        "run": run,
        "is_offline": run is not None and "offline" in {run.ranker, run.proposer},
    }
    refused = form is not None and not form.is_valid()
    return render(request, "spec_loop/proposal.html", context, status=400 if refused else 200)


def _verdicts(user: User, found: Proposal) -> list[Decision.Verdict]:
    """Return the verdicts this person may give now."""
    if found.is_decided or found.status == Proposal.Status.DRAFT:
        return []
    return [verdict for verdict in Decision.Verdict if may_decide(user, found, verdict)]


def _change(found: Proposal) -> tuple[list[Stretch], str]:
    """Return what the edit changes in the version it was proposed for, or the sentence that says why it cannot."""
    base = found.base_version.text
    try:
        edited = apply_edit(base, Edit.from_json(found.edit))
    except EditRefused as refusal:
        return [], str(refusal)
    return [stretch for stretch in compare(base, edited).stretches if stretch.changed], ""


def _obstacle(found: Proposal) -> str:
    """Return why an open proposal cannot be adopted as the document stands, or nothing."""
    if found.is_decided:
        return ""
    try:
        text_if_adopted(found)
    except DecisionRefused as refusal:
        return str(refusal)
    return ""


def _evidence(found: Proposal, stance: Evidence.Stance) -> dict[str, Any]:
    rows = evidence_for(found, stance)
    return {"stance": stance, "label": stance.label, "count": rows.count(), "rows": rows[:SHOWN_EVIDENCE]}


def _effect_rows(effect: Effect) -> list[Interval]:
    rows = []
    if effect.select:
        rows.append(_interval(effect.select, _("Select, %(n)s prompts") % {"n": effect.select.size or "?"}))
    if effect.holdout:
        rows.append(_interval(effect.holdout, _("Holdout, %(n)s prompts") % {"n": effect.holdout.size or "?"}))
    if effect.corrected:
        rows.append(_interval(effect.corrected, _("Holdout, corrected for %(n)s tested") % {"n": effect.tested or "?"}))
    return rows


def _plots(effect: Effect) -> dict[str, Any]:
    """Return plots with the rows of their tables: the effect over all, by section and by group."""
    none = Reference(_("no change"), 0.0)
    limits = [none]
    if effect.margin is not None:
        limits.append(Reference(_("most that may be lost"), -effect.margin))
    return {
        "effect": _plot(_effect_rows(effect), _("Change of agreement"), [none]),
        "sections": _plot([_interval(gain) for gain in shown_in_plot(effect.sections)], _("By section"), limits),
        "groups": _plot([_interval(gain) for gain in shown_in_plot(effect.groups)], _("By group of people"), limits),
    }


def _plot(rows: list[Interval], title: str, references: list[Reference]) -> SafeString | None:
    if not rows:
        return None
    return interval_plot(rows, title=title, axis=_("Change of pair agreement"), references=references)


def _interval(gain: Gain, label: str = "") -> Interval:
    return Interval(label or gain.label, gain.estimate, gain.low, gain.high)
