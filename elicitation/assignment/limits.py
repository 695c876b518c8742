"""How much a person is asked, and until when."""

from datetime import datetime, timedelta

from django.db import connection
from django.utils import timezone

from elicitation.models import Participant, Study


def tasks_done(participant: Participant) -> int:
    """Return how many tasks a person has handed in, surplus ones among them."""
    return participant.assessments.count()


def tasks_asked(study: Study) -> int:
    """Return how many tasks a person is asked to do: the study's number, or its prompts where there are fewer.

    Attention items and re-tests are among them.
    """
    with connection.cursor() as cursor:  # asked for every task's page, and quicker than Django's own count
        cursor.execute("SELECT count(*) FROM elicitation_prompt WHERE study_id = %s", [study.pk])
        prompts: int = cursor.fetchone()[0]
    return min(study.tasks_per_person, prompts)


def may_stop(participant: Participant) -> bool:
    """Return whether a person who goes on has done enough to stop and be complete."""
    fewest = participant.study.fewest_tasks
    return fewest is not None and tasks_done(participant) >= max(min(fewest, tasks_asked(participant.study)), 1)


def deadline(participant: Participant) -> datetime | None:
    """Return until when a person may begin tasks; None where the study sets no limit."""
    days = participant.study.days_to_finish
    if days is None or participant.consented_at is None:
        return None
    return participant.consented_at + timedelta(days=days)


def time_left(participant: Participant) -> timedelta | None:
    """Return how long a person may still begin tasks, never less than nothing; None where there is no limit."""
    end = deadline(participant)
    return None if end is None else max(end - timezone.now(), timedelta())


def is_overdue(participant: Participant, *, grace: timedelta = timedelta()) -> bool:
    """Return whether a person's days are over, and the grace after them."""
    end = deadline(participant)
    return end is not None and timezone.now() > end + grace
