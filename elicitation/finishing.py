"""The end of a person's way: done with every task, sent away, out of time, returned, withdrawn."""

from datetime import timedelta
from typing import Final

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from .assignment import State, give_back, is_overdue, may_stop, tasks_asked, tasks_done
from .models import Assignment, Participant, Study
from .signals import person_ended, send_after_commit
from .webhooks import emit
from .webhooks.addresses import PARTICIPANT_ENDED

Outcome = Participant.Outcome

# What may follow an end: even who has finished can return the study to the panel, or take their answers back.
_MAY_FOLLOW: Final = {Outcome.RETURNED: {Outcome.WITHDRAWN}, Outcome.WITHDRAWN: frozenset[Outcome]()}
_OVERRULES: Final = frozenset({Outcome.RETURNED, Outcome.WITHDRAWN})


class NotFinished(Exception):
    """There are tasks left to do."""


@transaction.atomic
def end(*, participant: Participant, outcome: Participant.Outcome | str) -> bool:
    """Note how a person's way ended, once; return whether this was the end.

    A first outcome stands: only RETURNED and WITHDRAWN overrule another, and WITHDRAWN is not overruled. With any but
    COMPLETE, the person's quota places and open reservations become free at once. Sends `person_ended` after commit.
    """
    kept = _hold(participant)
    ends = outcome in _MAY_FOLLOW.get(Outcome(kept.outcome), _OVERRULES) if kept.outcome else True
    if ends:
        outcome = Outcome(outcome)
        kept.outcome, kept.outcome_at = outcome, timezone.now()
        if outcome == Outcome.COMPLETE:
            kept.finished_at = kept.finished_at or kept.outcome_at
        else:
            _free_places(kept, outcome)
        kept.save(update_fields=["outcome", "outcome_at", "finished_at"])
        _tell(kept, outcome)
        send_after_commit(person_ended, sender=Participant, participant=kept, outcome=outcome)
    for name in ("outcome", "outcome_at", "finished_at"):
        setattr(participant, name, getattr(kept, name))
    return ends


@transaction.atomic
def finish(*, participant: Participant, nothing_left: bool = False) -> None:
    """Note that a person has done all their tasks, or that there are none left for them.

    Raises `NotFinished`. Doing it again changes nothing.
    """
    if participant.finished_at is not None:
        return
    _hold(participant)
    if participant.assignments.filter(state=State.RESERVED).exists():
        raise NotFinished(_("There is a task that is not handed in yet."))
    if not nothing_left and tasks_done(participant) < tasks_asked(participant.study):
        raise NotFinished(_("There are tasks left to do."))
    end(participant=participant, outcome=Outcome.COMPLETE)


@transaction.atomic
def stop(*, participant: Participant) -> None:
    """Let a person who has done enough end here, complete; what they have open is given back.

    Raises `NotFinished` where they have not done enough.
    """
    _hold(participant)
    if not may_stop(participant):
        raise NotFinished(_("There are tasks left to do."))
    if end(participant=participant, outcome=Outcome.COMPLETE):
        give_back(participant=participant)


def end_overdue(*, study: Study) -> int:
    """End the people whose days are over and who have no task open; return how many.

    Who has done enough is complete, the others are out of time. Who is at work on a task may hand it in first.
    """
    if study.days_to_finish is None:
        return 0
    open_tasks = Assignment.objects.filter(participant=OuterRef("pk"), state=State.RESERVED)
    overdue = study.participants.filter(
        ~Exists(open_tasks),
        outcome="",
        source__in=[Participant.Source.LINK, Participant.Source.PANEL],
        consented_at__lt=timezone.now() - timedelta(days=study.days_to_finish),
    )
    return sum(end_if_overdue(participant=person) for person in overdue.select_related("study"))


def end_all_overdue() -> int:
    """End the people of all studies whose days are over; return how many."""
    return sum(end_overdue(study=study) for study in Study.objects.filter(days_to_finish__isnull=False))


def end_if_overdue(*, participant: Participant) -> bool:
    """End a person whose days are over; return whether it has."""
    if not is_overdue(participant):
        return False
    enough = may_stop(participant)
    return end(participant=participant, outcome=Outcome.COMPLETE if enough else Outcome.TIMED_OUT)


def choose_to_hear_back(*, participant: Participant, wants: bool) -> None:
    """Note whether a person would like to hear what came of the study."""
    participant.wants_to_hear_back = wants
    participant.save(update_fields=["wants_to_hear_back"])


def _hold(participant: Participant) -> Participant:
    """Return the person's row, locked: whoever reserves a task for them waits, and finds how it ended."""
    # NO KEY: a submission under way refers to the row, and must not wait for this, nor this for it.
    return Participant.objects.select_for_update(no_key=True).get(pk=participant.pk)


def _free_places(participant: Participant, outcome: Participant.Outcome) -> None:
    """Give back what others may have now. Who ran out of time may still hand in what they were at work on."""
    participant.quota_places.all().delete()
    given_back = Assignment.State.EXPIRED if outcome == Outcome.TIMED_OUT else Assignment.State.RETURNED
    participant.assignments.filter(state=State.RESERVED).update(state=given_back)


def _tell(participant: Participant, outcome: Participant.Outcome) -> None:
    data = {"participant": participant.key, "outcome": outcome.value}
    emit(study=participant.study, event=PARTICIPANT_ENDED, data=data)
