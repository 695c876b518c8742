"""Documents and their versions: import, add, find.

A version is the exact text that was given, named by the SHA-256 of its UTF-8 bytes, and is never changed.
"""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_slug
from django.db import transaction
from django.db.models import Count, Max, QuerySet
from django.utils.translation import gettext as _

from collective.accounts.models import User
from collective.audit.chain import record
from elicitation.models import Role, Study
from elicitation.permissions import may, visible_studies

from .document import Problem, SpecInvalid, decode, spec_hash, validate
from .models import Document, SpecVersion

MAXIMUM_BYTES = 5 * 1024 * 1024
LONGEST_NAME = 100
RESERVED_NAMES = frozenset({"import"})


class ImportRefused(Exception):
    """The document is not imported; the sentence says why, `problems` where."""

    def __init__(self, message: str, problems: tuple[Problem, ...] = ()) -> None:
        super().__init__(message)
        self.problems = problems


class NoSuchDocument(Exception):
    """There is no document of that name, or no version in it; the sentence says what to do."""


@dataclass(frozen=True)
class Received:
    """What an import came to: the version that holds the bytes, whether it was made now, and warnings."""

    version: SpecVersion
    is_new: bool
    warnings: tuple[Problem, ...]


def import_spec(*, by: User | None, name: str, data: bytes, title: str = "", study: Study | None = None) -> SpecVersion:
    """Make bytes the current version of the document `name`, which is made where there is none; see `receive_spec`."""
    return receive_spec(by=by, name=name, data=data, title=title, study=study).version


@transaction.atomic
def receive_spec(*, by: User | None, name: str, data: bytes, title: str = "", study: Study | None = None) -> Received:
    """Make bytes the current version of a document and say what came of it.

    Bytes that a version of the document holds already make no new one, and leave the current version as it is.
    With `study`, the document is shown to that study's staff as well; without any study only admins see it.
    `by` is None for the command line.

    Raises `ImportRefused`.
    """
    text, warnings = _readable_text(data)
    _refuse_bad_name(name)
    document, _made = Document.objects.get_or_create(
        name=name, defaults={"title": title or name.replace("-", " ").replace("_", " ").capitalize()}
    )
    document = Document.objects.select_for_update().get(pk=document.pk)
    version = document.versions.filter(hash=spec_hash(text)).first()
    is_new = version is None
    if version is None:
        version = _append(document, text, source=SpecVersion.Source.IMPORT, note="", by=by)
        details = {"version": version.number, "hash": version.hash, "bytes": len(data)}
        _record(by, "spec.imported", document, study, details)
    if study is not None and not document.studies.filter(pk=study.pk).exists():
        document.studies.add(study)
        _record(by, "spec.shown_to_study", document, study, {"study": study.slug})
    return Received(version, is_new, warnings)


def _refuse_bad_name(name: str) -> None:
    try:
        validate_slug(name)
    except ValidationError as error:
        sentence = f"A document's name is made of letters, digits, hyphens and underscores, not {name!r}."
        raise ImportRefused(sentence) from error
    if len(name) > LONGEST_NAME:
        raise ImportRefused(_("A document's name has at most %(limit)s characters.") % {"limit": LONGEST_NAME})
    if name in RESERVED_NAMES:
        raise ImportRefused(
            _("A document cannot be called %(name)s, because a page has that address.") % {"name": repr(name)}
        )


def _readable_text(data: bytes) -> tuple[str, tuple[Problem, ...]]:
    if len(data) > MAXIMUM_BYTES:
        raise ImportRefused(too_large(len(data)))
    try:
        text = decode(data)
    except SpecInvalid as error:
        raise ImportRefused(str(error), tuple(error.problems)) from error
    problems = validate(text)
    errors = [problem for problem in problems if problem.is_error]
    if errors:
        raise ImportRefused(str(SpecInvalid(errors)), tuple(errors))
    return text, tuple(problems)


