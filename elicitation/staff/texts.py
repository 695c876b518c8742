"""A study's texts in other languages: how far each is, and the table in which they are translated."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from collective.accounts.signed_in import signed_in_user
from collective.web.languages import direction_of, name_of
from elicitation import translating
from elicitation.models import Role, Study
from elicitation.permissions import get_study
from elicitation.wording import files, languages_of, rows, source_language, writing

from .frame import render_page

PROMPTS_ON_A_PAGE = 5
MOST_BYTES = 20 * 1024 * 1024


@never_cache
@login_required
@require_safe
def texts(request: HttpRequest, slug: str) -> HttpResponse:
    """Say which languages the study has, and how far each is."""
    study = get_study(request.user, slug, role=Role.RESEARCHER)
    made = [(one, name_of(one.language), direction_of(one.language)) for one in rows.progress(study)]
    return render_page(request, "texts", study, made=made, source=name_of(source_language(study)))


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def table(request: HttpRequest, slug: str, language: str) -> HttpResponse:
    """Show the texts of a part beside their translations, and keep what was written."""
    study = _study(request, slug, language)
    part = request.GET.get("part", rows.STUDY)
    if part not in rows.PARTS:
        raise Http404
    page = Paginator(rows.prompts_of(study), PROMPTS_ON_A_PAGE).get_page(request.GET.get("page"))
    shown = rows.rows(study, language, part, prompts=page.object_list if part == rows.PROMPTS else None)
    if request.method == "POST":
        return _save(request, study, language, shown)
    return render_page(
        request,
        "texts_table",
        study,
        rows=shown,
        part=part,
        parts=_tabs(study, language, part),
        page=page if part == rows.PROMPTS else None,
        **_frame(study, language),
    )


@login_required
@require_safe
def export(request: HttpRequest, slug: str, language: str, kind: str) -> HttpResponse:
    """Hand the texts out as a file."""
    study = _study(request, slug, language)
    if kind == "json":
        response = HttpResponse(files.as_json(study, language), content_type="application/json")
    elif kind == "csv":
        response = HttpResponse(files.as_csv(study, language), content_type="text/csv; charset=utf-8")
    else:
        raise Http404
    response["Content-Disposition"] = f'attachment; filename="{study.slug}-{language}.{kind}"'
    return response


@login_required
@require_POST
def take(request: HttpRequest, slug: str, language: str) -> HttpResponse:
    """Take translations from a file."""
    study = _study(request, slug, language)
    sent = request.FILES.get("file")
    if sent is None or (sent.size or 0) > MOST_BYTES:
        messages.error(request, _("Choose a file of at most %(most)d MB.") % {"most": MOST_BYTES // 2**20})
        return redirect("elicitation:texts-in", study.slug, language)
    try:
        taken = files.take(by=signed_in_user(request), study=study, language=language, content=sent.read())
    except writing.TranslationRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _changed(taken.changed))
        for sentence in taken.left_out[:10]:
            messages.warning(request, sentence)
    return redirect("elicitation:texts-in", study.slug, language)


@login_required
@require_POST
def translate(request: HttpRequest, slug: str, language: str) -> HttpResponse:
    """Have a model translate what is missing."""
    study = _study(request, slug, language)
    try:
        translating.request_translation(by=signed_in_user(request), study=study, language=language)
    except translating.CannotTranslate as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(
            request, _("The model is at work. What it has translated appears in the table, marked as its work.")
        )
    return redirect("elicitation:texts-in", study.slug, language)


def _study(request: HttpRequest, slug: str, language: str) -> Study:
    study = get_study(request.user, slug, role=Role.RESEARCHER)
    if language not in languages_of(study)[1:]:
        raise Http404(_("The study is not translated into this language: add it to its languages first."))
    return study


def _save(request: HttpRequest, study: Study, language: str, shown: list[rows.Row]) -> HttpResponse:
    given = []
    for row in shown:
        text = request.POST.get(f"text.{row.id}")
        if text is None or request.POST.get(f"source.{row.id}", "") == "":
            continue
        is_changed = _plain(text) != _plain(row.translation)
        if is_changed or f"checked.{row.id}" in request.POST:
            given.append(writing.Given(row, _plain(text), request.POST[f"source.{row.id}"][:64]))
    try:
        changed = writing.write(by=signed_in_user(request), study=study, language=language, given=given)
    except writing.TranslationRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _changed(changed))
    return redirect(request.get_full_path())


def _plain(text: str) -> str:
    return text.replace("\0", "").replace("\r\n", "\n").strip()


def _changed(number: int) -> str:
    return ngettext("%(count)d text was changed.", "%(count)d texts were changed.", number) % {"count": number}


def _tabs(study: Study, language: str, part: str) -> list[tuple[object, str, bool]]:
    address = reverse("elicitation:texts-in", args=[study.slug, language])
    return [(label, f"{address}?part={key}", key == part) for key, label in rows.PARTS.items()]


def _frame(study: Study, language: str) -> dict[str, Any]:
    return {
        "language": language,
        "language_name": name_of(language),
        "direction": direction_of(language),
        "source_name": name_of(source_language(study)),
        "work": translating.latest(study, language),
        "model": translating.model_name(),
        "offered": translating.is_possible(),
    }
