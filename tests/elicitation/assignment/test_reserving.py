"""If these fail, prompts are answered too often or too seldom, or a person gets the same one twice."""

import threading
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from elicitation import assignment, finishing
from elicitation.assignment import reserving
from elicitation.models import Assessment, Assignment, Draft, Participant, Prompt, Study
from elicitation.protocol import default_steps
from elicitation.tasks import release_expired
from tests.elicitation.test_submission import send
from tests.factories import make_assessment, make_assignment, make_participant, make_prompt, make_study

pytestmark = pytest.mark.django_db


def hand_in(task: Assignment) -> None:
    """Finish a task as a submission would, as far as assignment looks at it."""
    Assignment.objects.filter(pk=task.pk).update(state="submitted")
    make_assessment(task.prompt, task.participant, world="A>B>C>D", assignment=task)


def take(participant):
    """Reserve the next task, where there must be one."""
    task = assignment.next_task(participant=participant)
    assert task is not None
    return task


def all_keys(participant):
    """Walk a person through all their tasks; return the prompts' keys in order."""
    keys = []
    while task := assignment.next_task(participant=participant):
        keys.append(task.prompt.key)
        hand_in(task)
    return keys


def test_it_works():
    study = make_study(lease_minutes=30, seed=7)
    prompt = make_prompt(study)
    task = take(make_participant(study))
    assert (task.prompt, task.position, task.state) == (prompt, 0, "reserved")
    assert sorted(task.shown_order) == list("ABCD")
    assert timedelta(minutes=29) < task.leased_until - timezone.now() <= timedelta(minutes=30)
    assert task.reason == {
        "rule": "least covered",
        "coverage": 0,
        "target": 16,
        "tied": 1,
        "candidates": 1,
        "seed": 7,
    }


def test_an_open_task_is_given_again_and_its_lease_prolonged():
    study = make_study()
    make_prompt(study)
    make_prompt(study)
    person = make_participant(study)
    first = take(person)
    Assignment.objects.update(leased_until=timezone.now() - timedelta(hours=2))
    again = take(person)
    assert again == first
    assert Assignment.objects.get().leased_until > timezone.now()


def test_anchors_come_first_and_are_given_beyond_the_target():
    study = make_study(overlap_target=1)
    for _ in range(3):
        make_prompt(study)
    anchor = make_prompt(study, is_anchor=True)
    for _ in range(3):
        task = take(make_participant(study))
        assert task.prompt == anchor
        assert task.reason["rule"] == "anchor"
        hand_in(task)


def test_the_least_covered_comes_first_whoever_answered():
    study = make_study()
    busy, imported, free = make_prompt(study), make_prompt(study), make_prompt(study)
    make_assignment(make_participant(study), busy)
    make_assessment(imported, make_participant(study, source="imported"), world="A>B>C>D")
    task = take(make_participant(study))
    assert task.prompt == free
    assert task.reason["coverage"] == 0


def test_coverage_counts_every_answer_and_open_reservation_once():
    study = make_study(overlap_target=2)
    prompt = make_prompt(study)
    task = take(make_participant(study))
    hand_in(task)
    assert assignment.has_room(prompt, study)
    take(make_participant(study))
    assert not assignment.has_room(prompt, study)
    with pytest.raises(assignment.NothingLeft):
        assignment.next_task(participant=make_participant(study))


def test_a_lease_that_ran_out_makes_room():
    study = make_study(overlap_target=1)
    make_prompt(study)
    task = take(make_participant(study))
    Assignment.objects.filter(pk=task.pk).update(leased_until=timezone.now() - timedelta(seconds=1))
    other = take(make_participant(study))
    assert other.prompt == task.prompt
    task.refresh_from_db()
    assert task.state == "expired"


def test_what_was_begun_is_given_again_as_it_was():
    study = make_study()
    for _ in range(4):
        make_prompt(study)
    person = make_participant(study)
    task = take(person)
    Draft.objects.create(assignment=task, fields={"personal_why": ["because"]})
    Assignment.objects.update(state="expired")
    again = take(person)
    assert (again.pk, again.shown_order, again.idempotency_key) == (task.pk, task.shown_order, task.idempotency_key)
    assert again.reason["rule"] == "begun before"
    assert again.state == "reserved"


def test_nobody_gets_a_prompt_twice_and_everybody_ends():
    study = make_study(tasks_per_person=3)
    for _ in range(5):
        make_prompt(study)
    person = make_participant(study)
    keys = all_keys(person)
    assert len(keys) == len(set(keys)) == 3


def test_fewer_prompts_than_tasks_is_the_end_too():
    study = make_study(tasks_per_person=10)
    make_prompt(study)
    person = make_participant(study)
    assert len(all_keys(person)) == 1
    assert assignment.tasks_asked(study) == 1


def test_coverage_grows_evenly():
    study = make_study(tasks_per_person=2, overlap_target=4)
    prompts = [make_prompt(study).key for _ in range(4)]
    given = Counter(key for _ in range(8) for key in all_keys(make_participant(study)))
    assert given == dict.fromkeys(prompts, 4)


