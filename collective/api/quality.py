"""Signs that answers deserve a look, and leaving people out of results."""

from typing import Any

from django.db import transaction
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import generics, serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from collective.accounts.signed_in import signed_in_user
from elicitation.exclusion import ExclusionRefused, exclude, readmit
from elicitation.models import Participant, QualityFlag
from elicitation.tasks import call_for_flags

from .access import StudyView
from .paging import ByKey
from .people import PeopleView, PersonSerializer


class FlagSerializer(serializers.ModelSerializer[QualityFlag]):
    """A sign, how far it is beyond its threshold (0 to 1), and the numbers behind it. It removes nothing by itself."""

    participant = serializers.CharField(source="participant.key")
    evidence = serializers.SerializerMethodField()

    class Meta:
        model = QualityFlag
        fields = ("id", "kind", "participant", "assessment", "strength", "evidence", "found_at")

    @extend_schema_field(OpenApiTypes.OBJECT)
    def get_evidence(self, flag: QualityFlag) -> Any:
        """Return the numbers and references."""
        return flag.evidence


class ReasonSerializer(serializers.Serializer[Any]):
    """Why somebody is left out, or let in again; kept with the exclusion."""

    reason = serializers.CharField(max_length=5000, required=False, default="", allow_blank=True)


class Flags(PeopleView, generics.ListAPIView[QualityFlag]):
    """The signs found in a study."""

    serializer_class = FlagSerializer
    pagination_class = ByKey
    filterset_fields = ("kind", "participant__key", "assessment")
    queryset = QualityFlag.objects.none()

    def get_queryset(self) -> Any:
        """Return the flags of the study's people."""
        return QualityFlag.objects.filter(participant__study=self.study).select_related("participant")


class FindFlags(StudyView):
    """Looking for signs."""

    @extend_schema(request=None, responses={202: None})
    def post(self, request: Request, slug: str) -> Response:
        """Have a worker find the flags anew; it does so by itself too, whenever answers have come."""
        transaction.on_commit(lambda: call_for_flags(self.study))
        return Response(status=status.HTTP_202_ACCEPTED)


class Exclusion(PeopleView):
    """Whether a person's answers count."""

    def person(self, key: str) -> Participant:
        """Return the study's person."""
        return get_object_or_404(self.people(), key=key)

    @extend_schema(request=ReasonSerializer, responses=PersonSerializer)
    def put(self, request: Request, slug: str, key: str) -> Response:
        """Leave a person out of results, for a reason; the answers stay, and it can be undone."""
        try:
            exclude(by=signed_in_user(request), participant=self.person(key), reason=self._reason(request))
        except ExclusionRefused as refusal:
            raise serializers.ValidationError({"reason": [str(refusal)]}) from refusal
        return Response(PersonSerializer(self.person(key)).data)

    @extend_schema(request=ReasonSerializer, responses=PersonSerializer)
    def delete(self, request: Request, slug: str, key: str) -> Response:
        """Let a person's answers count again."""
        try:
            readmit(by=signed_in_user(request), participant=self.person(key), reason=self._reason(request))
        except ExclusionRefused as refusal:
            raise serializers.ValidationError({"reason": [str(refusal)]}) from refusal
        return Response(PersonSerializer(self.person(key)).data)

    def _reason(self, request: Request) -> str:
        form = ReasonSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        return form.validated_data["reason"]
