"""Coming in: what the study is about, and agreeing to take part."""

import uuid
from typing import Any

from django.http import QueryDict
from django.utils.translation import get_language
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from elicitation import assignment, entry
from elicitation.models import Study
from elicitation.panels.arriving import UnfitId
from elicitation.participate.visits import PersonalVisit, holder_value

from .who import TakePartView

MOST_PARAMETERS = 20


class StudyInfoSerializer(serializers.ModelSerializer[Study]):
    """What people read before they agree."""

    tasks = serializers.SerializerMethodField()
    is_open = serializers.BooleanField()

    class Meta:
        model = Study
        fields = (
            "title",
            "description",
            "information_text",
            "consent_text",
            "languages",
            "is_open",
            "is_simulated",
            "tasks",
            "fewest_tasks",
            "days_to_finish",
            "correction_days",
            "retention_until",
            "publishes",
        )

    def get_tasks(self, study: Study) -> int:
        """Return how many tasks a person is given at most."""
        return assignment.tasks_asked(study)


class ConsentSerializer(serializers.Serializer[Any]):
    """Consent, and how the person came: `parameters` are those a panel or an invitation adds to the study's link."""

    agrees = serializers.BooleanField(help_text="Nothing is stored of who does not.")
    visit = serializers.UUIDField(
        required=False, default=uuid.uuid4, help_text="Made by the client; agreeing twice with it is one person."
    )
    parameters = serializers.DictField(
        child=serializers.CharField(allow_blank=True, max_length=500), required=False, default=dict
    )

    def validate_parameters(self, given: dict[str, str]) -> dict[str, str]:
        """Refuse more parameters than any panel sends."""
        if len(given) > MOST_PARAMETERS:
            raise serializers.ValidationError(f"No panel sends more than {MOST_PARAMETERS} parameters.")
        return given


class TakenInSerializer(serializers.Serializer[Any]):
    """Who was taken in. `own_link` is empty for who is known by a panel's id only, which is no secret."""

    participant = serializers.CharField()
    token = serializers.CharField()
    own_link = serializers.CharField(allow_blank=True)


class TakePart(TakePartView):
    """The study that a link leads to."""

    @extend_schema(responses=StudyInfoSerializer)
    def get(self, request: Request, link: str) -> Response:
        """Read what the study is about, and whether one can take part now."""
        return Response(StudyInfoSerializer(self.study).data)


class Consent(TakePartView):
    """Agreeing to take part."""

    @extend_schema(request=ConsentSerializer, responses={201: TakenInSerializer, 200: TakenInSerializer})
    def post(self, request: Request, link: str) -> Response:
        """Agree; 200 for who had come in before. 403 where the study is not open or takes nobody by this way."""
        form = ConsentSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        given = form.validated_data
        way = self._way(given["parameters"])
        if known := entry.recognise(way, self._known(request)):
            return Response(_taken_in(known), status=status.HTTP_200_OK)
        if not self.study.is_open:
            raise PermissionDenied("This study takes nobody in now.")
        if not entry.admits(way, self.study):
            raise PermissionDenied("People come to this study from a panel or by invitation, not by this address.")
        if not given["agrees"]:
            raise PermissionDenied("Only who agrees can take part. Nothing was stored.")
        participant = entry.consent(study=self.study, visit=given["visit"], language=get_language() or "", way=way)
        participant.study = self.study
        by_secret = entry.is_of_visit(participant, given["visit"])
        return Response(_taken_in(entry.Recognised(participant, by_secret)), status=status.HTTP_201_CREATED)

    def _way(self, parameters: dict[str, str]) -> entry.WayIn:
        query = QueryDict(mutable=True)
        query.update(parameters)
        try:
            return entry.way_in(self.study, query)
        except UnfitId as refusal:
            raise serializers.ValidationError({"parameters": [str(refusal)]}) from refusal

    def _known(self, request: Request) -> entry.Recognised | None:
        visit = self.holder(request)
        return entry.Recognised(visit.participant, visit.is_recognised_by_secret) if visit else None


def _taken_in(known: entry.Recognised) -> dict[str, str]:
    visit = PersonalVisit(known.participant.study, known.participant, known.by_secret)
    return {
        "participant": known.participant.key if known.by_secret else "",
        "token": holder_value(known.participant, by_secret=known.by_secret),
        "own_link": visit.own_link,
    }
