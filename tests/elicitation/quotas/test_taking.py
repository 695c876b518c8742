"""If these fail, more people of a kind are taken in and paid than were wanted, or people are sent away for nothing."""

import threading
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from elicitation import finishing, quotas, way
from elicitation.models import IntakeAnswer, Participant, Quota, QuotaPlace, Study
from tests.factories import make_assessment, make_assignment, make_participant, make_prompt, make_study

pytestmark = pytest.mark.django_db


def make_quota(study, places, *, label=None, **conditions):
    position = study.quotas.count()
    return Quota.objects.create(
        study=study, label=label or f"Quota {position}", position=position, places=places, conditions=conditions
    )


def say(person, **answers):
    """Let a person have given these answers to the intake and no others."""
    person.intake_answers.all().delete()
    for key, value in answers.items():
        IntakeAnswer.objects.create(participant=person, key=key, state="answered", value=value, original=value)


def make_person(study, **answers):
    person = make_participant(study)
    say(person, **answers)
    return person


def take(person):
    quotas.take_places(participant=person, study=person.study)


def taken(*there):
    return [quota.taken.count() for quota in there]


# --- fitting ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("conditions", "answers", "is_fit"),
    [
        ({}, {}, True),
        ({"age": ["18-24", "25-34"]}, {"age": "25-34"}, True),
        ({"age": ["18-24", "25-34"]}, {"age": "65+"}, False),
        ({"age": ["18-24"], "gender": ["Female"]}, {"age": "18-24"}, False),
        ({"age": ["18-24"], "gender": ["Female"]}, {"age": "18-24", "gender": "Female"}, True),
        ({"country": ["Cote d\u2019Ivoire \uff21"]}, {"country": "Cote d\u2019Ivoire A"}, True),
    ],
)
def test_a_person_fits_who_gave_one_of_the_answers_to_each_question(conditions, answers, is_fit):
    assert quotas.fits(Quota(conditions=conditions), answers) is is_fit


questions = st.dictionaries(st.sampled_from("abc"), st.sampled_from("xyz"))


@given(questions, st.dictionaries(st.sampled_from("abc"), st.lists(st.sampled_from("xyz"), unique=True)))
def test_fitting_is_the_conjunction_of_its_conditions(answers, conditions):
    each = [quotas.fits(Quota(conditions={key: values}), answers) for key, values in conditions.items()]
    assert quotas.fits(Quota(conditions=conditions), answers) is all(each)


# --- taking -------------------------------------------------------------------------------------------


def test_a_person_takes_a_place_in_every_quota_they_fit_and_the_first_is_their_cell():
    study = make_study()
    women = make_quota(study, 2, gender=["Female"])
    young = make_quota(study, 2, age=["18-24"])
    old = make_quota(study, 2, age=["65+"])
    person = make_person(study, gender="Female", age="18-24")
    take(person)
    take(person)
    assert taken(women, young, old) == [1, 1, 0]
    assert Participant.objects.get().cell == women == quotas.cell_of(person)


def test_a_full_quota_sends_away_and_takes_no_place_in_another():
    study = make_study()
    everybody, women = make_quota(study, 5), make_quota(study, 1, gender=["Female"])
    take(make_person(study, gender="Female"))
    second = make_person(study, gender="Female")
    for _ in range(2):
        with pytest.raises(quotas.QuotaFull):
            take(second)
    assert taken(everybody, women) == [1, 1]
    assert Participant.objects.get(pk=second.pk).outcome == "quota_full"
    take(make_person(study, gender="Male"))
    assert taken(everybody, women) == [2, 1]


@pytest.mark.parametrize("admits_others", [True, False])
def test_who_fits_no_quota_takes_part_only_where_others_are_admitted(admits_others):
    study = make_study(admits_others=admits_others)
    women = make_quota(study, 1, gender=["Female"])
    person = make_person(study, gender="Male")
    if admits_others:
        take(person)
    else:
        with pytest.raises(quotas.ScreenedOut):
            take(person)
    assert Participant.objects.get().outcome == ("" if admits_others else "screened_out")
    assert taken(women) == [0]


def test_without_quotas_everybody_takes_part():
    person = make_person(make_study(admits_others=False))
    take(person)
    assert Participant.objects.get().outcome == ""


@pytest.mark.parametrize(("outcome", "left"), [("complete", 1), ("returned", 0), ("timed_out", 0), ("fault", 0)])
def test_a_place_is_kept_by_who_is_complete_and_freed_by_who_is_not(outcome, left):
    study = make_study()
    quota = make_quota(study, 1)
    person = make_person(study)
    take(person)
    finishing.end(participant=person, outcome=outcome)
    assert taken(quota) == [left]


