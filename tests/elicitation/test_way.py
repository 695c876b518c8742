"""If these fail, people are led in circles, past what they must be asked, or on after their end."""

from datetime import timedelta

import pytest
from django.utils import timezone

from elicitation import assignment, finishing, way
from elicitation.models import Assignment, Draft, Participant
from elicitation.protocol import default_intake
from elicitation.quiz import default_quiz
from elicitation.tasks import end_overdue
from elicitation.way import Station
from tests.factories import make_assessment, make_assignment, make_participant, make_prompt, make_study

pytestmark = pytest.mark.django_db


def come(person, **options):
    person = Participant.objects.select_related("study").get(pk=person.pk)
    return way.come_next(participant=person, **options)


def do(task):
    Assignment.objects.filter(pk=task.pk).update(state="submitted")
    make_assessment(task.prompt, task.participant, world="A>B>C>D", assignment=task)


def make_person(study, days_ago=0, **fields):
    return make_participant(study, consented_at=timezone.now() - timedelta(days=days_ago), **fields)


def test_intake_then_quiz_then_tasks_then_the_end():
    study = make_study(tasks_per_person=1)
    study.protocols.update(intake=default_intake(), quiz=default_quiz())
    make_prompt(study)
    person = make_participant(study, intake_at=None)
    assert come(person).station is Station.ABOUT_YOU
    Participant.objects.update(intake_at=timezone.now())
    assert come(person).station is Station.QUIZ
    Participant.objects.update(quiz_passed_at=timezone.now())
    found = come(person)
    assert found.station is Station.TASK
    do(found.task)
    assert come(person).station is Station.ENDED
    assert Participant.objects.get().outcome == "complete"


def test_nobody_goes_on_after_their_end():
    study = make_study()
    make_prompt(study)
    person = make_participant(study)
    finishing.end(participant=person, outcome="returned")
    assert come(person).station is Station.ENDED
    with pytest.raises(assignment.HasEnded):
        assignment.next_task(participant=person)
    assert not Assignment.objects.exists()


def test_nothing_left_ends_who_has_done_something_and_nobody_else():
    study = make_study(overlap_target=1)
    make_assessment(make_prompt(study), make_participant(study), world="A>B>C>D")
    somebody, newcomer = make_participant(study), make_participant(study)
    make_assessment(make_prompt(study), somebody, world="A>B>C>D")
    assert come(somebody).station is Station.ENDED
    with pytest.raises(assignment.NothingLeft):
        come(newcomer)
    assert Participant.objects.get(pk=newcomer.pk).outcome == ""


# --- enough -------------------------------------------------------------------------------------------


def test_who_has_done_enough_is_asked_between_tasks_and_not_at_the_end():
    study = make_study(tasks_per_person=3, fewest_tasks=1)
    for _ in range(3):
        make_prompt(study)
    person = make_participant(study)
    do(come(person).task)
    assert come(person).station is Station.ENOUGH
    assert not Assignment.objects.filter(state="reserved").exists()
    task = come(person, wants_more=True).task
    assert come(person).station is Station.ENOUGH
    Draft.objects.create(assignment=task, fields={"world_why": ["so"]})
    assert come(person).task == task
    do(task)
    do(come(person, wants_more=True).task)
    assert come(person).station is Station.ENDED


def test_stopping_is_complete_and_gives_back_what_is_open():
    study = make_study(tasks_per_person=3, fewest_tasks=1)
    person = make_participant(study)
    with pytest.raises(finishing.NotFinished):
        finishing.stop(participant=person)
    make_assessment(make_prompt(study), person, world="A>B>C>D")
    task = make_assignment(person, make_prompt(study))
    finishing.stop(participant=person)
    task.refresh_from_db()
    assert (person.outcome, task.state) == ("complete", "returned")


def test_without_a_fewest_number_nobody_stops_early():
    study = make_study(tasks_per_person=3)
    person = make_participant(study)
    make_assessment(make_prompt(study), person, world="A>B>C>D")
    with pytest.raises(finishing.NotFinished):
        finishing.stop(participant=person)


# --- days ---------------------------------------------------------------------------------------------


def test_time_left_counts_from_consent_and_never_below_nothing():
    study = make_study(days_to_finish=3)
    left = assignment.time_left(make_person(study, days_ago=1))
    assert left is not None
    assert timedelta(days=1, hours=23) < left <= timedelta(days=2)
    assert assignment.time_left(make_person(study, days_ago=4)) == timedelta()
    assert assignment.time_left(make_person(make_study(), days_ago=400)) is None


def test_after_the_days_a_person_is_out_of_time_but_may_finish_what_is_open():
    study = make_study(days_to_finish=3, tasks_per_person=5)
    make_prompt(study)
    person, at_work = make_person(study, days_ago=4), make_person(study, days_ago=4)
    task = make_assignment(at_work, make_prompt(study))
    assert come(person).station is Station.ENDED
    assert Participant.objects.get(pk=person.pk).outcome == "timed_out"
    assert come(at_work).task == task
    do(task)
    assert come(at_work).station is Station.ENDED


def test_the_sweep_ends_who_is_overdue_and_nobody_else():
    study = make_study(days_to_finish=3, fewest_tasks=1)
    gone, enough, at_work = (make_person(study, days_ago=4) for _ in range(3))
    make_person(study, days_ago=2)
    make_person(study, days_ago=4, source="imported")
    make_person(make_study(), days_ago=400)
    make_assessment(make_prompt(study), enough, world="A>B>C>D")
    make_assignment(at_work, make_prompt(study))
    assert (end_overdue(), end_overdue()) == (2, 0)
    ended = dict(Participant.objects.exclude(outcome="").values_list("pk", "outcome"))
    assert ended == {gone.pk: "timed_out", enough.pk: "complete"}
