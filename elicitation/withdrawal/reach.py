"""What a withdrawal or a correction is about to take back, gathered while it is still there."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import Q, QuerySet

from elicitation.models import (
    AnswerState,
    Assessment,
    Criterion,
    Draft,
    IntakeAnswer,
    Participant,
    Ranking,
    TextReading,
)
from elicitation.protocol import default_intake
from elicitation.signals import answers_taken_back
from llm.erasing import erase_quotations
from llm.quoting import Quotations

from .copies import cut_own_copies

TEXT_FIELDS = ("_why", "own_criterion")
"""How the names of a task's text fields end; the rest of its form is choices."""


@dataclass(frozen=True)
class Taken:
    """What a person takes back: rows that are about to go, words, and names under which they were known.

    `is_everything` says whether nothing of the person remains.
    """

    participant: Participant
    criteria: frozenset[int] = frozenset()
    texts: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    is_everything: bool = False

    @property
    def since(self) -> datetime:
        """Before this time nothing can repeat what the person gave."""
        return self.participant.created_at

    @cached_property
    def quotations(self) -> Quotations:
        """What is to be cut wherever it is repeated."""
        return Quotations(self.texts, self.names)


def everything_of(participant: Participant) -> Taken:
    """Return all that a person gave, and every name they were known by."""
    assessments = Assessment.objects.filter(participant=participant)
    rankings = Ranking.objects.filter(assessment__participant=participant)
    criteria = Criterion.objects.filter(author=participant)
    written = own_words(participant)
    return Taken(
        participant=participant,
        criteria=_keys(criteria),
        texts=_texts(assessments, rankings, criteria, written) | _draft_texts(participant),
        names=_names(participant),
        is_everything=True,
    )


def answer_of(assessment: Assessment) -> Taken:
    """Return what a person gave on one prompt."""
    rankings = Ranking.objects.filter(assessment=assessment)
    criteria = own_criteria(assessment)
    own = Assessment.objects.filter(pk=assessment.pk)
    return Taken(
        participant=assessment.participant,
        criteria=_keys(criteria),
        texts=_texts(own, rankings, criteria, IntakeAnswer.objects.none()),
    )


def texts_of(participant: Participant) -> Taken:
    """Return what a person wrote in their own words."""
    assessments = Assessment.objects.filter(participant=participant)
    rankings = Ranking.objects.filter(assessment__participant=participant)
    criteria = Criterion.objects.filter(author=participant)
    return Taken(
        participant=participant,
        criteria=_keys(criteria),
        texts=_texts(assessments, rankings, criteria, own_words(participant)) | _draft_texts(participant),
    )


def intake_of(participant: Participant) -> Taken:
    """Return the words in which a person spoke about themselves; a choice among options is nobody's wording."""
    none = Assessment.objects.none(), Ranking.objects.none(), Criterion.objects.none()
    return Taken(participant=participant, texts=_texts(*none, own_words(participant)))


def own_criteria(assessment: Assessment) -> QuerySet[Criterion]:
    """Return the criteria a person wrote on a prompt."""
    return Criterion.objects.filter(author=assessment.participant_id, prompt=assessment.prompt_id)


def own_words(participant: Participant) -> QuerySet[IntakeAnswer]:
    """Return the intake answers in a person's own words: all that are none of the options offered."""
    options = {
        (question["key"], unicodedata.normalize("NFKC", option))
        for intake in (default_intake(), *participant.study.protocols.values_list("intake", flat=True))
        for question in intake
        for option in question["options"]
    }
    given = participant.intake_answers.filter(state=AnswerState.ANSWERED).values_list("pk", "key", "value")
    return IntakeAnswer.objects.filter(pk__in=[pk for pk, key, value in given if (key, value) not in options])


def forget_copies(taken: Taken) -> None:
    """Cut what is taken back out of everything that may repeat it: here, in the ledger, and in the rooms above.

    To be called in the transaction of the act, before the rows themselves go. A room that cannot follow raises, and
    nothing is taken back: better to try again than to believe that it is gone.
    """
    answers_taken_back.send(sender=Participant, participant=taken.participant, taken=taken)
    if taken.quotations:
        cut_own_copies(taken.participant.study, taken.quotations, since=taken.since)
        erase_quotations(taken.quotations, since=taken.since)


def _keys(rows: QuerySet[Any]) -> frozenset[int]:
    return frozenset(rows.values_list("pk", flat=True))


def _texts(
    assessments: QuerySet[Assessment],
    rankings: QuerySet[Ranking],
    criteria: QuerySet[Criterion],
    intake: QuerySet[IntakeAnswer],
) -> frozenset[str]:
    """Return the texts in these rows and their machine translations, which are the same words in another language."""
    read = Q(assessment__in=assessments) | Q(ranking__in=rankings)
    readings = TextReading.objects.filter(read | Q(criterion__in=criteria) | Q(intake_answer__in=intake))
    found: set[str] = set()
    found.update(assessments.values_list("unacceptable_rationale", flat=True))
    found.update(rankings.values_list("justification", flat=True))
    found.update(criteria.values_list("text", flat=True))
    found.update(readings.values_list("translation", flat=True))
    for pair in intake.values_list("value", "original"):
        found.update(pair)
    for translations in criteria.values_list("translations", flat=True):
        found.update(_strings(translations))
    return frozenset(text for text in found if text)


def _draft_texts(participant: Participant) -> frozenset[str]:
    drafts = Draft.objects.filter(assignment__participant=participant).values_list("fields", flat=True)
    return frozenset(text for fields in drafts for text in _strings(fields) if text)


def _strings(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _strings(part)


def _names(participant: Participant) -> frozenset[str]:
    found = {participant.key, participant.token}
    entry = getattr(participant, "panel_entry", None)
    if entry is not None:
        found.add(entry.external_id)
    invitation = getattr(participant, "invitation", None)
    if invitation is not None:
        found |= {invitation.email, invitation.token}
    return frozenset(found)
