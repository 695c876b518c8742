"""Spec documents, their versions, and what changed between two."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics, serializers, status
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from collective.accounts.signed_in import signed_in_user
from collective.accounts.tokens import SPECS_READ, SPECS_WRITE
from elicitation.models import Role
from elicitation.permissions import get_study
from spec_loop.document import diff_documents, parse
from spec_loop.models import Document, SpecVersion
from spec_loop.versions import find_version, may_import_into, receive_spec, visible_documents

from .access import ApiView
from .paging import ByKey
from .scopes import covers, only_studies


class VersionSerializer(serializers.ModelSerializer[SpecVersion]):
    """A version, named by the SHA-256 of its bytes."""

    parent_hash = serializers.CharField(source="parent.hash", default=None, allow_null=True, read_only=True)

    class Meta:
        model = SpecVersion
        fields: tuple[str, ...] = ("number", "hash", "parent_hash", "source", "note", "created_at")


class SectionSerializer(serializers.Serializer[Any]):
    """A heading and the text down to the next heading."""

    id = serializers.CharField()
    title = serializers.CharField()
    level = serializers.IntegerField()
    authority = serializers.CharField()
    tags = serializers.ListField(child=serializers.CharField())
    parent_id = serializers.CharField()
    text = serializers.CharField()


class VersionTextSerializer(VersionSerializer):
    """A version with its text, and the text by section."""

    sections = serializers.SerializerMethodField()

    class Meta(VersionSerializer.Meta):
        fields = (*VersionSerializer.Meta.fields, "text", "sections")

    def get_sections(self, version: SpecVersion) -> list[dict[str, Any]]:
        """Return the sections in order."""
        return list(SectionSerializer(parse(version.text).sections, many=True).data)


class DocumentSerializer(serializers.ModelSerializer[Document]):
    """A document, with the hash of its current version and the studies it is shown to."""

    current = serializers.CharField(source="current.hash", default=None, allow_null=True, read_only=True)
    studies: Any = serializers.SlugRelatedField(slug_field="slug", many=True, read_only=True)

    class Meta:
        model = Document
        fields = ("name", "title", "current", "studies", "created_at")


class NewVersionSerializer(serializers.Serializer[Any]):
    """A text to become the current version of a document; `study` shows the document to that study's staff."""

    name = serializers.SlugField(max_length=100)
    text = serializers.CharField(trim_whitespace=False)
    title = serializers.CharField(required=False, default="", allow_blank=True, max_length=200)
    study = serializers.SlugField(required=False, default="", allow_blank=True)


class SectionChangeSerializer(serializers.Serializer[Any]):
    """What became of a section; `words` are [operation, text] with equal, delete and insert."""

    section_id = serializers.CharField()
    title = serializers.CharField()
    kind = serializers.ChoiceField(choices=["same", "changed", "added", "removed", "renamed"])
    old_id = serializers.CharField()
    old_title = serializers.CharField()
    old_authority = serializers.CharField()
    authority = serializers.CharField()
    is_moved = serializers.BooleanField()
    words = serializers.ListField(child=serializers.ListField(child=serializers.CharField(trim_whitespace=False)))


class SpecView(ApiView):
    """An endpoint of spec documents."""

    scope_to_read = SPECS_READ
    scope_to_write = SPECS_WRITE

    def visible(self) -> QuerySet[Document]:
        """Return the documents the caller may read; a token limited to studies reads theirs only."""
        documents = visible_documents(signed_in_user(self.request))
        limits = only_studies(self.request)
        return documents.filter(studies__slug__in=limits).distinct() if limits else documents


class DocumentList(SpecView, generics.ListAPIView[Document]):
    """The documents you may read."""

    serializer_class = DocumentSerializer
    pagination_class = ByKey
    queryset = Document.objects.none()

    def get_queryset(self) -> Any:
        """Return what the caller may read."""
        return self.visible().select_related("current").prefetch_related("studies")

    @extend_schema(request=NewVersionSerializer, responses={201: VersionSerializer, 200: VersionSerializer})
    def post(self, request: Request) -> Response:
        """Import a text; 200 where a version holds the very same text already."""
        form = NewVersionSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        given = form.validated_data
        user = signed_in_user(request)
        if not may_import_into(user, given["name"]):
            raise PermissionDenied("Importing under this name needs the role researcher in one of its studies.")
        if only_studies(request) and not (given["study"] and covers(request, given["study"])):
            raise PermissionDenied("This token is for some studies only: name one of them.")
        study = get_study(user, given["study"], role=Role.RESEARCHER) if given["study"] else None
        if study is None and not user.is_superuser:
            raise serializers.ValidationError({"study": ["Name a study of yours: its staff will see the document."]})
        received = receive_spec(
            by=user, name=given["name"], data=given["text"].encode(), title=given["title"], study=study
        )
        code = status.HTTP_201_CREATED if received.is_new else status.HTTP_200_OK
        return Response(VersionSerializer(received.version).data, status=code)


class DocumentView(SpecView):
    """An endpoint below a document."""

    def document(self, name: str) -> Document:
        """Return the document if the caller may read it."""
        return get_object_or_404(self.visible(), name=name)


class DocumentDetail(DocumentView):
    """One document."""

    @extend_schema(responses=DocumentSerializer)
    def get(self, request: Request, name: str) -> Response:
        """Read a document's name and current version."""
        return Response(DocumentSerializer(self.document(name)).data)


class VersionList(DocumentView, generics.ListAPIView[SpecVersion]):
    """The versions of a document, without their texts."""

    serializer_class = VersionSerializer
    pagination_class = ByKey
    queryset = SpecVersion.objects.none()

    def get_queryset(self) -> Any:
        """Return the document's versions."""
        return self.document(self.kwargs["name"]).versions.defer("text").select_related("parent")


class VersionDetail(DocumentView):
    """One version with its text."""

    @extend_schema(responses=VersionTextSerializer)
    def get(self, request: Request, name: str, version: str) -> Response:
        """Read a version; name it by its hash or the first 12 digits of it."""
        return Response(VersionTextSerializer(find_version(self.document(name), version)).data)


class VersionDiff(DocumentView):
    """What changed between two versions."""

    @extend_schema(
        responses=SectionChangeSerializer(many=True),
        parameters=[
            OpenApiParameter("from", str, required=True, description="hash of the older version, 12 digits or more"),
            OpenApiParameter("to", str, required=True, description="hash of the newer version"),
        ],
        operation_id="specs_diff",
    )
    def get(self, request: Request, name: str) -> Response:
        """Compare two versions section by section and word by word."""
        missing = [parameter for parameter in ("from", "to") if not request.query_params.get(parameter)]
        if missing:
            raise serializers.ValidationError({parameter: ["Name a version by its hash."] for parameter in missing})
        document = self.document(name)
        old, new = (find_version(document, request.query_params[parameter]) for parameter in ("from", "to"))
        changes = diff_documents(old.text, new.text)
        return Response(SectionChangeSerializer(changes, many=True).data)
