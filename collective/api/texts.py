"""A study's texts in other languages: one question in several languages is one question."""

import json
from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from collective.accounts.signed_in import signed_in_user
from elicitation import translating
from elicitation.models import Role
from elicitation.wording import files, rows
from elicitation.wording.languages import languages_of
from elicitation.wording.writing import TranslationRefused

from .access import StudyView


class LanguageSerializer(serializers.Serializer[Any]):
    """How far a language is: what is not done is shown to people in the language it was written in."""

    language = serializers.CharField()
    total = serializers.IntegerField()
    done = serializers.IntegerField()
    machine = serializers.IntegerField()
    stale = serializers.IntegerField()


class LanguagesSerializer(serializers.Serializer[Any]):
    """Every language of a study but the one it is written in."""

    languages = LanguageSerializer(many=True)


class TextSerializer(serializers.Serializer[Any]):
    """A text beside its translation."""

    id = serializers.CharField(max_length=500)
    where = serializers.CharField(required=False, allow_blank=True)
    source: Any = serializers.CharField(trim_whitespace=False)
    translation = serializers.CharField(allow_blank=True, trim_whitespace=False)
    state = serializers.CharField(required=False, read_only=True)


class TextsSerializer(serializers.Serializer[Any]):
    """All texts of a study in one language; send it back with translations filled in."""

    format = serializers.CharField()
    language = serializers.CharField()
    texts = TextSerializer(many=True)


class TakenSerializer(serializers.Serializer[Any]):
    """How many translations were changed, and what was left out and why."""

    changed = serializers.IntegerField()
    left_out = serializers.ListField(child=serializers.CharField())


class TextsView(StudyView):
    """An endpoint of texts in other languages."""

    role_to_read = Role.RESEARCHER

    def language(self, code: str) -> str:
        """Return a language the study is translated into."""
        if code not in languages_of(self.study)[1:]:
            raise Http404("The study is not offered in this language besides its own.")
        return code


class Languages(TextsView):
    """The languages of a study."""

    @extend_schema(responses=LanguagesSerializer, operation_id="studies_texts_languages")
    def get(self, request: Request, slug: str) -> Response:
        """Read how far each language is."""
        return Response(LanguagesSerializer({"languages": rows.progress(self.study)}).data)


class Texts(TextsView):
    """A study's texts in one language."""

    @extend_schema(responses=TextsSerializer)
    def get(self, request: Request, slug: str, language: str) -> Response:
        """Read every text beside its translation."""
        return Response(TextsSerializer(json.loads(files.as_json(self.study, self.language(language)))).data)

    @extend_schema(request=TextsSerializer, responses=TakenSerializer)
    def put(self, request: Request, slug: str, language: str) -> Response:
        """Keep translations; a text whose source has changed meanwhile is left out and named."""
        form = TextsSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        content = json.dumps(form.validated_data).encode()
        user, code = signed_in_user(request), self.language(language)
        try:
            taken = files.take(by=user, study=self.study, language=code, content=content)
        except TranslationRefused as refusal:
            raise serializers.ValidationError({"texts": [str(refusal)]}) from refusal
        return Response(TakenSerializer(taken).data)


class TextsByMachine(TextsView):
    """Having a model translate."""

    @extend_schema(request=None, responses={202: None})
    def post(self, request: Request, slug: str, language: str) -> Response:
        """Have a model translate what is missing, marked as its work; 409 where no model is set up for it."""
        code = self.language(language)
        translating.request_translation(by=signed_in_user(request), study=self.study, language=code)
        return Response(status=status.HTTP_202_ACCEPTED)
