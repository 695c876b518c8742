"""A person's way through a study: what comes next for them, whoever asks, a page or a program."""

import enum
from dataclasses import dataclass

from django.db.models import QuerySet

from . import assignment as assignments
from . import finishing, intake, quiz, quotas
from .models import Assessment, Assignment, Draft, Participant
from .prepared import Given, Prepared

_ANSWERED = Prepared(lambda: Assessment.objects.filter(participant=Given("person")).only("pk").order_by()[:1])


class Station(enum.Enum):
    """Where a person stands next."""

    ABOUT_YOU = "about-you"
    QUIZ = "quiz"
    TASK = "task"
    ENOUGH = "enough"
    ENDED = "finish"


@dataclass(frozen=True)
class Next:
    """The next station, with the task where it is one."""

    station: Station
    task: Assignment | None = None


def come_next(*, participant: Participant, wants_more: bool = False) -> Next:
    """Return what comes next for a person, and do what that takes: reserve a task, or end their way.

    Who has done enough to stop is asked first whether they want more (`Station.ENOUGH`), unless `wants_more` says so.

    Raises `assignment.StudyNotOpen`, and `assignment.NothingLeft` for a person who has done nothing yet: a place may
    become free for them.
    """
    if before := _before_tasks(participant):
        return Next(before)
    if _is_out_of_time(participant):
        return Next(Station.ENDED)
    if not wants_more and _is_between_enough_and_all(participant):
        return Next(Station.ENOUGH)
    return _task_or_end(participant)


def _before_tasks(participant: Participant) -> Station | None:
    if participant.outcome or participant.finished_at is not None:
        return Station.ENDED
    if intake.is_due(participant):
        return Station.ABOUT_YOU
    if _ANSWERED.first(person=participant.pk):  # who has handed in a task has been through all that comes before
        return None
    try:
        quotas.take_places(participant=participant, study=participant.study)
    except quotas.SentAway:
        return Station.ENDED
    return Station.QUIZ if quiz.is_due(participant) else None


def _is_out_of_time(participant: Participant) -> bool:
    """Return whether the person's days are over, and has then ended them; a task at work may be finished first."""
    if not assignments.is_overdue(participant) or _open_tasks(participant).exists():
        return False
    return finishing.end_if_overdue(participant=participant)


def _is_between_enough_and_all(participant: Participant) -> bool:
    """Return whether a person may stop here, with more to do and nothing of it begun."""
    study = participant.study
    if study.fewest_tasks is None or not assignments.may_stop(participant):
        return False
    if assignments.tasks_done(participant) >= assignments.tasks_asked(study):
        return False
    return not Draft.objects.filter(assignment__in=_open_tasks(participant)).exists()


def _task_or_end(participant: Participant) -> Next:
    try:
        task = assignments.next_task(participant=participant)
    except assignments.HasEnded:
        return Next(Station.ENDED)
    except assignments.NothingLeft:
        if assignments.tasks_done(participant) == 0:
            raise
        return _finish(participant, nothing_left=True)
    return Next(Station.TASK, task) if task else _finish(participant)


def _finish(participant: Participant, *, nothing_left: bool = False) -> Next:
    try:
        finishing.finish(participant=participant, nothing_left=nothing_left)
    except finishing.NotFinished:  # another tab has just taken a task
        return _task_or_end(participant)
    return Next(Station.ENDED)


def _open_tasks(participant: Participant) -> QuerySet[Assignment]:
    return participant.assignments.filter(state=assignments.State.RESERVED)
