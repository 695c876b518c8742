"""Handing in, drafting and taking back at the same moment: whoever is first, nothing of the person is left."""

import random
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from elicitation import drafts, submission
from elicitation.assignment import HasEnded, next_task
from elicitation.models import Assessment, Assignment, Draft, Participant, Ranking, Withdrawal
from elicitation.protocol import default_steps
from elicitation.withdrawal import withdraw_everything
from tests.factories import make_participant, make_prompt, make_study

pytestmark = pytest.mark.django_db(transaction=True)

SKIPPED = {"personal_skip": ["1"], "world_skip": ["1"], "personal_why": ["Still."]}
TOO_LATE = (HasEnded, submission.UnknownTask, submission.TaskGone, Assignment.DoesNotExist)


@pytest.mark.parametrize("seed", range(8))
def test_nothing_handed_in_beside_a_withdrawal_outlives_it(seed: int):
    study = make_study(steps=default_steps(), tasks_per_person=9)
    for _ in range(9):
        make_prompt(study)
    person = make_participant(study)
    chance = random.Random(seed)

    def hand_in_task_after_task() -> None:
        sender = submission.Sender(token=person.token, link=study.link_token)
        for _ in range(9):
            task = next_task(participant=Participant.objects.select_related("study").get(pk=person.pk))
            if task is not None:
                drafts.save_draft(assignment=task, study=study, fields=SKIPPED, revision=0)
                submission.submit(key=task.idempotency_key, sender=sender, fields={**SKIPPED, "revision": ["1"]})

    def take_back() -> None:
        withdraw_everything(participant=person)

    with ThreadPoolExecutor(3) as pool:
        handing_in = pool.submit(alone, hand_in_task_after_task, 0.0)
        taking_back = [pool.submit(alone, take_back, chance.uniform(0, 0.3)) for _twice in range(2)]
    assert [done.exception() for done in taking_back] == [None, None]
    assert handing_in.exception() is None or isinstance(handing_in.exception(), TOO_LATE)
    assert Withdrawal.objects.count() == 1
    assert (Assessment.objects.count(), Ranking.objects.count(), Draft.objects.count()) == (0, 0, 0)


def alone(work: Callable[[], None], delay: float) -> None:
    """Do something on a connection of its own."""
    try:
        time.sleep(delay)
        work()
    finally:
        connections.close_all()
