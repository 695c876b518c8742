"""Find the people of a study and what they said about themselves."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from elicitation.models import AnswerState, IntakeAnswer, Participant, Study
from elicitation.protocol import default_intake

STATES = {
    "finished": Q(finished_at__isnull=False),
    "under-way": Q(finished_at__isnull=True, consented_at__isnull=False),
    "before-consent": Q(finished_at__isnull=True, consented_at__isnull=True),
}
"""How far a person has come, by the name it is asked for."""


def find_people(study: Study, *, name: str = "", source: str = "", state: str = "") -> QuerySet[Participant, Any]:
    """Return a study's people with `assessment_count`, the latest first; not those who took everything back."""
    found = study.participants.filter(withdrawn_at__isnull=True).annotate(assessment_count=Count("assessments"))
    if name:
        found = found.filter(key__icontains=name.strip())
    if source:
        found = found.filter(source=source)
    return found.filter(STATES.get(state, Q())).order_by("-created_at", "-pk")


@dataclass(frozen=True)
class IntakeLine:
    """An intake question with what became of it; `answer` is None where it was not asked."""

    key: str
    question: str
    answer: IntakeAnswer | None

    @property
    def state(self) -> str:
        """Whether it was answered, skipped or not asked."""
        return self.answer.state if self.answer else AnswerState.NOT_ASKED


def intake_of(person: Participant) -> list[IntakeLine]:
    """Return the survey's questions in order with a person's answers, then whatever else an import brought."""
    given = {answer.key: answer for answer in person.intake_answers.select_related("reading")}
    survey = _survey(person.study)
    lines = [IntakeLine(question["key"], question["question"], given.pop(question["key"], None)) for question in survey]
    return lines + [IntakeLine(key, "", answer) for key, answer in sorted(given.items())]


def _survey(study: Study) -> Sequence[dict[str, Any]]:
    latest = study.protocols.order_by("-number").first()
    return latest.intake if latest and latest.intake else default_intake()
