"""Turn refusals of the domain into answers: a status and one sentence.

400 says that what was sent is wrong, 404 that there is no such thing for the caller, 409 that it cannot be done as
things stand.
"""

from typing import Any

from django.core.exceptions import ValidationError
from rest_framework import exceptions, status
from rest_framework.response import Response
from rest_framework.serializers import as_serializer_error
from rest_framework.views import exception_handler

from datasets.importing import BadInput
from elicitation.invitations import InvitationsRefused
from elicitation.prompts.changing import PromptInUse
from elicitation.prompts.generating import NotGenerated
from elicitation.studies import StatusRefused
from elicitation.translating import CannotTranslate
from spec_loop.agreement import NoRankings
from spec_loop.document import EditRefused, SpecInvalid
from spec_loop.loop.runs import NotPossible, RunRefused
from spec_loop.loop.split import TooFewPrompts
from spec_loop.proposals import DecisionRefused
from spec_loop.rankers import UnknownRanker
from spec_loop.versions import ImportRefused, NoSuchDocument

BAD_REQUEST: tuple[type[Exception], ...] = (BadInput, ImportRefused, SpecInvalid, NoRankings, UnknownRanker, RunRefused)
CONFLICT: tuple[type[Exception], ...] = (
    CannotTranslate,
    NotGenerated,
    StatusRefused,
    EditRefused,
    DecisionRefused,
    InvitationsRefused,
    NotPossible,
    PromptInUse,
    TooFewPrompts,
)
NOT_FOUND: tuple[type[Exception], ...] = (NoSuchDocument,)
_STATUS_OF = (
    (BAD_REQUEST, status.HTTP_400_BAD_REQUEST),
    (CONFLICT, status.HTTP_409_CONFLICT),
    (NOT_FOUND, status.HTTP_404_NOT_FOUND),
)


def answer_for(error: Exception, context: dict[str, Any]) -> Response | None:
    """Return the answer an exception amounts to, None for a fault of ours (500)."""
    if isinstance(error, ValidationError):
        error = exceptions.ValidationError(as_serializer_error(error))
    for kinds, code in _STATUS_OF:
        if isinstance(error, kinds):
            return Response({"detail": str(error)}, status=code)
    return exception_handler(error, context)
