"""What people gave: read only. People give it on their own pages."""

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from collective.accounts.tokens import ANSWERS_READ
from elicitation.models import Assessment, Ranking, Score

from .access import StudyView
from .paging import ByKey


class RankingSerializer(serializers.ModelSerializer[Ranking]):
    """A ranking in the prompt's canonical letters; one that was not asked is absent."""

    class Meta:
        model = Ranking
        fields = ("block", "state", "order", "justification")


class ScoreSerializer(serializers.ModelSerializer[Score]):
    """A person's score of a criterion, -10 to +10."""

    criterion = serializers.CharField(source="criterion.key")
    text = serializers.CharField(source="criterion.text")

    class Meta:
        model = Score
        fields = ("criterion", "text", "state", "value")


class AssessmentSerializer(serializers.ModelSerializer[Assessment]):
    """All that one person gave on one prompt; every answer has a state beside it."""

    prompt = serializers.CharField(source="prompt.key")
    participant = serializers.CharField(source="participant.key")
    excluded = serializers.SerializerMethodField(help_text="Whether a researcher leaves this person out of results.")
    protocol = serializers.IntegerField(source="protocol.number")
    rankings = RankingSerializer(many=True)
    scores = ScoreSerializer(many=True)
    unacceptable: Any = serializers.SlugRelatedField(
        source="unacceptable_flags", slug_field="letter", many=True, read_only=True
    )

    class Meta:
        model = Assessment
        fields = (
            "id",
            "prompt",
            "participant",
            "excluded",
            "is_surplus",
            "protocol",
            "submitted_at",
            "language",
            "device_class",
            "shown_order",
            "step_seconds",
            "importance_state",
            "importance",
            "representativeness_state",
            "representativeness",
            "subjectivity_state",
            "subjectivity",
            "unacceptable_state",
            "unacceptable",
            "unacceptable_rationale",
            "rankings",
            "scores",
        )

    def get_excluded(self, assessment: Assessment) -> bool:
        """Say whether the person's answers are left out of results."""
        return assessment.participant.excluded_at is not None


def _complete() -> Any:
    return Assessment.objects.select_related("prompt", "participant", "protocol").prefetch_related(
        "rankings", "scores__criterion", "unacceptable_flags"
    )


class AnswersView(StudyView):
    """An endpoint that shows what people gave."""

    scope_to_read = ANSWERS_READ


class AssessmentList(AnswersView, generics.ListAPIView[Assessment]):
    """The assessments of a study; filter by the key of a prompt or of a participant."""

    serializer_class = AssessmentSerializer
    pagination_class = ByKey
    filterset_fields = ("prompt__key", "participant__key")
    queryset = Assessment.objects.none()

    def get_queryset(self) -> Any:
        """Return the study's assessments with all that belongs to them."""
        return _complete().filter(prompt__study=self.study)


class AssessmentDetail(AnswersView):
    """One assessment."""

    @extend_schema(responses=AssessmentSerializer)
    def get(self, request: Request, slug: str, pk: int) -> Response:
        """Read an assessment."""
        assessment = get_object_or_404(_complete().filter(prompt__study=self.study), pk=pk)
        return Response(AssessmentSerializer(assessment).data)
