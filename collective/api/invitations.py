"""Inviting people by e-mail."""

from typing import Any

from django.conf import settings
from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from collective.accounts.signed_in import signed_in_user
from collective.accounts.tokens import PEOPLE_WRITE
from elicitation import invitations
from elicitation.models import InvitedPerson, Role

from .access import StudyView
from .paging import ByKey


class InvitedSerializer(serializers.ModelSerializer[InvitedPerson]):
    """Somebody invited; their link is told nobody but them, and who they are among the people is told nobody."""

    takes_part = serializers.SerializerMethodField()

    class Meta:
        model = InvitedPerson
        fields = ("id", "email", "language", "invited_at", "queued", "sent_at", "reminded_at", "error", "takes_part")

    def get_takes_part(self, invited: InvitedPerson) -> bool:
        """Return whether they have agreed to take part."""
        return invited.participant_id is not None


class AddressesSerializer(serializers.Serializer[Any]):
    """Whom to invite, and in which language to write to them."""

    addresses = serializers.ListField(child=serializers.CharField(max_length=320), max_length=invitations.MOST_AT_ONCE)
    language = serializers.CharField(max_length=20, default="en", required=False)


class AddedSerializer(serializers.Serializer[Any]):
    """What became of the addresses."""

    new = serializers.IntegerField()
    known = serializers.ListField(child=serializers.CharField())
    twice = serializers.ListField(child=serializers.CharField())
    unfit = serializers.ListField(child=serializers.CharField())


class QueueSerializer(serializers.Serializer[Any]):
    """Which mails are to go out."""

    kind = serializers.ChoiceField(choices=invitations.Kind.choices)


class QueuedSerializer(serializers.Serializer[Any]):
    """How many mails go out."""

    mails = serializers.IntegerField()


class InvitationsView(StudyView):
    """An endpoint of invitations; addresses are not for reviewers."""

    role_to_read = Role.RESEARCHER
    scope_to_read = PEOPLE_WRITE
    scope_to_write = PEOPLE_WRITE


class Invited(InvitationsView, generics.ListAPIView[InvitedPerson]):
    """The people invited to a study."""

    serializer_class = InvitedSerializer
    pagination_class = ByKey
    filterset_fields = ("language", "queued")
    queryset = InvitedPerson.objects.none()

    def get_queryset(self) -> Any:
        """Return who is invited."""
        return self.study.invited.all()

    @extend_schema(request=AddressesSerializer, responses={201: AddedSerializer})
    def post(self, request: Request, slug: str) -> Response:
        """Keep addresses; no mail goes out yet."""
        form = AddressesSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        added = invitations.add_people(
            by=signed_in_user(request),
            study=self.study,
            text="\n".join(form.validated_data["addresses"]),
            language=form.validated_data["language"],
        )
        return Response(AddedSerializer(added).data, status=status.HTTP_201_CREATED)


class LetterSerializer(serializers.Serializer[Any]):
    """What an invitation or a reminder says; `{link}` becomes each person's own link, `{study}` the title."""

    subject = serializers.CharField(max_length=200)
    text = serializers.CharField(trim_whitespace=False)


class Letter(InvitationsView):
    """A letter of a study in one language."""

    @extend_schema(responses=LetterSerializer)
    def get(self, request: Request, slug: str, kind: str, language: str) -> Response:
        """Read the letter, ours where the study has none of its own."""
        self._check(kind, language)
        return Response(LetterSerializer(invitations.letter_of(self.study, kind, language)).data)

    @extend_schema(request=LetterSerializer, responses=LetterSerializer)
    def put(self, request: Request, slug: str, kind: str, language: str) -> Response:
        """Write the letter."""
        self._check(kind, language)
        form = LetterSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        user = signed_in_user(request)
        try:
            invitations.change_letter(by=user, study=self.study, kind=kind, language=language, **form.validated_data)
        except invitations.LetterRefused as refused:
            raise serializers.ValidationError({name: [why] for name, why in refused.errors.items()}) from refused
        return self.get(request, slug, kind, language)

    def _check(self, kind: str, language: str) -> None:
        if kind not in invitations.Kind.values or language not in dict(settings.LANGUAGES):
            raise Http404("There is no such letter.")


class InvitationQueue(InvitationsView):
    """The mails on their way."""

    @extend_schema(request=QueueSerializer, responses={202: QueuedSerializer})
    def post(self, request: Request, slug: str) -> Response:
        """Let invitations go out to whom none was sent, or reminders to who has not come; each once."""
        form = QueueSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        mails = invitations.queue(by=signed_in_user(request), study=self.study, **form.validated_data)
        return Response(QueuedSerializer({"mails": mails}).data, status=status.HTTP_202_ACCEPTED)
