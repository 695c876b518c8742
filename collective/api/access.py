"""What every endpoint shares: scopes, idempotency keys, and below a study the study itself."""

from typing import Any, ClassVar

from django.http import Http404, HttpResponse
from rest_framework.request import Request
from rest_framework.views import APIView

from collective.accounts.tokens import STUDIES_READ, STUDIES_WRITE
from elicitation.models import Role, Study
from elicitation.permissions import get_study
from spec_loop.models import Document, SpecVersion
from spec_loop.versions import NoSuchDocument, find_version

from . import idempotency
from .scopes import READING, covers


class ApiView(APIView):
    """An endpoint: a token needs `scope_to_read` or `scope_to_write`; a POST may carry an idempotency key."""

    scope_to_read: ClassVar[str] = STUDIES_READ
    scope_to_write: ClassVar[str] = STUDIES_WRITE
    _claim: idempotency.Claim | None = None

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Answer; with an idempotency key, commit what is done and the answer to it together."""
        if request.method != "POST" or idempotency.HEADER not in request.headers:
            return super().dispatch(request, *args, **kwargs)
        request.body  # noqa: B018 (read while it can be: a parser would leave nothing of it)
        return idempotency.carry_out(lambda: self._dispatch_once(request, *args, **kwargs))

    def _dispatch_once(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            response: Any = super().dispatch(request, *args, **kwargs)
        except idempotency.Answered as answered:
            return idempotency.replay(answered.row)
        if self._claim:
            self._claim.settle(response.render())
        return response

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Check who calls and what they may do, then whether it was done before."""
        super().initial(request, *args, **kwargs)
        if request.method == "POST" and (key := idempotency.key_of(request)):
            self._claim = idempotency.claim(request, key)

    def handle_exception(self, exc: Exception) -> Any:
        """Answer a refusal; what was done before is no refusal."""
        if isinstance(exc, idempotency.Answered):
            raise exc
        return super().handle_exception(exc)


class StudyView(ApiView):
    """An endpoint below `/studies/{slug}/`.

    Reading needs a role in the study (404 for who has none), writing the role in `role_to_write` (403 below it).
    """

    role_to_write: ClassVar[Role] = Role.RESEARCHER
    role_to_read: ClassVar[Role] = Role.REVIEWER
    study: Study

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Find the study before anything else is done."""
        super().initial(request, *args, **kwargs)
        role = self.role_to_read if request.method in READING else self.role_to_write
        if not covers(request, kwargs["slug"]):
            raise Http404("This token is not for that study.")
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
