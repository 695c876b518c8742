"""What a person gave: read it all, take it back, choose to hear what came of it."""

from typing import Any

from django.http import Http404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from elicitation import finishing, own_data, withdrawal

from .before import NotNow
from .who import PersonalView

WITHDRAWALS = {
    "everything": withdrawal.withdraw_everything,
    "texts": withdrawal.withdraw_texts,
    "about-you": withdrawal.withdraw_intake,
}


class HearBackSerializer(serializers.Serializer[Any]):
    """Whether a person would like to hear what came of the study."""

    wants = serializers.BooleanField()


class OwnView(PersonalView):
    """An endpoint that shows or takes back what was given: for who holds the token, not for a mere panel id."""

    needs_secret = True


class OwnData(OwnView):
    """Everything a person gave."""

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, link: str) -> Response:
        """Read it all: the same as the file the personal page offers."""
        return Response(own_data.as_json(own_data.collect(self.person)))


class Withdrawal(OwnView):
    """Taking back."""

    @extend_schema(responses={204: None})
    def delete(self, request: Request, link: str, what: str) -> Response:
        """Take back `everything`, all `texts`, or what was said `about-you`; it reaches every table at once."""
        if what not in WITHDRAWALS:
            raise Http404("One can take back everything, texts or about-you.")
        try:
            WITHDRAWALS[what](participant=self.person)
        except withdrawal.NothingToTake as refusal:
            raise NotNow(str(refusal)) from refusal
        return Response(status=status.HTTP_204_NO_CONTENT)


class AnswerWithdrawal(OwnView):
    """Taking back one answer."""

    @extend_schema(responses={204: None})
    def delete(self, request: Request, link: str, pk: int) -> Response:
        """Take back what was given on one task."""
        if not self.person.assessments.filter(pk=pk).exists():
            raise Http404("There is no such answer among yours.")
        withdrawal.withdraw_answer(participant=self.person, assessment=pk)
        return Response(status=status.HTTP_204_NO_CONTENT)


class HearBack(OwnView):
    """Hearing what came of it."""

    @extend_schema(request=HearBackSerializer, responses=HearBackSerializer)
    def put(self, request: Request, link: str) -> Response:
        """Choose whether to hear back."""
        form = HearBackSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        finishing.choose_to_hear_back(participant=self.person, wants=form.validated_data["wants"])
        return Response(form.data)
