"""The pages of what is a setting of the study, and the checklist."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from collective.accounts.signed_in import signed_in_user
from elicitation.models import Role, Study
from elicitation.permissions import get_study
from elicitation.queries.readiness import next_part, readiness
from elicitation.studies import update_study

from .frame import LABELS, STATE_LABELS, TONES, render_build
from .settings_forms import LanguagesForm, LimitsForm, PayForm, PublishingForm, SettingsForm, TextsForm

FORMS: dict[str, type[SettingsForm]] = {
    "texts": TextsForm,
    "limits": LimitsForm,
    "pay": PayForm,
    "publishing": PublishingForm,
}


@login_required
@require_safe
def checklist(request: HttpRequest, slug: str) -> HttpResponse:
    """Show what of the study is ready, what is missing and what to do next."""
    study = get_study(request.user, slug)
    parts = readiness(study)
    return render_build(
        request,
        "checklist",
        study,
        "",
        parts=[(part, LABELS[part.key], STATE_LABELS[part.state], TONES[part.state]) for part in parts],
        next_part=next_part(parts),
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def concern(request: HttpRequest, slug: str, concern: str) -> HttpResponse:
    """Show and save the settings of one concern."""
    study = get_study(request.user, slug, role=Role.RESEARCHER)
    form = FORMS[concern](request.POST if request.method == "POST" else None, instance=study)
    if form.is_bound and form.is_valid() and _saved(request, study, form, form.cleaned_data):
        return redirect(request.path)
    return render_build(request, concern, study, concern, form=form, status=400 if form.is_bound else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def languages(request: HttpRequest, slug: str) -> HttpResponse:
    """Choose the languages of a study."""
    study = get_study(request.user, slug, role=Role.RESEARCHER)
    form = LanguagesForm(request.POST if request.method == "POST" else None, study=study)
    if form.is_bound and form.is_valid():
        update_study(by=signed_in_user(request), study=study, languages=form.languages)
        messages.success(request, _("Saved."))
        return redirect(request.path)
    return render_build(request, "languages", study, "languages", form=form, status=400 if form.is_bound else 200)


def _saved(request: HttpRequest, study: Study, form: SettingsForm, changes: dict[str, Any]) -> bool:
    """Save settings and say so; where they are refused, say why beside the fields."""
    try:
        update_study(by=signed_in_user(request), study=study, **changes)
    except ValidationError as refusal:
        form.show_refusal(refusal.message_dict)
        return False
    messages.success(request, _("Saved."))
    return True
