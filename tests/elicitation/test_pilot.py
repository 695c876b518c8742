"""If these fail, answers of a pilot count among those of the study, or are lost with it."""

import uuid

import pytest

from elicitation import entry, studies
from elicitation.models import Assessment, Participant, Quota, QuotaPlace, Study
from elicitation.queries.counted import counted
from elicitation.storing import read_open_task
from tests.factories import make_assessment, make_assignment, make_prompt, make_study

pytestmark = pytest.mark.django_db
Pilot, Status = Participant.Pilot, Study.Status


@pytest.fixture
def study():
    study = make_study(status=Status.PILOT, consent_text="I agree.")
    make_prompt(study)
    return study


@pytest.fixture
def person(study):
    person = entry.consent(study=study, visit=uuid.uuid4(), language="en")
    make_assessment(study.prompts.get(), person, world="A>B>C>D")
    return person


def test_answers_of_a_pilot_count_until_the_study_runs_for_everybody(study, person):
    assert person.pilot == Pilot.PRESENT
    assert Assessment.objects.filter(counted()).count() == 1
    studies.set_status(by=None, study=study, status=Status.RUNNING)
    assert Assessment.objects.filter(counted()).count() == 0
    assert Assessment.objects.count() == 1
    person.refresh_from_db()
    assert person.pilot == Pilot.LEFT_OUT
    later = entry.consent(study=Study.objects.get(pk=study.pk), visit=uuid.uuid4(), language="en")
    assert later.pilot == Pilot.NONE


def test_the_answers_can_be_kept_for_good(study, person):
    studies.set_status(by=None, study=study, status=Status.RUNNING, keep_pilot=True)
    studies.set_status(by=None, study=study, status=Status.PAUSED)
    studies.set_status(by=None, study=study, status=Status.RUNNING)
    assert Assessment.objects.filter(counted()).count() == 1


def test_who_is_still_at_it_goes_on_and_does_not_count(study, person):
    task = make_assignment(person, make_prompt(study))
    studies.set_status(by=None, study=study, status=Status.RUNNING)
    read = read_open_task(key=task.idempotency_key, token=person.token, link=study.link_token, protocol=None)
    assert read is not None
    assert read.is_left_out


def test_places_of_those_who_have_ended_are_free_again(study, person):
    quota = Quota.objects.create(study=study, label="All", position=0, places=2)
    under_way = entry.consent(study=study, visit=uuid.uuid4(), language="en")
    for holder in (person, under_way):
        QuotaPlace.objects.create(quota=quota, participant=holder)
    Participant.objects.filter(pk=person.pk).update(outcome="complete", outcome_at=person.created_at)
    studies.set_status(by=None, study=study, status=Status.RUNNING)
    assert [place.participant for place in QuotaPlace.objects.all()] == [under_way]


def test_pausing_a_pilot_is_not_its_end(study, person):
    studies.set_status(by=None, study=study, status=Status.PAUSED)
    assert Assessment.objects.filter(counted()).count() == 1
    assert studies.pilot_people(study) == 1
