"""Prompts of a study with their candidate responses and criteria."""

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import generics, serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from collective.accounts.signed_in import signed_in_user
from elicitation.models import Criterion, Prompt
from elicitation.models import Response as Candidate
from elicitation.prompts import add_prompt
from elicitation.prompts.adding import add_retest
from elicitation.prompts.changing import change_prompt, remove_prompt

from .access import StudyView
from .paging import ByKey


class MessageSerializer(serializers.Serializer[Any]):
    """A turn of a conversation."""

    role = serializers.ChoiceField(choices=["system", "developer", "user", "assistant"])
    content = serializers.CharField(trim_whitespace=False)


class CandidateSerializer(serializers.ModelSerializer[Candidate]):
    """A candidate response under its canonical letter, and where it comes from."""

    text = serializers.CharField(read_only=True)

    class Meta:
        model = Candidate
        fields = ("letter", "text", "source", "model", "viewpoint", "parameters", "made_on")


class CriterionSerializer(serializers.ModelSerializer[Criterion]):
    """A statement that people score."""

    class Meta:
        model = Criterion
        fields = ("key", "text", "origin")


class PromptSerializer(serializers.ModelSerializer[Prompt]):
    """A prompt with its responses and criteria."""

    retest_of = serializers.CharField(source="retest_of.key", default=None, allow_null=True, read_only=True)
    messages = serializers.SerializerMethodField()
    responses = CandidateSerializer(many=True, read_only=True)
    criteria = CriterionSerializer(many=True, read_only=True)

    class Meta:
        model = Prompt
        fields = (
            "key",
            "position",
            "topic",
            "language",
            "is_anchor",
            "attention_best",
            "retest_of",
            "messages",
            "responses",
            "criteria",
        )

    @extend_schema_field(MessageSerializer(many=True))
    def get_messages(self, prompt: Prompt) -> list[dict[str, str]]:
        """Return the conversation."""
        return [{"role": message["role"], "content": message["content"]} for message in prompt.messages]


class PromptContentSerializer(serializers.Serializer[Any]):
    """What a prompt says; the last message is the person's."""

    messages = MessageSerializer(many=True)
    responses = serializers.ListField(child=serializers.CharField(), min_length=2, max_length=6)
    criteria = serializers.ListField(child=serializers.CharField(max_length=2000), required=False, default=list)
    topic = serializers.CharField(required=False, default="", allow_blank=True, max_length=100)
    language = serializers.CharField(required=False, default="", allow_blank=True, max_length=20)
    is_anchor = serializers.BooleanField(required=False, default=False)
    attention_best = serializers.CharField(
        required=False,
        default="",
        allow_blank=True,
        max_length=1,
        help_text="Of an attention item: the letter that reading it tells to put first.",
    )


class NewPromptSerializer(PromptContentSerializer):
    """A prompt to be added."""

    key = serializers.CharField(required=False, default="", allow_blank=True, max_length=200)


class PromptList(StudyView, generics.ListAPIView[Prompt]):
    """The prompts of a study."""

    serializer_class = PromptSerializer
    pagination_class = ByKey
    filterset_fields = ("topic", "language", "is_anchor")
    queryset = Prompt.objects.none()

    def get_queryset(self) -> Any:
        """Return the study's prompts with all that belongs to them."""
        return (
            Prompt.objects.filter(study=self.study)
            .select_related("retest_of")
            .prefetch_related("responses", "criteria")
        )

    @extend_schema(request=NewPromptSerializer, responses={201: PromptSerializer})
    def post(self, request: Request, slug: str) -> Response:
        """Add a prompt."""
        form = NewPromptSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        prompt = add_prompt(by=signed_in_user(request), study=self.study, **form.validated_data)
        return Response(PromptSerializer(prompt).data, status=status.HTTP_201_CREATED)


class PromptView(StudyView):
    """An endpoint of one prompt."""

    def prompt(self, key: str) -> Prompt:
        """Return the study's prompt."""
        prompts = self.study.prompts.select_related("study", "retest_of").prefetch_related("responses", "criteria")
        return get_object_or_404(prompts, key=key)


class PromptDetail(PromptView):
    """One prompt."""

    @extend_schema(responses=PromptSerializer)
    def get(self, request: Request, slug: str, key: str) -> Response:
        """Read a prompt."""
        return Response(PromptSerializer(self.prompt(key)).data)

    @extend_schema(request=PromptContentSerializer, responses=PromptSerializer)
    def put(self, request: Request, slug: str, key: str) -> Response:
        """Let a prompt say this instead; 409 once people were given it."""
        form = PromptContentSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        change_prompt(by=signed_in_user(request), prompt=self.prompt(key), **form.validated_data)
        return self.get(request, slug, key)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, slug: str, key: str) -> Response:
        """Remove a prompt and the re-test of it; 409 once people were given it."""
        remove_prompt(by=signed_in_user(request), prompt=self.prompt(key))
        return Response(status=status.HTTP_204_NO_CONTENT)


class PromptRetest(PromptView):
    """Asking an anchor again."""

    @extend_schema(request=None, responses={201: PromptSerializer})
    def post(self, request: Request, slug: str, key: str) -> Response:
        """Add a re-test of an anchor, to see how steady people are."""
        retest = add_retest(by=signed_in_user(request), anchor=self.prompt(key))
        return Response(PromptSerializer(retest).data, status=status.HTTP_201_CREATED)
