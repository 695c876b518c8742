"""The end of a person's way: done with every task, or nothing left to give."""

from django.utils import timezone

from .assignment import State, tasks_asked, tasks_done
from .models import Participant


class NotFinished(Exception):
    """There are tasks left to do."""


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
    participant.finished_at = timezone.now()
    participant.save(update_fields=["finished_at"])


def choose_to_hear_back(*, participant: Participant, wants: bool) -> None:
    """Note whether a person would like to hear what came of the study."""
    participant.wants_to_hear_back = wants
    participant.save(update_fields=["wants_to_hear_back"])
