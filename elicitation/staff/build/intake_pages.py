"""The intake survey: its questions, one of them, their order."""

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
from elicitation.protocol import CHOICE, TEXT
from elicitation.protocols.checking import LONGEST_QUESTION

from .frame import render_build


class QuestionForm(forms.Form):
    """A question of the survey."""

    question = forms.CharField(
        label=gettext_lazy("Question"),
        max_length=LONGEST_QUESTION,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("How it is answered"),
        choices=[(CHOICE, gettext_lazy("By choosing one of the answers below")), (TEXT, gettext_lazy("In own words"))],
        widget=forms.RadioSelect,
        initial=CHOICE,
    )
    options = forms.CharField(
        label=gettext_lazy("Answers to choose from"),
        help_text=gettext_lazy("One per line. Quotas can ask for these."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    required = forms.BooleanField(
        label=gettext_lazy("Has to be answered"),
        required=False,
        help_text=gettext_lazy("Who leaves it open cannot go on. Rather offer “Prefer not to say”."),
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def intake(request: HttpRequest, slug: str) -> HttpResponse:
    """List the questions; a button beside each moves or removes it."""
    study = get_study(request.user, slug, role=Role.RESEARCHER)
    questions = protocols.written(study).intake
    if request.method == "POST":
        changed = _rearranged(questions, request.POST.get("act", ""))
        protocols.change_intake(by=signed_in_user(request), study=study, intake=changed)
        messages.success(request, _("Saved."))
        return redirect(request.path)
    used = {key for quota in study.quotas.all() for key in quota.conditions}
    return render_build(request, "intake", study, "intake", questions=questions, used_by_quotas=used)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def question(request: HttpRequest, slug: str, key: str = "") -> HttpResponse:
    """Add a question, or change the one with a key."""
    study = get_study(request.user, slug, role=Role.RESEARCHER)
    questions = protocols.written(study).intake
    known = next((item for item in questions if item["key"] == key), None)
    if key and known is None:
        raise Http404
    initial = {**known, "options": "\n".join(known["options"])} if known else None
    form = QuestionForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_bound and form.is_valid() and _stored(request, study, form, questions, key):
        return redirect("elicitation:build-intake", slug)
    status = 400 if form.is_bound else 200
    return render_build(request, "intake_question", study, "intake", form=form, known=known, status=status)


def _stored(request: HttpRequest, study: Study, form: QuestionForm, questions: list[dict[str, Any]], key: str) -> bool:
    given = {**form.cleaned_data, "key": key}
    wanted = [given if item["key"] == key else item for item in questions] if key else [*questions, given]
    try:
        protocols.change_intake(by=signed_in_user(request), study=study, intake=wanted)
    except ValidationError as refusal:
        _show(form, refusal)
        return False
    messages.success(request, _("Saved."))
    return True


def _show(form: QuestionForm, refusal: ValidationError) -> None:
    if not hasattr(refusal, "error_dict"):
        form.add_error(None, refusal)
        return
    wordless = not form.cleaned_data["question"].strip()
    for sentences in refusal.message_dict.values():
        for number, sentence in enumerate(sentences):
            form.add_error("question" if wordless and number == 0 else "options", sentence)


def _rearranged(questions: list[dict[str, Any]], act: str) -> list[dict[str, Any]]:
    """Return the questions after an act such as `up:age`, `down:age` or `remove:age`."""
    verb, _colon, key = act.partition(":")
    keys = [item["key"] for item in questions]
    if key not in keys:
        return questions
    place, changed = keys.index(key), list(questions)
    if verb == "remove":
        del changed[place]
    elif verb in {"up", "down"}:
        other = place + (-1 if verb == "up" else 1)
        if 0 <= other < len(changed):
            changed[place], changed[other] = changed[other], changed[place]
    return changed
