"""Studies: list, create, read, change, open and close."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers, status
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from collective.accounts.signed_in import signed_in_user
from elicitation.cloning import clone_study
from elicitation.models import Role, Study
from elicitation.permissions import visible_studies
from elicitation.studies import SETTINGS, create_study, set_status, update_study

from .access import ApiView, StudyView
from .paging import ByKey
from .scopes import only_studies


class StudySerializer(serializers.ModelSerializer[Study]):
    """A study with its settings. `participant_link` is the secret that lets people in."""

    participant_link = serializers.CharField(source="link_token", read_only=True)

    class Meta:
        model = Study
        fields: tuple[str, ...] = ("slug", "status", "is_simulated", "created_at", "participant_link", *SETTINGS)
        read_only_fields: tuple[str, ...] = ("slug", "status", "is_simulated", "created_at")


class NewStudySerializer(StudySerializer):
    """A study to be made: its name in addresses, and settings."""

    class Meta(StudySerializer.Meta):
        read_only_fields = ("status", "is_simulated", "created_at")


class StatusSerializer(serializers.Serializer[Any]):
    """The status a study is to take."""

    status = serializers.ChoiceField(choices=Study.Status.choices)
    keep_pilot = serializers.BooleanField(
        required=False, default=False, help_text="Whether the answers of the pilot go on to count once it runs."
    )


class StudyList(ApiView, generics.ListAPIView[Study]):
    """The studies you have a role in."""

    serializer_class = StudySerializer
    pagination_class = ByKey
    filterset_fields = ("status", "is_simulated", "is_public")
    queryset = Study.objects.none()

    def get_queryset(self) -> Any:
        """Return what the caller may see."""
        visible = visible_studies(self.request.user)
        limits = only_studies(self.request)
        return visible.filter(slug__in=limits) if limits else visible

    @extend_schema(request=NewStudySerializer, responses={201: StudySerializer})
    def post(self, request: Request) -> Response:
        """Create a study as a draft; you become its admin."""
        if only_studies(request):
            raise PermissionDenied("This token is for some studies only.")
        form = NewStudySerializer(data=request.data)
        form.is_valid(raise_exception=True)
        study = create_study(by=signed_in_user(request), **form.validated_data)
        return Response(StudySerializer(study).data, status=status.HTTP_201_CREATED)


class StudyDetail(StudyView):
    """One study."""

    @extend_schema(responses=StudySerializer)
    def get(self, request: Request, slug: str) -> Response:
        """Read a study."""
        return Response(StudySerializer(self.study).data)

    @extend_schema(request=StudySerializer, responses=StudySerializer)
    def patch(self, request: Request, slug: str) -> Response:
        """Change settings of a study."""
        form = StudySerializer(self.study, data=request.data, partial=True)
        form.is_valid(raise_exception=True)
        changed = update_study(by=signed_in_user(request), study=self.study, **form.validated_data)
        return Response(StudySerializer(changed).data)


class NewNameSerializer(serializers.Serializer[Any]):
    """What a copy of a study is called."""

    slug = serializers.SlugField(max_length=100)
    title = serializers.CharField(max_length=200)


class StudyClone(StudyView):
    """A study that asks the same."""

    @extend_schema(request=NewNameSerializer, responses={201: StudySerializer})
    def post(self, request: Request, slug: str) -> Response:
        """Make a draft with the same prompts, protocol, settings and quotas, without people; you become its admin."""
        if only_studies(request):
            raise PermissionDenied("This token is for some studies only.")
        form = NewNameSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        clone = clone_study(by=signed_in_user(request), study=self.study, **form.validated_data)
        return Response(StudySerializer(clone).data, status=status.HTTP_201_CREATED)


class StudyStatus(StudyView):
    """Whether people can take part."""

    role_to_write = Role.RESEARCHER

    @extend_schema(request=StatusSerializer, responses=StudySerializer)
    def post(self, request: Request, slug: str) -> Response:
        """Open, pause or close a study; 409 where that cannot follow."""
        form = StatusSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        study = set_status(by=signed_in_user(request), study=self.study, **form.validated_data)
        return Response(StudySerializer(study).data)
