"""The prompts of a study as they are set up: their list, one of them, having a model write its responses."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from collective.accounts.signed_in import signed_in_user
from collective.web.pagination import paginate
from elicitation import prompts
from elicitation.models import Prompt, Role, Study
from elicitation.permissions import get_study

from .frame import render_build
from .prompt_form import PromptForm, filled_with, initial_of, messages_of

PER_PAGE = 50


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def prompt_list(request: HttpRequest, slug: str) -> HttpResponse:
    """List the prompts; a button beside each moves it, removes it or asks it again."""
    study = get_study(request.user, slug, role=Role.RESEARCHER)
    if request.method == "POST":
        _act(request, study, *request.POST.get("act", "").partition(":")[::2])
        return redirect(request.get_full_path())
    page = paginate(request, study.prompts.prefetch_related("retests").order_by("position"), per_page=PER_PAGE)
    rows = [(prompt, prompts.is_in_use(prompt)) for prompt in page]
    return render_build(request, "prompts", study, "prompts", page=page, rows=rows)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, slug: str) -> HttpResponse:
    """Write a prompt."""
    study = get_study(request.user, slug, role=Role.RESEARCHER)
    if "generate" in request.POST:
        return _generated(request, study, None)
    form = PromptForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        stored = _stored(form, lambda given: prompts.add_prompt(by=signed_in_user(request), study=study, **given))
        if stored:
            messages.success(request, _("The prompt is added."))
            return redirect("elicitation:prompt", slug, stored.key)
    return _page(request, study, form, None)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Change a prompt that nobody was given yet."""
    study = get_study(request.user, slug, role=Role.RESEARCHER)
    prompt = get_object_or_404(study.prompts, pk=pk)
    initial = initial_of(prompt)
    if initial is None or prompt.retest_of_id or prompts.is_in_use(prompt):
        messages.error(request, _refusal(prompt))
        return redirect("elicitation:prompt", slug, prompt.key)
    if "generate" in request.POST:
        return _generated(request, study, prompt)
    form = PromptForm(request.POST if request.method == "POST" else None, initial=initial, prompt=prompt)
    if form.is_bound and form.is_valid():
        stored = _stored(form, lambda given: prompts.change_prompt(by=signed_in_user(request), prompt=prompt, **given))
        if stored:
            messages.success(request, _("The prompt is saved."))
            return redirect("elicitation:prompt", slug, stored.key)
    return _page(request, study, form, prompt)


def _refusal(prompt: Prompt) -> str:
    if prompts.is_in_use(prompt):
        return _("People have been given this prompt already: it stays as it is.")
    if prompt.retest_of_id:
        return _("A re-test asks what its anchor asks: change the anchor.")
    return _("This conversation is longer than the form can show: import it again to change it.")


def _stored(form: PromptForm, store: Callable[[dict[str, Any]], Prompt]) -> Prompt | None:
    """Return the prompt as it was stored; where it is refused, say why in the form."""
    try:
        return store(form.as_prompt())
    except prompts.PromptInUse as refusal:
        form.add_error(None, str(refusal))
    except ValidationError as refusal:
        if hasattr(refusal, "error_dict"):
            form.show_refusal(refusal.message_dict)
        else:
            form.add_error(None, refusal)
    return None


def _generated(request: HttpRequest, study: Study, prompt: Prompt | None) -> HttpResponse:
    """Show the form with what a model wrote in it, and how far apart that lies."""
    typed = {name: request.POST.get(name, "") for name in PromptForm(prompt=prompt).fields}
    try:
        drafted = prompts.draft_responses(
            study=study, messages=messages_of(typed), model=typed["model"].strip() or "offline"
        )
    except prompts.NotGenerated as refusal:
        form = PromptForm(initial=typed, prompt=prompt)
        return _page(request, study, form, prompt, not_generated=str(refusal), status=400)
    form = PromptForm(initial=filled_with(typed, drafted), prompt=prompt)
    return _page(request, study, form, prompt, drafted=drafted)


def _page(
    request: HttpRequest, study: Study, form: PromptForm, prompt: Prompt | None, status: int = 0, **context: Any
) -> HttpResponse:
    status = status or (400 if form.is_bound else 200)
    return render_build(request, "prompt", study, "prompts", form=form, prompt=prompt, status=status, **context)


def _act(request: HttpRequest, study: Study, verb: str, sent: str) -> None:
    """Do what a button of the list asks for, and say what came of it."""
    prompt = study.prompts.filter(pk=int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 16 else 0).first()
    if prompt is None:
        return
    by = signed_in_user(request)
    try:
        if verb in {"up", "down"}:
            prompts.move_prompt(by=by, prompt=prompt, down=verb == "down")
        elif verb == "remove":
            prompts.remove_prompt(by=by, prompt=prompt)
            messages.success(request, _("The prompt is removed."))
        elif verb == "again":
            prompts.add_retest(by=by, anchor=prompt)
            messages.success(request, _("The anchor is asked again, later on, by a prompt of its own."))
    except (prompts.PromptInUse, ValidationError) as refusal:
        sentences = refusal.messages if isinstance(refusal, ValidationError) else [str(refusal)]
        messages.error(request, " ".join(sentences))
