"""Pages that take a dataset in and give one out."""

import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from collective.accounts.signed_in import signed_in_user
from elicitation.models import Role, Study
from elicitation.permissions import get_study

from . import quality_file
from .ca1 import annotators, comparisons, merged, rubrics
from .exporting import ALL_WRITERS, export_archive, export_file, summarise
from .importing import BadInput, ImportReport, ImportStopped, Repeats, import_comparisons
from .uploads import MAX_UPLOAD_BYTES, lay_out

COUNTS = {
    "prompts_added": gettext_lazy("Prompts added"),
    "people_added": gettext_lazy("People added"),
    "assessments_added": gettext_lazy("Assessments added"),
    "assessments_known": gettext_lazy("Assessments that were here already"),
    "criteria_added": gettext_lazy("Criteria added"),
    "scores_added": gettext_lazy("Scores added"),
    "core_items_added": gettext_lazy("Core items added"),
    "rows_checked": gettext_lazy("Rows compared with the other files"),
    "contradicting_repeats_dropped": gettext_lazy("Second, different answers left out"),
    "assessments_of_unknown_prompts_left_out": gettext_lazy("Assessments left out: the study lacks their prompt"),
    "rubrics_of_unknown_prompts_left_out": gettext_lazy("Rubrics left out: the study lacks their prompt"),
}
FILES = {
    comparisons.FILE: gettext_lazy("Prompts, their candidate answers, and all assessments of them: one prompt a line."),
    annotators.FILE: gettext_lazy("People: what they said about themselves, and their assessments: one person a line."),
    merged.FILE: gettext_lazy("Both in one flat table: one row per prompt and person."),
    rubrics.FILE: gettext_lazy("Criteria with everybody's scores, and the core items: one prompt a line."),
}
QUALITY = gettext_lazy("Quality flags with their evidence, people excluded, attention items and re-tests.")


class _ManyFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class _FilesField(forms.FileField):
    """A field of one or more files."""

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        given = data if isinstance(data, (list, tuple)) else [data]
        return [super(_FilesField, self).clean(item, initial) for item in given or [None]]


class ImportForm(forms.Form):
    """What to import, and what to do about people who answered a prompt twice."""

    uploads = _FilesField(
        label=gettext_lazy("Files"),
        help_text=gettext_lazy("Up to four files under their own names, or one ZIP archive that holds them."),
        widget=_ManyFiles(attrs={"accept": ".jsonl,.zip", "multiple": True}),
        error_messages={"required": gettext_lazy("Please choose at least one file.")},
        allow_empty_file=True,
    )
    keep_first = forms.BooleanField(
        label=gettext_lazy("Keep the first of two different answers"),
        help_text=gettext_lazy("Without this, a person who is twice on a prompt with different answers is an error."),
        required=False,
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def import_page(request: HttpRequest, slug: str) -> HttpResponse:
    """Take files into a study, and say what was added or what is wrong."""
    study = get_study(request.user, slug, role=Role.RESEARCHER)
    if request.method != "POST":
        return _import_page(request, study, ImportForm())
    form = ImportForm(request.POST, request.FILES)
    if not form.is_valid():
        return _import_page(request, study, form, status=400)
    try:
        with tempfile.TemporaryDirectory() as folder:
            lay_out(form.cleaned_data["uploads"], Path(folder))
            report = import_comparisons(
                study=study,
                folder=Path(folder),
                by=signed_in_user(request),
                repeats=Repeats.KEEP_FIRST if form.cleaned_data["keep_first"] else Repeats.REFUSE,
            )
    except BadInput as refusal:
        form.add_error("uploads", str(refusal))
        before = refusal.report if isinstance(refusal, ImportStopped) else None
        return _import_page(request, study, form, report=before, status=400)
    return _import_page(request, study, ImportForm(), report=report)


def _import_page(
    request: HttpRequest, study: Study, form: ImportForm, *, report: ImportReport | None = None, status: int = 200
) -> HttpResponse:
    context = {
        "study": study,
        "form": form,
        "files": FILES.items(),
        "limit": MAX_UPLOAD_BYTES,
        "report": report,
        "rows": list(_rows(report)) if report else [],
    }
    return render(request, "datasets/import.html", context, status=status)


def _rows(report: ImportReport) -> Iterable[tuple[str, list[tuple[Any, int]]]]:
    """Yield each file with what was counted in it, and how many."""
    for name, counts in report.files.items():
        yield name, [(COUNTS[label], count) for label, count in counts.items()]


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def export_page(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Say what an export holds; posted to, give it out."""
    study = get_study(request.user, slug, role=Role.RESEARCHER)
    if request.method == "POST":
        return _download(request, study, request.POST.get("file", ""))
    files: dict[str, Any] = {**FILES}
    if quality_file.has_lines(study):
        files[quality_file.FILE] = QUALITY
    context = {"study": study, "files": files.items(), "contents": _contents(study)}
    return render(request, "datasets/export.html", context)


def _contents(study: Study) -> list[tuple[str, int]]:
    contents = summarise(study)
    return [
        (_("Prompts"), contents.prompts),
        (_("People"), contents.people),
        (_("Assessments"), contents.assessments),
        (_("Criteria"), contents.criteria),
        (_("Scores"), contents.scores),
    ]


def _download(request: HttpRequest, study: Study, name: str) -> FileResponse:
    """Write one file, or all as an archive, to disk, and send it from there.

    So nothing is sent of an export that fails halfway, and a slow line does not keep the database's snapshot open.
    """
    target = tempfile.TemporaryFile()  # noqa: SIM115 (the response closes it)
    by = signed_in_user(request)
    if name in ALL_WRITERS:
        export_file(study=study, name=name, target=target, by=by)
        filename, kind = name, "application/jsonl"
    else:
        export_archive(study=study, target=target, by=by)
        filename, kind = f"{study.slug}-ca1.zip", "application/zip"
    target.seek(0)
    return FileResponse(target, as_attachment=True, filename=filename, content_type=kind)
