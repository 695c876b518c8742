"""A study's panels."""

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from collective.accounts.signed_in import signed_in_user
from elicitation.models import Panel, Role
from elicitation.panels.managing import FIELDS, PanelRefused, add_panel, change_panel
from elicitation.panels.presets import PRESETS

from .access import StudyView
from .paging import ByKey


class PanelSerializer(serializers.ModelSerializer[Panel]):
    """A panel. Its webhook's secret is written, never read."""

    codes = serializers.DictField(
        child=serializers.CharField(max_length=300, allow_blank=True), required=False, help_text="By outcome."
    )

    class Meta:
        model = Panel
        fields: tuple[str, ...] = ("id", "preset", *FIELDS)
        read_only_fields: tuple[str, ...] = ("preset",)
        extra_kwargs = {name: {"required": False} for name in FIELDS} | {"webhook_secret": {"write_only": True}}
        validators: tuple[Any, ...] = ()  # the domain says what is wrong


class NewPanelSerializer(PanelSerializer):
    """A panel to be made from a preset; whatever is given takes the place of the preset's value."""

    preset = serializers.ChoiceField(choices=sorted(PRESETS))

    class Meta(PanelSerializer.Meta):
        read_only_fields = ()


class PanelList(StudyView, generics.ListAPIView[Panel]):
    """The panels of a study."""

    role_to_read = Role.RESEARCHER
    serializer_class = PanelSerializer
    pagination_class = ByKey
    filterset_fields = ("is_active", "preset")
    queryset = Panel.objects.none()

    def get_queryset(self) -> Any:
        """Return the study's panels."""
        return self.study.panels.all()

    @extend_schema(request=NewPanelSerializer, responses={201: PanelSerializer})
    def post(self, request: Request, slug: str) -> Response:
        """Add a panel."""
        form = NewPanelSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        panel = _or_refuse(add_panel, by=signed_in_user(request), study=self.study, **form.validated_data)
        return Response(PanelSerializer(panel).data, status=status.HTTP_201_CREATED)


class PanelDetail(StudyView):
    """One panel."""

    role_to_read = Role.RESEARCHER

    def panel(self, pk: int) -> Panel:
        """Return the study's panel."""
        return get_object_or_404(self.study.panels, pk=pk)

    @extend_schema(responses=PanelSerializer)
    def get(self, request: Request, slug: str, pk: int) -> Response:
        """Read a panel."""
        return Response(PanelSerializer(self.panel(pk)).data)

    @extend_schema(request=PanelSerializer, responses=PanelSerializer)
    def patch(self, request: Request, slug: str, pk: int) -> Response:
        """Change a panel."""
        form = PanelSerializer(data=request.data, partial=True)
        form.is_valid(raise_exception=True)
        panel = _or_refuse(change_panel, by=signed_in_user(request), panel=self.panel(pk), **form.validated_data)
        return Response(PanelSerializer(panel).data)


def _or_refuse(verb: Any, **given: Any) -> Panel:
    try:
        return verb(**given)
    except PanelRefused as refused:
        raise serializers.ValidationError({name: [sentence] for name, sentence in refused.errors.items()}) from refused
