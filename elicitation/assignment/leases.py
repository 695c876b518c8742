"""What holds a prompt's place, and when it is free again."""

from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models.functions import Now
from django.utils import timezone

from elicitation.models import Assessment, Assignment, Participant, Prompt, Study

from .limits import tasks_asked, tasks_done

# Any fixed number will do: with the study's key it names the lock that makers of reservations queue on.
LOCK_CLASS = 72_019
State = Assignment.State


def queue_up(study: Study) -> None:
    """Wait for this transaction's turn to make reservations in a study, and hold it until the transaction ends.

    Who needs it takes it first, before the locks of any rows.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK_CLASS, study.pk % 2**31])


@transaction.atomic
def expire_overdue(study: Study | None = None) -> int:
    """Mark reservations whose lease has run out as expired, in one study or in all; return how many.

    One that is being handed in or written in at this moment is passed over, and so keeps its place.
    """
    overdue = Assignment.objects.filter(state=State.RESERVED, leased_until__lt=Now())
    if study is not None:
        overdue = overdue.filter(prompt__study=study)
    # Skipping what others hold, two that expire at once cannot wait for each other.
    free = overdue.select_for_update(skip_locked=True, of=("self",)).order_by("pk")
    return Assignment.objects.filter(pk__in=free.values("pk")).update(state=State.EXPIRED)


def keep(assignment: Assignment, study: Study) -> bool:
    """Prolong an open reservation, because somebody is at work on it; return whether it is still open."""
    held = Assignment.objects.filter(pk=assignment.pk, state=State.RESERVED)
    return held.update(leased_until=lease_end(study)) == 1


def give_back(*, participant: Participant) -> int:
    """Free the places of a person's open reservations at once; return how many. They are not given to them again."""
    return participant.assignments.filter(state=State.RESERVED).update(state=State.RETURNED)


def is_for_everybody(prompt: Prompt) -> bool:
    """Return whether everybody is given a prompt, so that its coverage has no target."""
    return prompt.is_anchor or bool(prompt.attention_best) or prompt.retest_of_id is not None


def coverage(prompt: Prompt) -> int:
    """Return how many people have answered a prompt, surplus answers apart, or are answering it."""
    finished = Assessment.objects.filter(prompt=prompt, is_surplus=False).count()
    return finished + Assignment.objects.filter(prompt=prompt, state=State.RESERVED).count()


def has_room(prompt: Prompt, study: Study) -> bool:
    """Return whether one more person may take a prompt. Only true for long to a transaction that queued up."""
    return is_for_everybody(prompt) or coverage(prompt) < study.overlap_target


def reclaim(assignment: Assignment, study: Study) -> bool:
    """Give an expired reservation its place back if there is room; return whether it holds one now.

    There is none for a person who has done all their tasks meanwhile. The caller's transaction must have queued up.
    """
    if assignment.state != State.EXPIRED:
        return assignment.state == State.RESERVED
    expire_overdue(study)
    if tasks_done(assignment.participant) >= tasks_asked(study) or not has_room(assignment.prompt, study):
        return False
    reopen(assignment, study)
    return True


def reopen(assignment: Assignment, study: Study) -> None:
    """Let an expired reservation be open again, whether there is room or not."""
    Assignment.objects.filter(pk=assignment.pk).update(state=State.RESERVED, leased_until=lease_end(study))
    assignment.state = State.RESERVED


def lease_end(study: Study) -> Any:
    """Return until when a reservation made now is held."""
    return timezone.now() + timedelta(minutes=study.lease_minutes)
