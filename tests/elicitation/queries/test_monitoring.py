"""How a study runs, as its rows say."""

from datetime import timedelta

import pytest
from django.utils import timezone

from elicitation.exclusion import exclude
from elicitation.models import Participant, Quota, QuotaPlace, Study
from elicitation.queries.monitoring import watch
from tests.factories import make_assessment, make_assignment, make_participant, make_prompt, make_study

pytestmark = pytest.mark.django_db
Outcome = Participant.Outcome


@pytest.fixture
def study():
    return make_study(overlap_target=2, tasks_per_person=2)


@pytest.fixture
def prompts(study):
    return [make_prompt(study), make_prompt(study)]


def ended(study, outcome, **fields):
    return make_participant(study, outcome=outcome, outcome_at=timezone.now(), **fields)


def test_an_empty_study():
    seen = watch(make_study(tasks_per_person=1))
    assert (seen.outcomes.came, seen.outcomes.complete, seen.last_answer, seen.pay) == (0, 0, None, None)
    assert [(stage.name, stage.reached) for stage in seen.stages] == [
        ("came", 0),
        ("consented", 0),
        ("survey", 0),
        ("task", 0),
        ("finished", 0),
    ]
    assert seen.outlook.state == "not-yet"


def test_people_stand_where_their_rows_say(study, prompts):
    long_ago = timezone.now() - timedelta(hours=5)
    make_participant(study, consented_at=None, intake_at=None)
    vanished = make_participant(study, consented_at=long_ago, intake_at=None)
    Participant.objects.filter(pk=vanished.pk).update(created_at=long_ago)
    ended(study, Outcome.QUOTA_FULL)
    one_task = make_participant(study)
    make_assessment(prompts[0], one_task, world="A>B>C>D")
    done = ended(study, Outcome.COMPLETE, finished_at=timezone.now())
    for prompt in prompts:
        make_assessment(prompt, done, world="A>B>C>D")
    seen = watch(study)
    assert [(stage.name, stage.reached, stage.under_way, stage.ended, stage.gone) for stage in seen.stages] == [
        ("came", 5, 1, 0, 0),
        ("consented", 4, 0, 0, 1),
        ("survey", 3, 0, 1, 0),
        ("task", 2, 1, 0, 0),
        ("task", 1, 0, 0, 0),
        ("finished", 1, 0, 0, 0),
    ]
    assert (seen.outcomes.came, seen.outcomes.consented, seen.outcomes.under_way, seen.outcomes.gone) == (5, 4, 2, 1)
    assert {value: n for value, _, n in seen.outcomes.by_outcome} == {Outcome.COMPLETE: 1, Outcome.QUOTA_FULL: 1}


def test_who_has_a_task_given_lately_is_not_gone(study, prompts):
    person = make_participant(study, consented_at=timezone.now() - timedelta(hours=5), intake_at=None)
    Participant.objects.update(created_at=timezone.now() - timedelta(hours=5))
    assert watch(study).outcomes.gone == 1
    make_assignment(person, prompts[0])
    seen = watch(study)
    assert (seen.outcomes.gone, seen.outcomes.under_way, seen.open_tasks) == (0, 1, 1)


def test_median_times_pass_over_what_is_no_time(study, prompts):
    for seconds in (10, 20, 60):
        make_assessment(
            prompts[0],
            make_participant(study),
            world="A>B>C>D",
            step_seconds={"world": seconds, "criteria": seconds / 2, "odd": "soon"},
        )
    times = watch(study).times
    assert (times.assessments, times.task, list(times.steps)) == (3, 30.0, [("world", 20.0), ("criteria", 10.0)])


def test_quotas_pay_and_exclusions(study, prompts):
    Study.objects.filter(pk=study.pk).update(pay_per_task="1.50", currency="EUR")
    study.refresh_from_db()
    person = make_participant(study)
    make_assessment(prompts[0], person, world="A>B>C>D")
    quota = Quota.objects.create(study=study, label="All", position=0, places=3)
    QuotaPlace.objects.create(quota=quota, participant=person)
    exclude(by=None, participant=person, reason="x")
    seen = watch(study)
    assert [(level.filled, level.places) for level in seen.quotas] == [(1, 3)]
    assert seen.pay is not None
    assert float(seen.pay.under_way) == 1.5
    assert (seen.excluded, seen.coverage.counts) == (1, [0, 0])


def test_an_outlook_needs_something_to_go_by(study, prompts):
    assert watch(study).outlook.state == "not-yet"
    for hours in range(10):
        person = make_participant(study)
        for prompt in prompts:
            make_assessment(
                prompt, person, world="A>B>C>D", submitted_at=timezone.now() - timedelta(hours=hours, minutes=1)
            )
    assert watch(study).outlook.state == "full"
    Study.objects.filter(pk=study.pk).update(overlap_target=20)
    study.refresh_from_db()
    outlook = watch(study).outlook
    assert (outlook.state, outlook.remaining, outlook.people, outlook.assessments) == ("known", 20, 10, 20)
    assert outlook.hours.estimate == pytest.approx(9.0, abs=0.1)
    assert outlook.earliest is not None
    assert outlook.latest is not None
    assert outlook.now < outlook.earliest < outlook.latest
    Study.objects.filter(pk=study.pk).update(status=Study.Status.PAUSED)
    study.refresh_from_db()
    assert watch(study).outlook.state == "stopped"


def test_it_takes_a_handful_of_queries_however_many_people(study, prompts, django_assert_max_num_queries):
    for _ in range(30):
        make_assessment(prompts[0], make_participant(study), world="A>B>C>D")
    with django_assert_max_num_queries(12):
        watch(study)
