"""Before the tasks: the intake survey and the quiz."""

import contextlib
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import APIException
from rest_framework.request import Request
from rest_framework.response import Response

from elicitation import intake, quiz, quotas

from .who import PersonalView


class NotNow(APIException):
    """The person is elsewhere on their way."""

    status_code = 409
    default_code = "not_now"


class IntakeQuestionSerializer(serializers.Serializer[Any]):
    """A question of the intake survey."""

    key = serializers.CharField()
    question = serializers.CharField()
    kind = serializers.ChoiceField(choices=["choice", "text"])
    options = serializers.ListField(child=serializers.CharField())
    required: Any = serializers.BooleanField()


class IntakeSerializer(serializers.Serializer[Any]):
    """The survey with the answers so far."""

    questions = IntakeQuestionSerializer(many=True)
    answers = serializers.DictField(child=serializers.CharField())


class IntakeAnswersSerializer(serializers.Serializer[Any]):
    """Answers by the question's key; one left out was skipped."""

    answers = serializers.DictField(child=serializers.CharField(allow_blank=True, max_length=100_000))


class QuizAnswersSerializer(serializers.Serializer[Any]):
    """The option chosen per item, by their keys; `number` makes a retry the same attempt."""

    answers = serializers.DictField(child=serializers.CharField(allow_blank=True, max_length=200))
    number = serializers.IntegerField(required=False, default=None, allow_null=True, min_value=1, max_value=99)


class QuizResultSerializer(serializers.Serializer[Any]):
    """How an attempt came out."""

    number = serializers.IntegerField()
    right = serializers.IntegerField()
    passed = serializers.BooleanField()
    attempts_left = serializers.IntegerField()


class Intake(PersonalView):
    """What people say about themselves."""

    @extend_schema(responses=IntakeSerializer)
    def get(self, request: Request, link: str) -> Response:
        """Read the questions, and what was answered."""
        answers = intake.given_answers(self.person) if self.visit.is_recognised_by_secret else {}
        return Response(IntakeSerializer({"questions": quiz.version_of(self.person).intake, "answers": answers}).data)

    @extend_schema(request=IntakeAnswersSerializer, responses=IntakeSerializer)
    def put(self, request: Request, link: str) -> Response:
        """Answer the survey; 400 with a sentence per question that cannot be taken."""
        form = IntakeAnswersSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        if self.person.outcome:
            raise NotNow("Your part in this study is over.")
        try:
            intake.save_intake(
                participant=self.person,
                protocol=quiz.version_of(self.person),
                given=form.validated_data["answers"],
            )
        except intake.IntakeRefused as refused:
            raise serializers.ValidationError({"answers": refused.errors}) from refused
        with contextlib.suppress(quotas.SentAway):  # what comes next says so, with the code for it
            quotas.take_places(participant=self.person, study=self.study)
        return self.get(request, link)


class Quiz(PersonalView):
    """The onboarding quiz."""

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, link: str) -> Response:
        """Read the questions; which answers are right is not told. 409 where there is no quiz to answer."""
        if not quiz.is_due(self.person):
            raise NotNow("There is no quiz for you to answer.")
        items = [
            {"key": item["key"], "question": item["question"], "options": _options(item)}
            for item in quiz.version_of(self.person).quiz["items"]
        ]
        return Response({"items": items, "attempts_left": quiz.attempts_left(self.person)})

    @extend_schema(request=QuizAnswersSerializer, responses=QuizResultSerializer)
    def post(self, request: Request, link: str) -> Response:
        """Make an attempt."""
        form = QuizAnswersSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        try:
            made = quiz.attempt(participant=self.person, **form.validated_data)
        except quiz.QuizRefused as refused:
            raise serializers.ValidationError({"answers": refused.errors}) from refused
        except quiz.QuizNotDue as refusal:
            raise NotNow(str(refusal)) from refusal
        left = quiz.attempts_left(self.person)
        result = {"number": made.number, "right": made.right, "passed": made.passed, "attempts_left": left}
        return Response(QuizResultSerializer(result).data)


def _options(item: dict[str, Any]) -> list[dict[str, str]]:
    return [{"key": option["key"], "text": option["text"]} for option in item["options"]]
