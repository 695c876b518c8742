"""The intake survey: read what a person says about themselves, and keep it."""

import unicodedata
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from .models import AnswerState, IntakeAnswer, Participant, ProtocolVersion
from .protocol import CHOICE
from .protocols import protocol_for

LONGEST_TEXT = 5000


class IntakeRefused(Exception):
    """Some answers cannot be taken; `errors` says why, in sentences, by question."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__(" ".join(errors.values()))
        self.errors = dict(errors)


@transaction.atomic
def save_intake(*, participant: Participant, protocol: ProtocolVersion, given: Mapping[str, str]) -> None:
    """Store the answers to the protocol's intake survey; an empty one is stored as skipped.

    Sent again, answers take the place of the former ones. Raises `IntakeRefused`, and nothing is then stored.
    """
    rows, errors = [], {}
    for question in protocol.intake:
        original = given.get(question["key"], "").replace("\0", "").replace("\r\n", "\n").strip()
        if problem := _problem(question, original):
            errors[question["key"]] = problem
        rows.append(
            IntakeAnswer(
                participant=participant,
                key=question["key"],
                state=AnswerState.ANSWERED if original else AnswerState.SKIPPED,
                value=unicodedata.normalize("NFKC", original),
                original=original,
            )
        )
    if errors:
        raise IntakeRefused(errors)
    IntakeAnswer.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["participant", "key"],
        update_fields=["state", "value", "original"],
    )
    participant.intake_at = participant.intake_at or timezone.now()
    participant.save(update_fields=["intake_at"])


def is_due(participant: Participant) -> bool:
    """Return whether the intake survey is still to be asked."""
    return participant.intake_at is None and bool(protocol_for(participant).intake)


def given_answers(participant: Participant) -> dict[str, str]:
    """Return what a person has said about themselves so far, by question."""
    return dict(participant.intake_answers.values_list("key", "original"))


def _problem(question: Mapping[str, Any], text: str) -> str:
    if not text:
        return _("Please answer this question.") if question.get("required") else ""
    if question["kind"] == CHOICE and text not in question["options"]:
        return _("Please choose one of the answers offered.")
    if len(text) > LONGEST_TEXT:
        return _("This is too long: %(length)d characters, where %(limit)d are possible.") % {
            "length": len(text),
            "limit": LONGEST_TEXT,
        }
    return ""
