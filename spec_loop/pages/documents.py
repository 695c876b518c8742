"""Pages of spec documents: read a version, compare two, import one."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from collective.accounts.models import User
from collective.accounts.signed_in import signed_in_user
from elicitation.models import Role, Study
from elicitation.permissions import visible_studies
from spec_loop.changes import compare as compare_texts
from spec_loop.document import Problem
from spec_loop.models import Document, SpecVersion
from spec_loop.reading import readable
from spec_loop.versions import (
    MAXIMUM_BYTES,
    ImportRefused,
    NoSuchDocument,
    Received,
    find_version,
    may_import_into,
    receive_spec,
    too_large,
    visible_documents,
    with_counts,
)

SHOWN_PROBLEMS = 30


def _document(request: HttpRequest, name: str) -> Document:
    """Return a document the user may read, or answer that there is none."""
    found = visible_documents(signed_in_user(request)).filter(name=name).first()
    if found is None:
        raise Http404(_("There is no such document, or it belongs to no study of yours."))
    return found


def _version(document: Document, digest: str) -> SpecVersion:
    try:
        return find_version(document, digest)
    except NoSuchDocument as error:
        raise Http404(str(error)) from error


def importable_studies(user: User) -> Any:
    """Return the studies in which a user may import: as a researcher at least."""
    studies = visible_studies(user)
    if user.is_superuser:
        return studies
    return studies.filter(memberships__user=user, memberships__role__in=[Role.RESEARCHER, Role.ADMIN])


def _may_import(user: User) -> bool:
    return user.is_superuser or importable_studies(user).exists()


# --- reading ------------------------------------------------------------------------------------------------


@require_safe
@login_required
def document_list(request: HttpRequest) -> HttpResponse:
    """List the documents the user may read."""
    user = signed_in_user(request)
    return render(
        request,
        "spec_loop/documents.html",
        {"documents": with_counts(visible_documents(user)), "may_import": _may_import(user)},
    )


@require_safe
@login_required
def document(request: HttpRequest, name: str) -> HttpResponse:
    """Show a document's versions, newest first, each with its changelog entry."""
    found = _document(request, name)
    versions = list(found.versions.defer("text").select_related("parent", "created_by").order_by("-number"))
    user = signed_in_user(request)
    return render(
        request,
        "spec_loop/document.html",
        {
            "document": found,
            "versions": versions,
            "studies": visible_studies(user).filter(documents=found),
            "may_import": _may_import(user) and may_import_into(user, name),
            "trail": [(_("Specs"), _address("documents"))],
        },
    )


@require_safe
@login_required
def version(request: HttpRequest, name: str, digest: str) -> HttpResponse:
    """Show a version as a page to read, with the tree of its sections."""
    found = _document(request, name)
    shown = _version(found, digest)
    page = readable(shown.text)
    return render(
        request,
        "spec_loop/version.html",
        {
            "document": found,
            "version": shown,
            "is_current": found.current_id == shown.pk,
            "page": page,
            "tree": page.tree(),
            "warnings": page.warnings[:SHOWN_PROBLEMS],
            "trail": [(_("Specs"), _address("documents")), (found.title, _address("document", name))],
        },
    )


@require_safe
@login_required
def raw(request: HttpRequest, name: str, digest: str) -> HttpResponse:
    """Give the very bytes of a version."""
    shown = _version(_document(request, name), digest)
    return HttpResponse(
        shown.text.encode(),
        content_type="text/markdown; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}-{shown.hash[:12]}.md"'},
    )


# --- comparing ----------------------------------------------------------------------------------------------


@require_safe
@login_required
def compare(request: HttpRequest, name: str) -> HttpResponse:
    """Lead from the form in which two versions are chosen to their comparison."""
    found = _document(request, name)
    old, new = (_version(found, request.GET.get(side, "")) for side in ("old", "new"))
    return redirect("spec_loop:diff", name=name, old=old.hash, new=new.hash)


