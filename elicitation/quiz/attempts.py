"""An attempt at the quiz: counted once, passed or not, and where the last one failed, the end of the person's way."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from elicitation import finishing
from elicitation.models import Participant, ProtocolVersion, QuizAttempt
from elicitation.protocols import in_force

from .definition import needed


class QuizNotDue(Exception):
    """The person is not asked the quiz: there is none, it is passed, or their way has ended."""


class QuizRefused(Exception):
    """Some questions are unanswered; `errors` says so, in sentences, by item. No attempt is used up."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__(" ".join(errors.values()))
        self.errors = dict(errors)


def version_of(participant: Participant) -> ProtocolVersion:
    """Return the protocol version whose quiz a person is asked: their own, or the one in force."""
    return participant.protocol or in_force(participant.study)


def is_due(participant: Participant) -> bool:
    """Return whether the quiz is still to be passed by a person."""
    if participant.quiz_passed_at is not None or participant.outcome:
        return False
    return bool(_quiz_of(participant))


def attempts_left(participant: Participant) -> int:
    """Return how many attempts a person still has."""
    allowed = _quiz_of(participant).get("attempts", 0)
    return max(int(allowed) - participant.quiz_attempts.count(), 0)


@transaction.atomic
def attempt(*, participant: Participant, answers: Mapping[str, str], number: int | None = None) -> QuizAttempt:
    """Count an attempt and return it.

    `answers` maps items to options, both by key. `number` says which attempt, from 1, the page was made for: sent
    again, it gets the stored row, whatever it says now. A right count of at least the pass mark passes; failing the
    last attempt ends the person's way as FAILED_CHECKS.

    Raises `QuizRefused` for items without an answer and `QuizNotDue`; nothing is then stored.
    """
    # The row's lock lets attempts come one after the other, from however many tabs.
    held = Participant.objects.select_for_update(no_key=True).get(pk=participant.pk)
    made = list(held.quiz_attempts.order_by("number"))
    if number is not None and 1 <= number <= len(made):
        return made[number - 1]
    if not is_due(held):
        raise QuizNotDue(_("There is no quiz for you to answer."))
    version = version_of(held)
    chosen = _chosen(version.quiz, answers)
    right = sum(chosen[item["key"]] == item["right"] for item in version.quiz["items"])
    counted = QuizAttempt.objects.create(
        participant=held,
        protocol=version,
        number=len(made) + 1,
        answers=chosen,
        right=right,
        passed=right >= needed(version.quiz),
    )
    _settle(participant, counted, is_last=counted.number >= version.quiz["attempts"])
    return counted


def _settle(participant: Participant, counted: QuizAttempt, *, is_last: bool) -> None:
    if counted.passed:
        participant.quiz_passed_at = timezone.now()
        participant.save(update_fields=["quiz_passed_at"])
    elif is_last:
        finishing.end(participant=participant, outcome=Participant.Outcome.FAILED_CHECKS)


def _quiz_of(participant: Participant) -> dict[str, Any]:
    try:
        return version_of(participant).quiz or {}
    except ProtocolVersion.DoesNotExist:
        return {}


def _chosen(quiz: Mapping[str, Any], answers: Mapping[str, str]) -> dict[str, str]:
    chosen, errors = {}, {}
    for item in quiz["items"]:
        given = answers.get(item["key"], "")
        if given in {option["key"] for option in item["options"]}:
            chosen[item["key"]] = given
        else:
            errors[item["key"]] = _("Please choose one of the answers.")
    if errors:
        raise QuizRefused(errors)
    return chosen
