"""Keep the language somebody chose, and the one a task was shown in."""

from elicitation.models import Assignment, Participant

from .fields import MESSAGES
from .showing import text_of


def choose(*, participant: Participant, language: str) -> None:
    """Speak to a person in a language from now on; what they have given stays as they gave it."""
    if participant.language != language:
        participant.language = language
        participant.save(update_fields=["language"])


def note_shown(assignment: Assignment, language: str, *, written_in: str) -> None:
    """Keep with a task in which language its prompt is shown: the reader's, or the one it was written in.

    An empty language means the latter, so that a study in one language writes nothing.
    """
    shown = text_of(assignment.prompt, MESSAGES, language, written_in=written_in).language
    if (assignment.language or written_in) != shown:
        assignment.language = shown
        assignment.save(update_fields=["language"])
