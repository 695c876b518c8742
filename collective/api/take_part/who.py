"""Who takes part: the study its link leads to, and the person whose token comes with the request."""

from typing import Any, ClassVar

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import NotAuthenticated, NotFound
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.views import APIView

from elicitation import entry
from elicitation.models import Participant, Study
from elicitation.participate.visits import PersonalVisit, holder_of


class ParticipantToken(BaseAuthentication):
    """`Authorization: Participant <token>`. The person is no account: views find them in `self.visit`."""

    def authenticate(self, request: Request) -> None:
        """Authenticate nobody as an account."""

    def authenticate_header(self, request: Request) -> str:
        """Return what a 401 asks for."""
        return 'Participant realm="study"'


class ParticipantScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the description of the API names a participant's token."""

    target_class = "collective.api.take_part.who.ParticipantToken"
    name = "participant"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """Return the OpenAPI security scheme."""
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "`Participant <token>`, with the token that agreeing to take part was answered with.",
        }


class TakePartView(APIView):
    """An endpoint below `/take-part/{link}/`; 404 where the link leads to no study."""

    authentication_classes: Any = (ParticipantToken,)
    permission_classes: Any = (AllowAny,)
    study: Study

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Find the study before anything else is done."""
        super().initial(request, *args, **kwargs)
        try:
            self.study = entry.find_study(kwargs["link"])
        except entry.UnknownLink as refusal:
            raise NotFound(str(refusal)) from refusal

    def holder(self, request: Request) -> PersonalVisit | None:
        """Return the person whose token comes with the request, None where none does."""
        kind, _space, sent = get_authorization_header(request).decode("latin-1").partition(" ")
        if kind.lower() != "participant" or "\0" in sent:
            return None
        token, by_secret = holder_of(sent.strip())
        found = entry.find_participant(self.study.link_token, token)
        return PersonalVisit(self.study, found, by_secret) if found else None


class PersonalView(TakePartView):
    """An endpoint for who has come in already; 401 for anybody else."""

    needs_secret: ClassVar[bool] = False
    visit: PersonalVisit

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Find the person too."""
        super().initial(request, *args, **kwargs)
        visit = self.holder(request)
        if visit is None or (self.needs_secret and not visit.is_recognised_by_secret):
            raise NotAuthenticated("Send the token you were given when you agreed to take part.")
        self.visit = visit

    @property
    def person(self) -> Participant:
        """Who takes part."""
        return self.visit.participant