# --- vanishing ----------------------------------------------------------------------------------------


def vanish(hours):
    QuotaPlace.objects.update(taken_at=timezone.now() - timedelta(hours=hours))


def test_a_place_of_who_has_vanished_goes_to_a_newcomer_and_who_comes_back_is_told():
    study = make_study(lease_minutes=60)
    make_prompt(study)
    quota = make_quota(study, 1)
    first, second = make_person(study), make_person(study)
    take(first)
    vanish(1.9)
    with pytest.raises(quotas.QuotaFull):
        take(make_person(study))
    vanish(2.1)
    take(second)
    assert list(quota.taken.values_list("participant", flat=True)) == [second.pk]
    assert way.come_next(participant=first).station is way.Station.ENDED
    assert Participant.objects.get(pk=first.pk).outcome == "quota_full"


def test_who_comes_back_before_anybody_wanted_their_place_has_it_for_longer():
    study = make_study(lease_minutes=60)
    make_prompt(study)
    make_quota(study, 1)
    person = make_person(study)
    take(person)
    vanish(50)
    assert way.come_next(participant=person).station is way.Station.TASK
    with pytest.raises(quotas.QuotaFull):
        take(make_person(study))


@pytest.mark.parametrize("begun", ["task", "answer"])
def test_who_has_begun_does_not_vanish(begun):
    study = make_study(lease_minutes=60)
    make_quota(study, 1)
    person = make_person(study)
    take(person)
    vanish(50)
    if begun == "task":
        make_assignment(person, make_prompt(study))
    else:
        make_assessment(make_prompt(study), person, world="A>B>C>D")
    with pytest.raises(quotas.QuotaFull):
        take(make_person(study))


# --- changing one's answers ---------------------------------------------------------------------------


def test_who_has_not_begun_is_seated_by_their_new_answers_or_sent_away():
    study = make_study()
    women, men = make_quota(study, 1, gender=["Female"]), make_quota(study, 1, gender=["Male"])
    person = make_person(study, gender="Female")
    take(person)
    say(person, gender="Male")
    take(person)
    assert taken(women, men) == [0, 1]
    assert Participant.objects.get().cell == men
    other = make_person(study, gender="Female")
    take(other)
    say(other, gender="Male")
    with pytest.raises(quotas.QuotaFull):
        take(other)
    assert taken(women, men) == [0, 1]


def test_who_has_begun_changes_over_where_there_is_a_place_and_else_keeps_the_old_one():
    study = make_study()
    women, men = make_quota(study, 1, gender=["Female"]), make_quota(study, 1, gender=["Male"])
    person, man = make_person(study, gender="Female"), make_person(study, gender="Male")
    take(person)
    take(man)
    make_assessment(make_prompt(study), person, world="A>B>C>D")
    say(person, gender="Male")
    take(person)
    assert taken(women, men) == [1, 1]
    finishing.end(participant=man, outcome="returned")
    take(person)
    assert taken(women, men) == [0, 1]


# --- at once ------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_with_many_at_once_there_is_never_one_too_many():
    study = make_study()
    women, young = make_quota(study, 3, gender=["Female"]), make_quota(study, 4, age=["18-24"])
    people = [
        make_person(study, gender="Female" if n % 3 else "Male", age="18-24" if n % 2 else "65+") for n in range(24)
    ]
    start, ends, failures = threading.Barrier(len(people)), [], []

    def come(person):
        start.wait()
        try:
            take(person)
            ends.append("in")
        except quotas.SentAway:
            ends.append("away")
        except Exception as error:  # noqa: BLE001 (whatever it is, the test must hear of it)
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=come, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert len(ends) == len(people)
    assert taken(women)[0] <= 3
    assert taken(young)[0] <= 4
    # Nobody was sent away while there was room: who is away fits a quota that is full.
    full = [quota for quota in (women, young) if quota.taken.count() == quota.places]
    away = Participant.objects.filter(outcome="quota_full")
    answers = {person.pk: dict(person.intake_answers.values_list("key", "value")) for person in away}
    assert all(any(quotas.fits(quota, given) for quota in full) for given in answers.values())
    assert Counter(ends)["away"] == len(away)
    assert Study.objects.get().participants.filter(quota_places__isnull=False, outcome="quota_full").count() == 0
