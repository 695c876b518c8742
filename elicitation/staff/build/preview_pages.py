"""The preview: a page that leads into it, and the study's pages as a participant sees them."""

import re
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from collective.web.languages import name_of
from elicitation.models import Participant, Prompt, ProtocolVersion, Study
from elicitation.participate import previewing
from elicitation.permissions import get_study
from elicitation.protocols import in_force, is_in_force, written
from elicitation.wording import languages_of

from .frame import render_build

MOST_PROMPTS = 200


@login_required
@require_safe
def preview(request: HttpRequest, slug: str) -> HttpResponse:
    """Say what can be looked at, and lead there."""
    study = get_study(request.user, slug)
    prompts = study.prompts.count()
    return render_build(
        request,
        "preview",
        study,
        "preview",
        choices=_choices(study),
        pages=[(page, name) for page, name in _names().items() if page in _pages(study, written(study), prompts)],
        first_prompt=study.prompts.first(),
    )


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def preview_page(request: HttpRequest, slug: str, page: str) -> HttpResponse:
    """Show a page as a participant sees it; whatever is sent from it leads on to the next and is stored nowhere."""
    study = get_study(request.user, slug)
    version, prompts = _version(request, study), study.prompts.all()
    if page not in _pages(study, version, len(prompts)):
        raise Http404
    asked = previewing.Preview(
        study=study,
        version=version,
        page=page,
        form=_one_of(request, "form", Participant.Form.values),
        language=_one_of(request, "language", [code for code, _name in _choices(study)["languages"]]),
        prompt=_prompt(request, study) if page == "task" else None,
    )
    onward = _address(asked, *_next(asked, list(prompts)))
    if request.method == "POST":
        chosen = request.POST.get("language", "")  # of the page's own menu
        here = replace(asked, language=chosen) if chosen in dict(_choices(study)["languages"]) else None
        leads_to = _address(here, page, asked.prompt.pk if asked.prompt else None) if here else onward
        response = HttpResponseRedirect(leads_to)
        response.status_code = 303
        return response
    bar = render_to_string(
        "elicitation/build/preview_bar.html",
        {
            "study": study,
            "preview": asked,
            "names": [(key, name) for key, name in _names().items() if key in _pages(study, version, len(prompts))],
            "prompts": prompts[:MOST_PROMPTS],
            "onward": onward,
            "choices": _choices(study),
        },
        request=request,
    )
    shown = previewing.show(
        request, asked, onward=onward.replace("&", "&amp;"), draft_url=reverse("elicitation:preview-draft", args=[slug])
    )
    style = render_to_string("elicitation/build/preview_style.html")
    text = shown.content.decode().replace("</head>", f"{style}</head>", 1)
    return HttpResponse(re.sub(r"<header\b", lambda found: bar + found.group(), text, count=1))


@login_required
@require_POST
def preview_draft(request: HttpRequest, slug: str) -> HttpResponse:
    """Answer a page of the preview that wants to save a draft: it may go on, and nothing is kept."""
    get_study(request.user, slug)
    sent = request.POST.get("revision", "")
    return JsonResponse({"revision": int(sent) + 1 if sent.isascii() and sent.isdigit() and len(sent) < 9 else 1})


def _names() -> dict[str, str]:
    return {
        "welcome": _("Welcome and consent"),
        "information": _("Information"),
        "about-you": _("Intake survey"),
        "quiz": _("Quiz"),
        "task": _("A task"),
        "finish": _("Thanks"),
    }


def _pages(_study: Study, version: ProtocolVersion, prompts: int) -> list[str]:
    return previewing.pages_of(version, prompts)


def _choices(study: Study) -> dict[str, Any]:
    """Return what a preview can be shown by: versions, forms, languages."""
    versions = [(written(study).number, _("Version %(number)d") % {"number": written(study).number})]
    if is_in_force(study) and in_force(study) != written(study):
        number = in_force(study).number
        versions = [
            (versions[0][0], _("Draft version %(number)d") % {"number": versions[0][0]}),
            (number, _("Version %(number)d, in force") % {"number": number}),
        ]
    return {
        "versions": versions,
        "forms": Participant.Form.choices,
        "languages": [(code, name_of(code)) for code in languages_of(study)],
    }


def _version(request: HttpRequest, study: Study) -> ProtocolVersion:
    sent = request.GET.get("version", "")
    if sent.isascii() and sent.isdigit() and len(sent) < 9:
        return get_object_or_404(study.protocols, number=int(sent))
    return written(study)


def _prompt(request: HttpRequest, study: Study) -> Prompt:
    sent = request.GET.get("prompt", "")
    if sent.isascii() and sent.isdigit() and len(sent) < 16:
        return get_object_or_404(study.prompts, pk=int(sent))
    first = study.prompts.first()
    assert first is not None  # noqa: S101 (a task is offered only where there is a prompt)
    return first


def _one_of(request: HttpRequest, name: str, values: list[str]) -> str:
    sent = request.GET.get(name, "")
    return sent if sent in values else values[0]


def _next(asked: previewing.Preview, prompts: list[Prompt]) -> tuple[str, int | None]:
    """Return the page after this one, and the prompt if it is a task."""
    if asked.page == "task":
        later = [prompt.pk for prompt in prompts if asked.prompt and prompt.position > asked.prompt.position]
        return ("task", later[0]) if later else ("finish", None)
    order = [page for page in previewing.pages_of(asked.version, len(prompts)) if page != "information"]
    if asked.page not in order:
        return "welcome", None
    return order[min(order.index(asked.page) + 1, len(order) - 1)], None


def _address(asked: previewing.Preview, page: str, prompt: int | None) -> str:
    query: dict[str, Any] = {"form": asked.form, "language": asked.language, "version": asked.version.number}
    if prompt is not None:
        query["prompt"] = prompt
    return f"{reverse('elicitation:preview-page', args=[asked.study.slug, page])}?{urlencode(query)}"
