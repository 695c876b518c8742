"""What every endpoint below a study shares: the study, if the caller has a role in it."""

from typing import Any, ClassVar

from rest_framework.request import Request
from rest_framework.views import APIView

from elicitation.models import Role, Study
from elicitation.permissions import get_study
from spec_loop.models import Document, SpecVersion
from spec_loop.versions import NoSuchDocument, find_version


class StudyView(APIView):
    """An endpoint below `/studies/{slug}/`.

    Reading needs a role in the study (404 for who has none), writing the role in `role_to_write` (403 below it).
    """

    role_to_write: ClassVar[Role] = Role.RESEARCHER
    role_to_read: ClassVar[Role] = Role.REVIEWER
    study: Study

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Find the study before anything else is done."""
        super().initial(request, *args, **kwargs)
        role = self.role_to_read if request.method in {"GET", "HEAD", "OPTIONS"} else self.role_to_write
        self.study = get_study(request.user, kwargs["slug"], role=role)

    def version_of(self, document: Document, prefix: str) -> SpecVersion:
        """Return the version whose hash begins so, the current one for "". Raises `NoSuchDocument`."""
        if prefix or document.current is None:
            return find_version(document, prefix)
        return document.current

    def document_of_study(self, name: str) -> Document:
        """Return a document that is shown to the study's staff. Raises `NoSuchDocument`."""
        document = self.study.documents.filter(name=name, current__isnull=False).first()
        if document is None:
            raise NoSuchDocument(f"The study {self.study.slug!r} has no document {name!r}.")
        return document