def test_the_same_seed_gives_the_same_and_another_differs():
    def walk(seed):
        study = make_study(seed=seed, tasks_per_person=8)
        for number in range(8):
            make_prompt(study, key=f"prompt {number}")
        person = make_participant(study, key="somebody")
        return all_keys(person), list(person.assignments.order_by("position").values_list("shown_order", flat=True))

    assert walk(1) == walk(1)
    one, two = walk(1), walk(2)
    assert one[0] != two[0]
    assert one[1] != two[1]


def test_every_order_of_the_letters_comes_up():
    orders = {
        assignment.shuffled_letters("ABC", prompt_key="prompt", person_key=f"p-{number}", seed=1)
        for number in range(200)
    }
    assert orders == {"ABC", "ACB", "BAC", "BCA", "CAB", "CBA"}


@pytest.mark.parametrize("status", ["draft", "paused", "closed"])
def test_a_study_that_is_not_open_gives_no_new_task_but_keeps_the_one_at_work(status):
    study = make_study()
    make_prompt(study)
    person = make_participant(study)
    task = take(person)
    Study.objects.update(status=status)
    study.refresh_from_db()
    person.study = study
    assert take(person) == task
    newcomer = make_participant(study)
    with pytest.raises(assignment.StudyNotOpen):
        take(newcomer)


def test_release_expired_ends_what_is_overdue_and_nothing_else():
    study = make_study()
    overdue = make_assignment(
        make_participant(study), make_prompt(study), leased_until=timezone.now() - timedelta(minutes=1)
    )
    current = make_assignment(make_participant(study), make_prompt(study))
    assert release_expired() == 1
    assert release_expired() == 0
    states = dict(Assignment.objects.values_list("pk", "state"))
    assert states == {overdue.pk: "expired", current.pk: "reserved"}


def walk(person, tab, start, failures):
    """Take and hand in tasks until there are no more; the second tab lets leases run out under both."""
    try:
        start.wait()
        while task := assignment.next_task(participant=person):
            if tab:
                Assignment.objects.filter(pk=task.pk).update(leased_until=timezone.now() - timedelta(seconds=1))
                release_expired()
            send(task, {"world_skip": ["1"], "personal_skip": ["1"]})
    except assignment.NothingLeft:
        pass
    except Exception as error:  # noqa: BLE001 (whatever it is, the test must hear of it)
        failures.append(error)
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_many_at_once_never_exceed_the_target_nor_double_a_person():
    study = make_study(overlap_target=3, tasks_per_person=4, steps=default_steps())
    for _ in range(5):
        make_prompt(study)
    people = [make_participant(study) for _ in range(12)]
    failures: list[Exception] = []
    start = threading.Barrier(2 * len(people))
    threads = [
        threading.Thread(target=walk, args=(person, tab, start, failures)) for person in people for tab in (0, 1)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    counting = Assessment.objects.filter(is_surplus=False)
    per_prompt = Counter(counting.values_list("prompt", flat=True))
    assert per_prompt == dict.fromkeys(Prompt.objects.values_list("pk", flat=True), 3)
    per_person = Counter(counting.values_list("participant", flat=True))
    assert max(per_person.values()) <= 4
    assert not Assignment.objects.filter(state="submitted", assessment__isnull=True).exists()


def test_the_next_task_takes_three_statements(django_assert_num_queries):
    study = make_study()
    for _ in range(5):
        make_prompt(study)
    person = make_participant(study)
    with django_assert_num_queries(3):
        assignment.next_task(participant=person)


def test_a_choice_that_no_longer_stands_is_made_anew(monkeypatch):
    study = make_study(overlap_target=1)
    one, other = make_prompt(study), make_prompt(study)
    person, quicker = make_participant(study), make_participant(study)
    look = reserving._choose
    beaten: list[Any] = []

    def look_slowly(*arguments):
        choice = look(*arguments)
        if choice and not beaten:
            beaten.append(make_assignment(quicker, Prompt.objects.get(pk=choice.prompt.pk)))
        return choice

    monkeypatch.setattr(reserving, "_choose", look_slowly)
    task = take(person)
    assert {task.prompt, beaten[0].prompt} == {one, other}


@pytest.mark.django_db(transaction=True)
def test_nobody_holds_a_task_after_their_end():
    study = make_study()
    for _ in range(3):
        make_prompt(study)
    people = [make_participant(study) for _ in range(12)]
    start, failures = threading.Barrier(2 * len(people)), []

    def run(act, person):
        try:
            start.wait()
            act(participant=person)
        except assignment.HasEnded:
            pass
        except Exception as error:  # noqa: BLE001 (whatever it is, the test must hear of it)
            failures.append(error)
        finally:
            connection.close()

    def leave(participant):
        finishing.end(participant=participant, outcome=Participant.Outcome.RETURNED)

    acts = [(act, Participant.objects.get(pk=person.pk)) for person in people for act in (assignment.next_task, leave)]
    threads = [threading.Thread(target=run, args=pair) for pair in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert Participant.objects.filter(outcome="returned").count() == len(people)
    assert not Assignment.objects.filter(state="reserved").exists()
