"""Having a model write responses to a prompt, to be read and edited before they are added."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from collective.accounts.tokens import RUNS_WRITE
from elicitation.prompts.generating import draft_responses

from .access import StudyView
from .prompts import MessageSerializer


class ConversationSerializer(serializers.Serializer[Any]):
    """What the responses are to answer; the last message is the person's."""

    messages = MessageSerializer(many=True)
    model = serializers.CharField(default="offline", required=False, max_length=120)


class DraftedResponseSerializer(serializers.Serializer[Any]):
    """A response, and the point of view it says to take."""

    text = serializers.CharField()
    viewpoint = serializers.CharField(allow_blank=True)


class DraftedSerializer(serializers.Serializer[Any]):
    """Four responses that deliberately differ, a plain one, and how far apart they lie: lexically, 0 alike to 1."""

    model = serializers.CharField()
    drafts = DraftedResponseSerializer(many=True)
    plain = serializers.CharField()
    spread = serializers.FloatField()
    to_plain = serializers.FloatField()
    plain_spread = serializers.FloatField(help_text="Of two plain answers: what chance alone makes differ.")
    others_spread = serializers.FloatField(allow_null=True, help_text="The mean over the study's other prompts.")


class DraftResponses(StudyView):
    """Writing responses; it may cost money."""

    scope_to_write = RUNS_WRITE

    @extend_schema(request=ConversationSerializer, responses=DraftedSerializer)
    def post(self, request: Request, slug: str) -> Response:
        """Ask a model; nothing is added to the study. 409 where it gives no usable answer."""
        form = ConversationSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        drafted = draft_responses(study=self.study, **form.validated_data)
        return Response(DraftedSerializer(drafted).data)
