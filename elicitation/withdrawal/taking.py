"""The verbs: each takes something back in one transaction, once, and is recorded without what it was."""

import uuid
from typing import Final

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from collective.audit.chain import record
from elicitation import finishing, sealing
from elicitation.models import AnswerState, Assessment, Assignment, Participant, Withdrawal
from elicitation.signals import person_withdrew
from elicitation.webhooks import emit
from elicitation.webhooks.addresses import PARTICIPANT_WITHDREW

from . import reach, rows

Scope = Withdrawal.Scope
ACTOR: Final = "participant"
_PAID_OUTCOMES: Final = frozenset({Participant.Outcome.COMPLETE, Participant.Outcome.SCREENED_OUT})


class NothingToTake(Exception):
    """There is nothing of the kind that the person could take back."""


@transaction.atomic
def withdraw_everything(*, participant: Participant) -> Withdrawal:
    """Take back all a person gave; what remains of them is a row without content. Doing it again changes nothing.

    What is owed to them stays owed: until they are marked as paid, their panel or address is kept to pay them by.
    """
    kept = _hold(participant)
    done = kept.withdrawals.filter(scope=Scope.EVERYTHING).first()
    if done is not None:
        return done
    tasks = tasks_done_and_taken_back(kept) + kept.assessments.count()
    outcome = kept.outcome
    former_key = kept.key
    reach.forget_copies(reach.everything_of(kept))
    rows.delete_everything(kept)
    if not _is_owed(kept, outcome, tasks):
        rows.delete_names(kept)
    _seal(kept)
    # Only now, so that whoever is told of the end is told the new name.
    finishing.end(participant=kept, outcome=Participant.Outcome.WITHDRAWN)
    made = Withdrawal.objects.create(participant=kept, scope=Scope.EVERYTHING, tasks=tasks, outcome=outcome)
    _tell(kept, made, name_hash=sealing.name_hash(kept.study.slug, former_key))
    participant.refresh_from_db()
    return made


@transaction.atomic
def withdraw_answer(*, participant: Participant, assessment: int) -> Withdrawal | None:
    """Take back what a person gave on one prompt, by the assessment's key; None where it is gone already."""
    kept = _hold(participant)
    found = kept.assessments.filter(pk=assessment).select_related("assignment").first()
    if found is None:
        return None
    found.participant = kept
    reach.forget_copies(reach.answer_of(found))
    prompt, assignment = found.prompt, found.assignment
    rows.delete_answer(found, reach.own_criteria(found))
    if assignment is not None:
        # A form sent once more knows the old key, and must not bring the answer back.
        Assignment.objects.filter(pk=assignment.pk).update(
            state=Assignment.State.RETURNED, idempotency_key=uuid.uuid4(), reason={}
        )
    made = Withdrawal.objects.create(participant=kept, scope=Scope.ANSWER, prompt=prompt, tasks=1)
    _tell(kept, made)
    return made


@transaction.atomic
def withdraw_texts(*, participant: Participant) -> Withdrawal:
    """Take back what a person wrote in their own words; what they chose, placed and scored stays."""
    kept = _hold(participant)
    taken, intake = reach.texts_of(kept), reach.own_words(kept)
    if not taken.texts and not taken.criteria:
        return _done_before(kept, Scope.TEXTS)
    reach.forget_copies(taken)
    rows.blank_texts(kept, intake)
    made = Withdrawal.objects.create(participant=kept, scope=Scope.TEXTS)
    _tell(kept, made)
    return made


@transaction.atomic
def withdraw_intake(*, participant: Participant) -> Withdrawal:
    """Take back what a person said about themselves. Their quota place stays: it was given by it, and is theirs."""
    kept = _hold(participant)
    if not kept.intake_answers.filter(state=AnswerState.ANSWERED).exists():
        return _done_before(kept, Scope.INTAKE)
    reach.forget_copies(reach.intake_of(kept))
    rows.blank_intake(kept)
    made = Withdrawal.objects.create(participant=kept, scope=Scope.INTAKE)
    _tell(kept, made)
    return made


def tasks_done_and_taken_back(participant: Participant) -> int:
    """Return how many tasks a person handed in and took back: they were done, so they are paid."""
    return participant.withdrawals.aggregate(tasks=Sum("tasks"))["tasks"] or 0


@transaction.atomic
def forget_who_was_paid() -> int:
    """Delete under which names people who took everything back were to be paid, once they are; return of how many."""
    paid = Participant.objects.filter(withdrawn_at__isnull=False, paid_at__isnull=False)
    named = paid.filter(panel_entry__isnull=False) | paid.filter(invitation__isnull=False)
    found = list(named.distinct())
    for participant in found:
        rows.delete_names(participant)
    return len(found)


def _hold(participant: Participant) -> Participant:
    """Return the person as they are now, theirs and their tasks' rows held until the transaction ends.

    Whoever hands in a task meanwhile holds the task's row first and the person's never, so the two wait for each other
    in one order only; what is handed in after this finds nothing to hand in to.
    """
    people = Participant.objects.select_for_update(no_key=True, of=("self",)).select_related("study")
    kept = people.get(pk=participant.pk)
    list(Assignment.objects.select_for_update().filter(participant=kept).order_by("pk").values_list("pk"))
    list(Assessment.objects.select_for_update().filter(participant=kept).order_by("pk").values_list("pk"))
    return kept


def _seal(participant: Participant) -> None:
    participant.key = sealing.new_name()
    participant.token = sealing.sealed(participant.token)
    participant.language = ""
    participant.protocol = participant.cell = None
    participant.consented_at = participant.intake_at = participant.quiz_passed_at = None
    participant.excluded_at = participant.compared_at = None
    participant.wants_to_hear_back = False
    participant.withdrawn_at = timezone.now()
    participant.save()


def _is_owed(participant: Participant, outcome: str, tasks: int) -> bool:
    """Return whether a person may still have to be paid."""
    study = participant.study
    pays = any((study.pay_base, study.pay_per_task, study.pay_screened_out))
    return pays and participant.paid_at is None and (tasks > 0 or outcome in _PAID_OUTCOMES)


def _done_before(participant: Participant, scope: Withdrawal.Scope) -> Withdrawal:
    """Return the withdrawal that left nothing of the kind. Raises `NothingToTake` where there never was anything."""
    made = participant.withdrawals.filter(scope=scope).order_by("-made_at").first()
    if made is None:
        raise NothingToTake(_("There is nothing of this kind to take back."))
    return made


def _tell(participant: Participant, made: Withdrawal, *, name_hash: str = "") -> None:
    """Record that something was taken back, and tell the rooms above; of what it was, nothing is left to tell."""
    study = participant.study
    details: dict[str, str | int] = {"scope": made.scope}
    if made.tasks:
        details["tasks"] = made.tasks
    if name_hash:
        details["name_hash"] = name_hash
    emit(
        study=study,
        event=PARTICIPANT_WITHDREW,
        data={"participant": participant.key, "name_hash": name_hash, "scope": made.scope},
    )
    person_withdrew.send(sender=Participant, participant=participant, withdrawal=made, name_hash=name_hash)
    record(
        by=ACTOR,
        action="participant.withdrew",
        target=f"participant:{participant.pk}",
        study=study.slug,
        details=details,
    )
