"""What a study asks: the version in force, the draft of the next, and putting it into force."""

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from collective.accounts.signed_in import signed_in_user
from elicitation import protocols
from elicitation.models import ProtocolVersion
from elicitation.protocol import CHOICE, STEP_KEYS, TEXT

from .access import StudyView
from .paging import ByKey


class ProtocolVersionSerializer(serializers.ModelSerializer[ProtocolVersion]):
    """A version of the protocol. One without `published_at` is a draft; one in force never changes."""

    class Meta:
        model = ProtocolVersion
        fields = ("number", "created_at", "published_at")


class ProtocolVersionDetailSerializer(ProtocolVersionSerializer):
    """A version with all that it asks and tells."""

    steps: Any = serializers.ListField(child=serializers.DictField())
    intake: Any = serializers.ListField(child=serializers.DictField())
    quiz: Any = serializers.DictField()
    texts: Any = serializers.DictField()

    class Meta(ProtocolVersionSerializer.Meta):
        fields = (*ProtocolVersionSerializer.Meta.fields, "steps", "intake", "quiz", "texts")  # type: ignore[assignment]


class AskedSerializer(serializers.Serializer[Any]):
    """In which forms a step is asked."""

    long = serializers.BooleanField()
    short = serializers.BooleanField()


class StepSerializer(serializers.Serializer[Any]):
    """A step on each prompt, in the words people read."""

    key = serializers.ChoiceField(choices=STEP_KEYS)
    question = serializers.CharField(max_length=5000)
    asked = AskedSerializer()


class QuestionSerializer(serializers.Serializer[Any]):
    """A question of the intake survey; a new one gets a key made from its words."""

    key = serializers.CharField(required=False, default="", allow_blank=True, max_length=100)
    question = serializers.CharField(max_length=5000)
    kind = serializers.CharField(max_length=20, help_text=f"{CHOICE} or {TEXT}.")
    options = serializers.ListField(child=serializers.CharField(max_length=500), required=False, default=list)
    required: Any = serializers.BooleanField(required=False, default=False)


class ProtocolDraftSerializer(serializers.Serializer[Any]):
    """Parts of the draft to be written; what is left out stays."""

    steps = StepSerializer(many=True, required=False)
    intake = QuestionSerializer(many=True, required=False)
    quiz = serializers.DictField(
        required=False, help_text="`items`, `pass_mark` and `attempts`; an empty object switches it off."
    )


class VersionList(StudyView, generics.ListAPIView[ProtocolVersion]):
    """The versions of a study's protocol."""

    serializer_class = ProtocolVersionSerializer
    pagination_class = ByKey
    queryset = ProtocolVersion.objects.none()

    def get_queryset(self) -> Any:
        """Return the study's versions."""
        return self.study.protocols.all()


class VersionDetail(StudyView):
    """One version."""

    @extend_schema(responses=ProtocolVersionDetailSerializer)
    def get(self, request: Request, slug: str, number: int) -> Response:
        """Read a version."""
        return Response(ProtocolVersionDetailSerializer(get_object_or_404(self.study.protocols, number=number)).data)


class ProtocolDraft(StudyView):
    """What researchers are writing."""

    @extend_schema(responses=ProtocolVersionDetailSerializer)
    def get(self, request: Request, slug: str) -> Response:
        """Read the draft, or where there is none, the version in force."""
        return Response(ProtocolVersionDetailSerializer(protocols.written(self.study)).data)

    @extend_schema(request=ProtocolDraftSerializer, responses=ProtocolVersionDetailSerializer)
    def patch(self, request: Request, slug: str) -> Response:
        """Write parts of the draft; it is made from the version in force where there is none yet."""
        form = ProtocolDraftSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        given, user = form.validated_data, signed_in_user(request)
        if "steps" in given:
            protocols.change_steps(by=user, study=self.study, steps=given["steps"])
        if "intake" in given:
            protocols.change_intake(by=user, study=self.study, intake=given["intake"])
        if "quiz" in given:
            protocols.change_quiz(by=user, study=self.study, quiz=given["quiz"])
        return self.get(request, slug)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, slug: str) -> Response:
        """Give up what was written since the version in force."""
        protocols.discard_draft(by=signed_in_user(request), study=self.study)
        return Response(status=status.HTTP_204_NO_CONTENT)


class ProtocolPublish(StudyView):
    """Putting the draft into force."""

    @extend_schema(request=None, responses={201: ProtocolVersionDetailSerializer})
    def post(self, request: Request, slug: str) -> Response:
        """Ask newcomers by the draft from now on; it never changes again."""
        version = protocols.publish(by=signed_in_user(request), study=self.study)
        return Response(ProtocolVersionDetailSerializer(version).data, status=status.HTTP_201_CREATED)
