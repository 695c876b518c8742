"""The quotas: how many people of which kind are taken in."""

import unicodedata
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from collective.accounts.signed_in import signed_in_user
from elicitation.models import Quota, Role, Study
from elicitation.permissions import get_study
from elicitation.protocol import CHOICE
from elicitation.protocols import written
from elicitation.quotas import QuotasRefused, set_quotas
from elicitation.studies import update_study

from .frame import render_build

PREFIX = "answers_"


class QuotaForm(forms.Form):
    """A quota: its name, its places, and the answers of the survey that people in it have given."""

    label = forms.CharField(label=gettext_lazy("Name"), max_length=200)
    places = forms.IntegerField(label=gettext_lazy("Places"), min_value=1, max_value=1_000_000)

    def __init__(self, *args: Any, questions: list[dict[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for question in questions:
            self.fields[PREFIX + question["key"]] = forms.MultipleChoiceField(
                label=_(question["question"]),
                choices=[(unicodedata.normalize("NFKC", option), _(option)) for option in question["options"]],
                required=False,
                widget=forms.CheckboxSelectMultiple,
            )

    def conditions(self) -> dict[str, list[str]]:
        """Return the answers chosen, by question."""
        return {
            name.removeprefix(PREFIX): values
            for name, values in self.cleaned_data.items()
            if name.startswith(PREFIX) and values
        }

    def first_fields(self) -> list[forms.BoundField]:
        """Return name and places."""
        return [self["label"], self["places"]]

    def condition_fields(self) -> list[tuple[forms.BoundField, int]]:
        """Return the questions, each with how many of its answers are chosen."""
        fields = [self[name] for name in self.fields if name.startswith(PREFIX)]
        return [(field, len(field.value() or ())) for field in fields]


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def quotas(request: HttpRequest, slug: str) -> HttpResponse:
    """List the quotas, and say whether people who fit none may take part."""
    study = get_study(request.user, slug, role=Role.RESEARCHER)
    if request.method == "POST":
        admits = request.POST.get("admits_others") == "yes"
        update_study(by=signed_in_user(request), study=study, admits_others=admits)
        messages.success(request, _("Saved."))
        return redirect(request.path)
    found = study.quotas.annotate(held=Count("taken"))
    return render_build(request, "quotas", study, "quotas", quotas=[(quota, _conditions(quota)) for quota in found])


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def quota(request: HttpRequest, slug: str, pk: int | None = None) -> HttpResponse:
    """Add a quota, or change or remove one."""
    study = get_study(request.user, slug, role=Role.RESEARCHER)
    known = get_object_or_404(study.quotas, pk=pk) if pk else None
    if request.method == "POST" and known and "remove" in request.POST:
        return _remove(request, study, known)
    form = QuotaForm(
        request.POST if request.method == "POST" else None, questions=_questions(study), initial=_initial(known)
    )
    if form.is_bound and form.is_valid() and _stored(request, study, form, known):
        return redirect("elicitation:build-quotas", slug)
    status = 400 if form.is_bound else 200
    return render_build(request, "quota", study, "quotas", form=form, known=known, status=status)


def _initial(known: Quota | None) -> dict[str, Any] | None:
    if known is None:
        return None
    return {"label": known.label, "places": known.places, **{PREFIX + key: v for key, v in known.conditions.items()}}


def _stored(request: HttpRequest, study: Study, form: QuotaForm, known: Quota | None) -> bool:
    given = {
        "label": form.cleaned_data["label"],
        "places": form.cleaned_data["places"],
        "conditions": form.conditions(),
    }
    wanted = [({**given, "id": known.pk} if known and known.pk == quota["id"] else quota) for quota in _present(study)]
    wanted += [] if known else [given]
    try:
        set_quotas(by=signed_in_user(request), study=study, quotas=wanted)
    except QuotasRefused as refusal:
        form.add_error(None, [sentence for sentences in refusal.errors.values() for sentence in sentences])
        return False
    messages.success(request, _("Saved."))
    return True


def _remove(request: HttpRequest, study: Study, known: Quota) -> HttpResponse:
    others = [quota for quota in _present(study) if quota["id"] != known.pk]
    try:
        set_quotas(by=signed_in_user(request), study=study, quotas=others)
    except QuotasRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The quota is removed."))
    return redirect("elicitation:build-quotas", study.slug)


def _present(study: Study) -> list[dict[str, Any]]:
    """Return the quotas there are, as `set_quotas` takes them."""
    return [{**quota} for quota in study.quotas.values("id", "label", "places", "conditions")]


def _questions(study: Study) -> list[dict[str, Any]]:
    """Return the questions of the survey that are answered by a choice."""
    return [question for question in written(study).intake if question["kind"] == CHOICE]


def _conditions(quota: Quota) -> list[str]:
    """Return whom a quota is for, a line per question."""
    return [" · ".join(_(value) for value in values) for values in quota.conditions.values()]
