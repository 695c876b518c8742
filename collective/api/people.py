"""The people of a study: how far they have come, where they came from. What they gave is in their assessments."""

from typing import Any

from django.db.models import Count
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from collective.accounts.tokens import ANSWERS_READ, PEOPLE_WRITE
from elicitation.models import IntakeAnswer, Participant

from .access import StudyView
from .paging import ByKey


class PersonSerializer(serializers.ModelSerializer[Participant]):
    """A person by their key; their token, which would let one answer for them, is told nobody."""

    protocol = serializers.IntegerField(source="protocol.number", default=None, allow_null=True)
    cell = serializers.CharField(source="cell.label", default=None, allow_null=True)
    tasks_done = serializers.IntegerField()

    class Meta:
        model = Participant
        fields: tuple[str, ...] = (
            "key",
            "source",
            "form",
            "language",
            "protocol",
            "cell",
            "tasks_done",
            "created_at",
            "consented_at",
            "intake_at",
            "finished_at",
            "outcome",
            "outcome_at",
            "excluded_at",
            "withdrawn_at",
        )


class IntakeAnswerSerializer(serializers.ModelSerializer[IntakeAnswer]):
    """An answer of the intake survey."""

    class Meta:
        model = IntakeAnswer
        fields = ("key", "state", "value")


class PersonDetailSerializer(PersonSerializer):
    """A person with what they said about themselves."""

    intake = serializers.SerializerMethodField()

    class Meta(PersonSerializer.Meta):
        fields = (*PersonSerializer.Meta.fields, "intake")

    @extend_schema_field(IntakeAnswerSerializer(many=True))
    def get_intake(self, person: Participant) -> Any:
        """Return the answers."""
        return IntakeAnswerSerializer(person.intake_answers.order_by("pk"), many=True).data


class PeopleView(StudyView):
    """An endpoint of people."""

    scope_to_read = ANSWERS_READ
    scope_to_write = PEOPLE_WRITE

    def people(self) -> Any:
        """Return the study's people with how many tasks they have handed in."""
        found = self.study.participants.select_related("protocol", "cell")
        return found.annotate(tasks_done=Count("assessments"))


class People(PeopleView, generics.ListAPIView[Participant]):
    """The people of a study."""

    serializer_class = PersonSerializer
    pagination_class = ByKey
    filterset_fields = ("source", "form", "outcome", "language", "cell__label")
    queryset = Participant.objects.none()

    def get_queryset(self) -> Any:
        """Return the study's people."""
        return self.people()


class Person(PeopleView):
    """One person."""

    @extend_schema(responses=PersonDetailSerializer)
    def get(self, request: Request, slug: str, key: str) -> Response:
        """Read how far a person has come, and what they said about themselves."""
        return Response(PersonDetailSerializer(get_object_or_404(self.people(), key=key)).data)