@require_safe
@login_required
def diff(request: HttpRequest, name: str, old: str, new: str) -> HttpResponse:
    """Show what changed from one version to another, by section and word."""
    found = _document(request, name)
    before, after = _version(found, old), _version(found, new)
    comparison = compare_texts(before.text, after.text)
    return render(
        request,
        "spec_loop/diff.html",
        {
            "document": found,
            "before": before,
            "after": after,
            "comparison": comparison,
            "trail": [(_("Specs"), _address("documents")), (found.title, _address("document", name))],
        },
    )


# --- importing ----------------------------------------------------------------------------------------------


class ImportForm(forms.Form):
    """A file, the document it is a version of, and the study whose staff may read it."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("A Markdown file in the dialect of the public Model Spec. Its bytes are kept exactly."),
        widget=forms.FileInput(attrs={"accept": ".md,.markdown,.txt,text/markdown"}),
    )
    name = forms.SlugField(
        label=gettext_lazy("Name in addresses"),
        max_length=100,
        help_text=gettext_lazy(
            "Letters, digits, hyphens, underscores. The name of a document that is here already adds a version to it."
        ),
    )
    title = forms.CharField(
        label=gettext_lazy("Title"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("For a document that is new."),
    )
    study = forms.ModelChoiceField(
        label=gettext_lazy("Study"),
        queryset=Study.objects.none(),
        help_text=gettext_lazy("Its staff may read the document. Without a study only admins may."),
        empty_label=gettext_lazy("No study"),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        study = self.fields["study"]
        study.queryset = importable_studies(user)  # type: ignore[attr-defined]
        study.required = not user.is_superuser

    def clean_file(self) -> UploadedFile:
        """Refuse a file that is too large before it is read."""
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > MAXIMUM_BYTES:
            raise forms.ValidationError(too_large(file.size or 0).capitalize() + ".")
        return file

    def clean_name(self) -> str:
        """Refuse the name of a document that is not this person's to change."""
        name: str = self.cleaned_data["name"]
        if not may_import_into(self.user, name):
            raise forms.ValidationError(_("This name belongs to a document that you may not change."))
        return name


@login_required
def import_document(request: HttpRequest) -> HttpResponse:
    """Take a file and make it a version of a document."""
    user = signed_in_user(request)
    if not _may_import(user):
        raise PermissionDenied(_("Importing a document needs the role of a researcher in a study."))
    form = ImportForm(request.POST or None, request.FILES or None, user=user, initial=_initial(request))
    problems: tuple[Problem, ...] = ()
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            received = receive_spec(
                by=user,
                name=form.cleaned_data["name"],
                data=file.read(),
                title=form.cleaned_data["title"].strip(),
                study=form.cleaned_data["study"],
            )
        except ImportRefused as error:
            problems = error.problems
            form.add_error("file", f"{file.name}: {error}.".replace("..", "."))
        else:
            _report(request, received)
            return redirect("spec_loop:version", name=received.version.document.name, digest=received.version.hash)
    return render(
        request,
        "spec_loop/import.html",
        {
            "form": form,
            "problems": problems[:SHOWN_PROBLEMS],
            "more_problems": max(0, len(problems) - SHOWN_PROBLEMS),
            "trail": [(_("Specs"), _address("documents"))],
        },
        status=400 if form.is_bound and not form.is_valid() else 200,
    )


def _initial(request: HttpRequest) -> dict[str, str]:
    return {"name": request.GET.get("name", "")}


def _report(request: HttpRequest, received: Received) -> None:
    number = received.version.number
    if not received.is_new:
        messages.info(request, _("Nothing new: version %(number)d holds these very bytes.") % {"number": number})
        return
    messages.success(request, _("Imported as version %(number)d.") % {"number": number})
    count = len(received.warnings)
    if count:
        told = ngettext(
            "%(count)d thing to look at is named below.", "%(count)d things to look at are named below.", count
        )
        messages.warning(request, told % {"count": count})


def _address(name: str, *args: Any) -> str:
    return reverse(f"spec_loop:{name}", args=args)
