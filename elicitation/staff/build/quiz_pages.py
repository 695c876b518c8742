"""The onboarding quiz: whether it is asked, its pass mark and attempts, its questions."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from collective.accounts.signed_in import signed_in_user
from elicitation import protocols
from elicitation.models import Role, Study
from elicitation.permissions import get_study
from elicitation.quiz import KINDS, MOST_ATTEMPTS, default_quiz, needed

from .frame import render_build

MOST_OPTIONS_TYPED = 5
_EMPTY: dict[str, Any] = {"items": [], "pass_mark": 0.75, "attempts": 3}


class QuizForm(forms.Form):
    """How many questions have to be right, and how often one may try."""

    pass_percent = forms.IntegerField(
        label=gettext_lazy("Right answers needed, in per cent"), min_value=1, max_value=100
    )
    attempts = forms.IntegerField(
        label=gettext_lazy("Attempts"),
        min_value=1,
        max_value=MOST_ATTEMPTS,
        help_text=gettext_lazy("Who fails the last one is sent away kindly."),
    )


class ItemForm(forms.Form):
    """A question of the quiz with its answers, why each is right or wrong, and which one is right."""

    kind = forms.ChoiceField(label=gettext_lazy("What it is about"), choices=list(KINDS.items()))
    question = forms.CharField(
        label=gettext_lazy("Question"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )
    right = forms.ChoiceField(
        label=gettext_lazy("The right answer"),
        choices=[(str(number), str(number)) for number in range(1, MOST_OPTIONS_TYPED + 1)],
        help_text=gettext_lazy("The number of the answer below."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number in range(1, MOST_OPTIONS_TYPED + 1):
            said = {"number": number}
            self.fields[f"text_{number}"] = forms.CharField(
                label=_("Answer %(number)d") % said, max_length=1000, required=number <= 2
            )
            self.fields[f"feedback_{number}"] = forms.CharField(
                label=_("What to say to who chose answer %(number)d") % said,
                max_length=1000,
                required=number <= 2,
                widget=forms.Textarea(attrs={"rows": 2}),
            )

    def as_item(self, key: str) -> dict[str, Any]:
        """Return the item as a version stores it."""
        data = self.cleaned_data
        options = [
            {"key": str(number), "text": data[f"text_{number}"], "feedback": data[f"feedback_{number}"]}
            for number in range(1, MOST_OPTIONS_TYPED + 1)
            if data[f"text_{number}"] or data[f"feedback_{number}"]
        ]
        return {
            "key": key,
            "kind": data["kind"],
            "question": data["question"],
            "options": options,
            "right": data["right"],
        }


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def quiz(request: HttpRequest, slug: str) -> HttpResponse:
    """Switch the quiz on or off, set its pass mark and attempts, move and remove questions."""
    study = get_study(request.user, slug, role=Role.RESEARCHER)
    present = protocols.written(study).quiz
    initial = {"pass_percent": round(100 * present["pass_mark"]), "attempts": present["attempts"]} if present else None
    form = QuizForm(request.POST if "save" in request.POST else None, initial=initial)
    if request.method == "POST" and (not form.is_bound or form.is_valid()):
        return _change(request, study, _wanted(present, request.POST.get("act", ""), form))
    context = {"quiz": present, "form": form, "needed": needed(present) if present else 0}
    return render_build(request, "quiz", study, "quiz", **context, status=400 if form.is_bound else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def item(request: HttpRequest, slug: str, key: str = "") -> HttpResponse:
    """Add a question, or change the one with a key."""
    study = get_study(request.user, slug, role=Role.RESEARCHER)
    present = protocols.written(study).quiz or _EMPTY
    known = next((item for item in present["items"] if item["key"] == key), None)
    if key and known is None:
        raise Http404
    form = ItemForm(request.POST if request.method == "POST" else None, initial=_initial(known))
    if form.is_bound and form.is_valid():
        changed = form.as_item(key or _new_key(present["items"]))
        items = [changed if item["key"] == key else item for item in present["items"]]
        try:
            protocols.change_quiz(
                by=signed_in_user(request),
                study=study,
                quiz={**present, "items": items if key else [*items, changed]},
            )
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            messages.success(request, _("Saved."))
            return redirect("elicitation:build-quiz", slug)
    status = 400 if form.is_bound else 200
    return render_build(request, "quiz_item", study, "quiz", form=form, known=known, status=status)


def _wanted(present: dict[str, Any], act: str, form: QuizForm) -> dict[str, Any]:
    """Return the quiz after an act such as `on`, `off`, `up:key`, or with the form's pass mark and attempts."""
    if form.is_bound:
        data = form.cleaned_data
        return {**present, "pass_mark": data["pass_percent"] / 100, "attempts": data["attempts"]}
    if act == "on":
        return default_quiz()
    if act == "off":
        return {}
    verb, _colon, key = act.partition(":")
    items = list(present.get("items", []))
    keys = [item["key"] for item in items]
    if key not in keys:
        return present
    place = keys.index(key)
    moved = items.pop(place)
    if verb in {"up", "down"}:
        items.insert(max(place + (-1 if verb == "up" else 1), 0), moved)
    return {**present, "items": items} if items else {}


def _change(request: HttpRequest, study: Study, wanted: dict[str, Any]) -> HttpResponse:
    try:
        protocols.change_quiz(by=signed_in_user(request), study=study, quiz=wanted)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    else:
        messages.success(request, _("Saved."))
    return redirect("elicitation:build-quiz", study.slug)


def _initial(known: dict[str, Any] | None) -> dict[str, Any] | None:
    if known is None:
        return None
    initial = {"kind": known["kind"], "question": known["question"]}
    for number, option in enumerate(known["options"][:MOST_OPTIONS_TYPED], start=1):
        initial |= {f"text_{number}": option["text"], f"feedback_{number}": option["feedback"]}
        if option["key"] == known["right"]:
            initial["right"] = str(number)
    return initial


def _new_key(items: list[dict[str, Any]]) -> str:
    taken = {item["key"] for item in items}
    number = len(items) + 1
    while f"item-{number}" in taken:
        number += 1
    return f"item-{number}"
