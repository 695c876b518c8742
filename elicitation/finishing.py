"""The end of a person's way: done with every task, sent away, out of time, returned, withdrawn."""

from typing import Final

from django.db import transaction
from django.utils import timezone

from .assignment import State, tasks_asked, tasks_done
from .models import Assignment, Participant
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
def end(*, participant: Participant, outcome: Participant.Outcome) -> bool:
    """Note how a person's way ended, once; return whether this was the end.

    A first outcome stands: only RETURNED and WITHDRAWN overrule another, and WITHDRAWN is not overruled. With any but
    COMPLETE, the person's quota places and open reservations become free at once. Sends `person_ended` after commit.
    """
    # NO KEY: a submission under way refers to the person's row, and must not wait for this, nor this for it.
    kept = Participant.objects.select_for_update(no_key=True).get(pk=participant.pk)
    ends = outcome in _MAY_FOLLOW.get(Outcome(kept.outcome), _OVERRULES) if kept.outcome else True
    if ends:
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


def finish(*, participant: Participant, nothing_left: bool = False) -> None:
    """Note that a person has done all their tasks, or that there are none left for them.

    Raises `NotFinished`. Doing it again changes nothing.
    """
    if participant.finished_at is not None:
        return
    if participant.assignments.filter(state=State.RESERVED).exists():
        raise NotFinished("There is a task that is not handed in yet.")
    if not nothing_left and tasks_done(participant) < tasks_asked(participant.study):
        raise NotFinished("There are tasks left to do.")
    end(participant=participant, outcome=Outcome.COMPLETE)


def choose_to_hear_back(*, participant: Participant, wants: bool) -> None:
    """Note whether a person would like to hear what came of the study."""
    participant.wants_to_hear_back = wants
    participant.save(update_fields=["wants_to_hear_back"])


def _free_places(participant: Participant, outcome: Participant.Outcome) -> None:
    """Give back what others may have now. Who ran out of time may still hand in what they were at work on."""
    participant.quota_places.all().delete()
    given_back = Assignment.State.EXPIRED if outcome == Outcome.TIMED_OUT else Assignment.State.RETURNED
    participant.assignments.filter(state=State.RESERVED).update(state=given_back)


def _tell(participant: Participant, outcome: Participant.Outcome) -> None:
    data = {"participant": participant.key, "outcome": outcome.value}
    emit(study=participant.study, event=PARTICIPANT_ENDED, data=data)
