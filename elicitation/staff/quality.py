"""Signs that answers deserve a look, and leaving people out of results."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from collective.accounts.signed_in import signed_in_user
from collective.web import plots
from collective.web.pagination import paginate
from elicitation.exclusion import ExclusionRefused, exclude, exclude_all, readmit
from elicitation.models import Assessment, Role
from elicitation.permissions import get_study
from elicitation.quality.kinds import KINDS
from elicitation.quality.recomputing import recompute
from elicitation.queries import quality as read
from elicitation.tasks import call_for_flags

from .frame import render_page

PEOPLE_PER_PAGE = 50
MOST_AT_ONCE = 3_000
"""Assessments of a study whose flags are found while one waits; of a larger one a worker finds them."""


class FlagFilterForm(forms.Form):
    """Whose flags to show."""

    kind = forms.ChoiceField(label=gettext_lazy("Sign"), required=False)
    strength = forms.ChoiceField(
        label=gettext_lazy("Strength"),
        choices=[("", gettext_lazy("All")), ("strong", gettext_lazy("Strong ones only"))],
        required=False,
    )
    state = forms.ChoiceField(
        label=gettext_lazy("People"),
        choices=[
            ("", gettext_lazy("Everybody with a sign")),
            ("counted", gettext_lazy("Those who count")),
            ("excluded", gettext_lazy("Those excluded")),
        ],
        required=False,
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        field = self.fields["kind"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 (declared above)
        field.choices = [("", _("Any")), *((kind.key, kind.title) for kind in KINDS.values())]


@login_required
@require_safe
def quality(request: HttpRequest, slug: str) -> HttpResponse:
    """Show people by flags with the evidence, and what would be left without them."""
    study = get_study(request.user, slug)
    form = FlagFilterForm(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    kind = asked.get("kind", "")
    found = read.flagged_people(
        study, kind=kind, strong=asked.get("strength") == "strong", state=asked.get("state", "")
    )
    page = paginate(request, found, per_page=PEOPLE_PER_PAGE)
    flags = read.flags_of(page.object_list)
    summary = read.quality_of(study)
    return render_page(
        request,
        "quality",
        study,
        form=form,
        filtered=any(asked.values()),
        page=page,
        people=[(person, flags.get(person.pk, [])) for person in page],
        quality=summary,
        counts_plot=_counts_plot(summary),
        chosen_kind=KINDS.get(kind),
        strengths_plot=_strengths_plot(study, kind) if kind in KINDS else "",
        without=read.without(study, found) if found.exists() else None,
    )


def _counts_plot(summary: read.QualityOfStudy) -> str:
    rows = [plots.Bar(str(count.kind.title), count.share) for count in summary.kinds if count.people]
    return plots.bars(rows, title=_("People with each sign"), percent=True) if rows else ""


def _strengths_plot(study: object, kind: str) -> str:
    values = read.strengths(study, kind)  # type: ignore[arg-type]
    if not values:
        return ""
    return plots.distribution_plot(
        values, title=_("How strong the sign is"), axis=_("Strength"), domain=(0, 1.0001), bins=10
    )


@login_required
@require_POST
def find_anew(request: HttpRequest, slug: str) -> HttpResponse:
    """Find the flags of a study anew: at once in a small one, else by a worker."""
    study = get_study(request.user, slug, role=Role.RESEARCHER)
    if Assessment.objects.filter(prompt__study=study).count() > MOST_AT_ONCE:
        call_for_flags(study)
        messages.success(request, _("The signs are being looked for. Look at this page again in a minute."))
    elif recompute(study) is None:
        messages.success(request, _("The signs are being looked for already. Look at this page again in a minute."))
    else:
        messages.success(request, _("The signs were looked for anew."))
    return redirect("elicitation:quality", slug)


@login_required
@require_POST
def exclude_people(request: HttpRequest, slug: str) -> HttpResponse:
    """Exclude the people ticked, for one reason."""
    study = get_study(request.user, slug, role=Role.RESEARCHER)
    chosen = [int(value) for value in request.POST.getlist("person") if value.isdecimal()]
    try:
        number = exclude_all(
            by=signed_in_user(request), study=study, people=chosen, reason=request.POST.get("reason", "")
        )
    except ExclusionRefused as refusal:
        messages.error(request, str(refusal))
    else:
        sentence = ngettext(
            "%(n)d person is left out of results now.", "%(n)d people are left out of results now.", number
        )
        messages.success(request, sentence % {"n": number})
    return redirect("elicitation:quality", slug)


@login_required
@require_POST
def change_exclusion(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Exclude one person, or take them in again."""
    study = get_study(request.user, slug, role=Role.RESEARCHER)
    person = get_object_or_404(study.participants, pk=pk)
    change = readmit if request.POST.get("what") == "readmit" else exclude
    try:
        change(by=signed_in_user(request), participant=person, reason=request.POST.get("reason", ""))
    except ExclusionRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(
            request,
            _("Their answers count again.") if change is readmit else _("Their answers are left out of results now."),
        )
    return redirect("elicitation:person", slug, pk)
