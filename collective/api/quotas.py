"""A study's quotas, and how full they are."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from collective.accounts.signed_in import signed_in_user
from elicitation.queries.quotas import quota_levels
from elicitation.quotas import QuotasRefused, set_quotas

from .access import StudyView


class QuotaSerializer(serializers.Serializer[Any]):
    """A number of places for people whose intake answers fit; give `id` to change a quota there is."""

    id = serializers.IntegerField(required=False, source="quota.pk")
    label: Any = serializers.CharField(max_length=200, source="quota.label")
    conditions = serializers.DictField(
        child=serializers.ListField(child=serializers.CharField(max_length=500), max_length=300),
        required=False,
        default=dict,
        source="quota.conditions",
        help_text="The answers that fit, by intake question.",
    )
    places = serializers.IntegerField(min_value=0, max_value=1_000_000)
    filled = serializers.IntegerField(read_only=True)
    finished = serializers.IntegerField(read_only=True)


class QuotasSerializer(serializers.Serializer[Any]):
    """All quotas of a study, in their order."""

    quotas = QuotaSerializer(many=True)


class Quotas(StudyView):
    """The quotas of a study."""

    @extend_schema(responses=QuotasSerializer)
    def get(self, request: Request, slug: str) -> Response:
        """Read the quotas, and how many of their places are taken."""
        return Response(QuotasSerializer({"quotas": quota_levels(self.study)}).data)

    @extend_schema(request=QuotasSerializer, responses=QuotasSerializer)
    def put(self, request: Request, slug: str) -> Response:
        """Let these be the quotas. People who take part keep their places."""
        form = QuotasSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        wanted = [
            {
                "id": given["quota"].get("pk"),
                "label": given["quota"]["label"],
                "conditions": given["quota"]["conditions"],
                "places": given["places"],
            }
            for given in form.validated_data["quotas"]
        ]
        try:
            set_quotas(by=signed_in_user(request), study=self.study, quotas=wanted)
        except QuotasRefused as refused:
            raise serializers.ValidationError(
                {"quotas": {str(number): sentences for number, sentences in refused.errors.items()}}
            ) from refused
        return self.get(request, slug)
