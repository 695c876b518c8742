"""A study's dataset."""

import tempfile

from django.http import FileResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request

from collective.accounts.signed_in import signed_in_user
from collective.accounts.tokens import ANSWERS_READ
from datasets.exporting import export_archive
from elicitation.models import Role

from .access import StudyView


class Export(StudyView):
    """The four CA-1 / CoVal files, with `quality_flags.jsonl` where there are flags.

    They hold what people wrote, so reading them takes the role researcher.
    """

    role_to_read = Role.RESEARCHER
    scope_to_read = ANSWERS_READ

    @extend_schema(responses={(200, "application/zip"): OpenApiResponse(OpenApiTypes.BINARY)})
    def get(self, request: Request, slug: str) -> FileResponse:
        """Download the study as one ZIP archive."""
        target = tempfile.TemporaryFile()  # noqa: SIM115 (the response closes it)
        export_archive(study=self.study, target=target, by=signed_in_user(request))
        target.seek(0)
        return FileResponse(target, as_attachment=True, filename=f"{self.study.slug}-ca1.zip")