def too_large(size: int) -> str:
    """Return the sentence that refuses a file of `size` bytes."""
    return f"the file has {size:,} bytes; a document may have {MAXIMUM_BYTES:,}"


@transaction.atomic
def add_version(
    *, by: User | None, document: Document, text: str, source: SpecVersion.Source, note: str, study: Study | None = None
) -> SpecVersion:
    """Make a text the current version of a document, with `note` as its changelog entry.

    Where the text is that of an earlier version (a change was taken back), that version becomes current again: one
    text is one version.

    Raises `SpecInvalid` where the text has errors.
    """
    errors = [problem for problem in validate(text) if problem.is_error]
    if len(text.encode()) > MAXIMUM_BYTES:
        errors = [Problem(1, too_large(len(text.encode())))]
    if errors:
        raise SpecInvalid(errors)
    document = Document.objects.select_for_update().get(pk=document.pk)
    version = document.versions.filter(hash=spec_hash(text)).first()
    if version is None:
        version = _append(document, text, source=source, note=note, by=by)
    else:
        document.current = version
        document.save(update_fields=["current"])
    _record(by, "spec.version_added", document, study, {"version": version.number, "hash": version.hash})
    return version


def _append(document: Document, text: str, *, source: SpecVersion.Source, note: str, by: User | None) -> SpecVersion:
    """Write the next version of a document whose row the caller has locked."""
    last = document.versions.aggregate(last=Max("number"))["last"] or 0
    version = SpecVersion.objects.create(
        document=document,
        number=last + 1,
        hash=spec_hash(text),
        text=text,
        parent=document.current,
        source=source,
        note=note,
        created_by=by,
    )
    document.current = version
    document.save(update_fields=["current"])
    return version


def _record(by: User | None, action: str, document: Document, study: Study | None, details: dict[str, Any]) -> None:
    record(
        by=by,
        action=action,
        target=f"document:{document.name}",
        study=study.slug if study else "",
        details=details,
    )


# --- reading --------------------------------------------------------------------------------------------------


def get_document(name: str) -> Document:
    """Return a document that has a current version.

    Raises `NoSuchDocument`.
    """
    document = Document.objects.select_related("current").filter(name=name, current__isnull=False).first()
    if document is None:
        raise NoSuchDocument(
            _("There is no document %(name)s. Import it with: manage.py import_spec FILE --document %(document)s")
            % {"name": repr(name), "document": name}
        )
    return document


def visible_documents(user: User) -> QuerySet[Document]:
    """Return the documents a user may read: those of their studies, all for admins of the service."""
    documents = Document.objects.filter(current__isnull=False)
    if not user.is_superuser:
        documents = documents.filter(
            pk__in=Document.studies.through.objects.filter(study__in=visible_studies(user)).values("document")
        )
    return documents


def with_counts(documents: QuerySet[Document]) -> QuerySet[Document]:
    """Add `version_count` and `study_count` to documents, without the texts of their versions."""
    return (
        documents.select_related("current")
        .defer("current__text")
        .annotate(version_count=Count("versions", distinct=True), study_count=Count("studies", distinct=True))
    )


def find_version(document: Document, prefix: str) -> SpecVersion:
    """Return the version whose hash begins with `prefix` (12 hex digits and more name one).

    Raises `NoSuchDocument`.
    """
    found = list(document.versions.filter(hash__startswith=prefix)[:2]) if len(prefix) >= 12 else []
    if len(found) != 1:
        raise NoSuchDocument(
            _("The document %(name)s has no version %(prefix)s.")
            % {"name": repr(document.name), "prefix": repr(prefix)}
        )
    return found[0]


def may_import_into(user: User, name: str) -> bool:
    """Return whether a user may import under a name: it is free, or they are a researcher in one of its studies."""
    document = Document.objects.filter(name=name).first()
    if document is None or user.is_superuser:
        return True
    return any(may(user, study, Role.RESEARCHER) for study in document.studies.all())
