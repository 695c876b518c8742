"""What people are owed, and noting that they were paid."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from collective.accounts.signed_in import signed_in_user
from collective.accounts.tokens import PEOPLE_WRITE
from elicitation.models import Participant, Role
from elicitation.paying import mark_paid, take_back_paid
from elicitation.queries.pay import pay_lines

from .access import StudyView
from .paging import ByKey

MOST_AT_ONCE = 1000


class PayLineSerializer(serializers.Serializer[Any]):
    """What one person is owed and why, in the study's currency."""

    participant = serializers.CharField(source="person.key")
    panel = serializers.CharField(source="panel_name")
    external_id = serializers.CharField()
    state = serializers.ChoiceField(choices=["due", "paid", "under-way", "nothing"])
    owed = serializers.DecimalField(max_digits=12, decimal_places=2, source="owed.amount")
    paid = serializers.DecimalField(max_digits=12, decimal_places=2)
    due = serializers.DecimalField(max_digits=12, decimal_places=2)
    reasons = serializers.ListField(child=serializers.CharField())


class PaidPeopleSerializer(serializers.Serializer[Any]):
    """People, by key."""

    participants = serializers.ListField(child=serializers.CharField(max_length=200), max_length=MOST_AT_ONCE)


class NotedSerializer(serializers.Serializer[Any]):
    """How many people it was noted of; those it was noted of before are not among them."""

    people = serializers.IntegerField()


class PayView(StudyView):
    """An endpoint of pay. It names people as their panel does, so it takes the role researcher."""

    role_to_read = Role.RESEARCHER
    scope_to_read = PEOPLE_WRITE
    scope_to_write = PEOPLE_WRITE


class PaySheet(PayView, generics.ListAPIView[Participant]):
    """The pay sheet of a study."""

    serializer_class = PayLineSerializer
    pagination_class = ByKey
    queryset = Participant.objects.none()

    def get_queryset(self) -> Any:
        """Return who may be owed something: whoever came in person."""
        return self.study.participants.filter(source__in=(Participant.Source.LINK, Participant.Source.PANEL))

    def paginate_queryset(self, queryset: Any) -> list[Any]:
        """Reckon the pay of the people of one page."""
        people = super().paginate_queryset(queryset) or []
        return list(pay_lines(self.study, people=[person.pk for person in people]))


class Paid(PayView):
    """Who was paid."""

    @extend_schema(request=PaidPeopleSerializer, responses=NotedSerializer)
    def post(self, request: Request, slug: str) -> Response:
        """Note that people were paid what they are owed now; once, however often it is sent."""
        noted = mark_paid(by=signed_in_user(request), study=self.study, people=self._people(request))
        return Response(NotedSerializer({"people": noted}).data)

    @extend_schema(request=PaidPeopleSerializer, responses=NotedSerializer)
    def delete(self, request: Request, slug: str) -> Response:
        """Undo that people were noted as paid."""
        noted = take_back_paid(by=signed_in_user(request), study=self.study, people=self._people(request))
        return Response(NotedSerializer({"people": noted}).data)

    def _people(self, request: Request) -> list[int]:
        form = PaidPeopleSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        keys = set(form.validated_data["participants"])
        found = dict(self.study.participants.filter(key__in=keys).values_list("key", "pk"))
        if unknown := sorted(keys - set(found)):
            raise serializers.ValidationError({"participants": [f"There is nobody named {unknown[0]!r}."]})
        return list(found.values())
