"""Which steps are asked on each prompt, in which words, and who gets the short form."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from collective.accounts.signed_in import signed_in_user
from elicitation import protocols
from elicitation.models import Role, Study
from elicitation.permissions import get_study
from elicitation.protocols.checking import FIXED, LONGEST_QUESTION, move_step, stored_steps
from elicitation.protocols.names import STEP_NAMES
from elicitation.studies import update_study

from .frame import render_build


class StepsForm(forms.Form):
    """A wording per step and whether each form asks it, and the share of people who get the short form, in per cent."""

    short_form_percent = forms.IntegerField(
        label=gettext_lazy("People who get the short form, in per cent"),
        min_value=0,
        max_value=100,
        help_text=gettext_lazy("Drawn at random by the study's seed. 0: everybody gets the long form."),
    )

    def __init__(self, *args: Any, steps: list[dict[str, Any]], short_form_share: float, **kwargs: Any) -> None:
        initial: dict[str, Any] = {"short_form_percent": round(100 * short_form_share)}
        super().__init__(*args, **{**kwargs, "initial": initial})
        self.steps = steps
        for step in steps:
            key = step["key"]
            self.fields[f"question_{key}"] = forms.CharField(
                label=_("What is asked"),
                max_length=LONGEST_QUESTION,
                initial=step["question"],
                required=False,
                widget=forms.Textarea(attrs={"rows": 2}),
            )
            for form, label in (("long", _("Long form")), ("short", _("Short form"))):
                self.fields[f"{form}_{key}"] = forms.BooleanField(
                    label=label, required=False, initial=step["asked"].get(form, False)
                )

    def sections(self) -> list[dict[str, Any]]:
        """Return the steps in order, each with its fields and whether it may change places."""
        return [
            {
                "key": step["key"],
                "name": STEP_NAMES[step["key"]],
                "question": self[f"question_{step['key']}"],
                "long": self[f"long_{step['key']}"],
                "short": self[f"short_{step['key']}"],
                "movable": step["key"] not in FIXED,
            }
            for step in self.steps
        ]

    def as_steps(self) -> list[dict[str, Any]]:
        """Return the steps as they were sent."""
        data = self.cleaned_data
        return [
            {
                "key": step["key"],
                "question": data[f"question_{step['key']}"],
                "asked": {form: data[f"{form}_{step['key']}"] for form in ("long", "short")},
            }
            for step in self.steps
        ]

    def show_refusal(self, refusal: ValidationError) -> None:
        """Show what the domain has refused beside the step it is about."""
        if not hasattr(refusal, "error_dict"):
            self.add_error(None, refusal)
            return
        for key, sentences in refusal.message_dict.items():
            self.add_error(f"question_{key}", sentences)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def steps(request: HttpRequest, slug: str) -> HttpResponse:
    """Show and save the steps; a button beside a step moves it up or down."""
    study = get_study(request.user, slug, role=Role.RESEARCHER)
    present = stored_steps(protocols.written(study))
    if request.method == "POST":
        # The page may be older than the order it was made from: its own order is what the person saw.
        present = _in_order(present, request.POST.get("order", ""))
    form = StepsForm(
        request.POST if request.method == "POST" else None, steps=present, short_form_share=study.short_form_share
    )
    if form.is_bound and form.is_valid() and _saved(request, study, form):
        return redirect(request.path)
    return render_build(request, "steps", study, "steps", form=form, status=400 if form.is_bound else 200)


def _in_order(steps: list[dict[str, Any]], order: str) -> list[dict[str, Any]]:
    keys = order.split(",")
    return sorted(steps, key=lambda step: keys.index(step["key"]) if step["key"] in keys else len(keys))


def _saved(request: HttpRequest, study: Study, form: StepsForm) -> bool:
    key, _colon, direction = request.POST.get("move", "").partition(":")
    wanted = form.as_steps()
    if key in STEP_NAMES:
        wanted = move_step(wanted, key, -1 if direction == "up" else 1)
    by = signed_in_user(request)
    try:
        protocols.change_steps(by=by, study=study, steps=wanted)
    except ValidationError as refusal:
        form.show_refusal(refusal)
        return False
    update_study(by=by, study=study, short_form_share=form.cleaned_data["short_form_percent"] / 100)
    messages.success(request, _("Saved."))
    return True
