"""Agreement of people with a ranker that follows a spec."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from elicitation.models import Block
from spec_loop.agreement import choose_block, excluded_rankers
from spec_loop.measuring import stored_agreement
from spec_loop.rankers import parse_ranker

from .access import StudyView


class AgreementQuery(serializers.Serializer[Any]):
    """What to compare with what."""

    document = serializers.SlugField()
    version = serializers.CharField(required=False, default="", max_length=64)
    ranker = serializers.CharField(required=False, default="offline", max_length=120)
    block = serializers.ChoiceField(choices=Block.choices, required=False, default=None)
    with_excluded = serializers.BooleanField(required=False, default=False)


class AgreementView(StudyView):
    """How well a ranker agrees with the people of a study."""

    @extend_schema(
        parameters=[
            OpenApiParameter("document", str, required=True, description="name of the spec"),
            OpenApiParameter("version", str, description="hash of a version; the current one without it"),
            OpenApiParameter("ranker", str, description="offline or openai:MODEL (default offline)"),
            OpenApiParameter("block", str, enum=Block.values, description="personal where there are any, unless said"),
            OpenApiParameter("with_excluded", bool, description="count people excluded by a researcher too (false)"),
        ],
        responses=OpenApiTypes.OBJECT,
    )
    def get(self, request: Request, slug: str) -> Response:
        """Measure a model's stored rankings; asks no model. Same figures as `manage.py agreement --json`.

        400 where the study has no rankings, or the model has not ranked its prompts by that version yet.
        """
        query = AgreementQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        asked = query.validated_data
        document = self.document_of_study(asked["document"])
        version = self.version_of(document, asked["version"])
        ranker = parse_ranker(asked["ranker"])
        if ranker.path is not None:
            raise serializers.ValidationError({"ranker": ["Files are compared on the command line."]})
        block = choose_block(self.study, asked["block"])
        found = stored_agreement(
            study=self.study,
            version=version,
            ranker=ranker.name,
            block=block,
            with_excluded=asked["with_excluded"],
        )
        about = {
            "study": self.study.slug,
            "document": document.name,
            "version": version.hash,
            "ranker": ranker.name,
            "excluded_people": excluded_rankers(self.study, block),
            "with_excluded": asked["with_excluded"],
        }
        return Response(found.to_json() | about)
