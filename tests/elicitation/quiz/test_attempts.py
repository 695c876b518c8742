"""Attempts at the quiz. If these fail, somebody is sent away who passed, or let in who did not."""

import threading

import pytest
from django.db import connection

from elicitation import quiz
from elicitation.models import Participant, QuizAttempt
from tests.factories import make_participant, make_study

pytestmark = pytest.mark.django_db


def answers(right=8):
    """Answer the first `right` items rightly, the others wrongly."""
    given = {}
    for number, item in enumerate(quiz.default_quiz()["items"]):
        wrong = next(option["key"] for option in item["options"] if option["key"] != item["right"])
        given[item["key"]] = item["right"] if number < right else wrong
    return given


def make_study_with_quiz(**fields):
    study = make_study()
    study.protocols.update(quiz=quiz.default_quiz() | fields)
    return study


@pytest.fixture
def person():
    return make_participant(make_study_with_quiz())


def test_it_works(person):
    assert quiz.is_due(person)
    made = quiz.attempt(participant=person, answers=answers(6))
    assert (made.number, made.right, made.passed) == (1, 6, True)
    person.refresh_from_db()
    assert person.quiz_passed_at is not None
    assert person.outcome == ""
    assert not quiz.is_due(person)


def test_a_study_without_a_quiz_asks_none():
    person = make_participant(make_study())
    assert not quiz.is_due(person)
    with pytest.raises(quiz.QuizNotDue):
        quiz.attempt(participant=person, answers=answers())


def test_failing_leaves_further_attempts_and_the_last_one_ends_the_way(person):
    for left in (2, 1):
        assert not quiz.attempt(participant=person, answers=answers(5)).passed
        assert quiz.attempts_left(person) == left
        assert quiz.is_due(Participant.objects.get())
    quiz.attempt(participant=person, answers=answers(5))
    person = Participant.objects.get()
    assert person.outcome == Participant.Outcome.FAILED_CHECKS
    assert not quiz.is_due(person)
    with pytest.raises(quiz.QuizNotDue):
        quiz.attempt(participant=person, answers=answers())


def test_an_attempt_sent_again_is_the_stored_one(person):
    first = quiz.attempt(participant=person, answers=answers(2), number=1)
    again = quiz.attempt(participant=person, answers=answers(8), number=1)
    assert (again.pk, again.right) == (first.pk, 2)
    assert QuizAttempt.objects.count() == 1


def test_even_the_last_one_may_be_sent_again():
    person = make_participant(make_study_with_quiz(attempts=1))
    made = quiz.attempt(participant=person, answers=answers(0), number=1)
    assert quiz.attempt(participant=person, answers=answers(8), number=1).pk == made.pk


def test_an_open_question_costs_no_attempt(person):
    given = answers()
    del given["weight-sign"]
    given["weight-size"] = "plenty"
    with pytest.raises(quiz.QuizRefused) as refused:
        quiz.attempt(participant=person, answers=given)
    assert list(refused.value.errors) == ["weight-sign", "weight-size"]
    assert quiz.attempts_left(person) == 3


def test_a_person_is_asked_the_quiz_of_their_own_version():
    study = make_study_with_quiz()
    person = make_participant(study, protocol=study.protocols.get())
    study.protocols.create(number=2, steps=[], published_at=person.consented_at)
    assert quiz.is_due(person)
    assert not quiz.is_due(make_participant(study))


def test_each_answer_says_why(person):
    made = quiz.attempt(participant=person, answers=answers(7))
    found = quiz.results(quiz.default_quiz(), made)
    assert [result.right for result in found.values()] == [True] * 7 + [False]
    assert found["weight-size"].feedback.startswith("+10 is for what decides")


@pytest.mark.django_db(transaction=True)
def test_two_tabs_at_once_make_one_attempt():
    person = make_participant(make_study_with_quiz())
    together = threading.Barrier(2)

    def send():
        together.wait()
        quiz.attempt(participant=Participant.objects.get(pk=person.pk), answers=answers(3), number=1)
        connection.close()

    tabs = [threading.Thread(target=send) for _ in range(2)]
    for tab in tabs:
        tab.start()
    for tab in tabs:
        tab.join()
    assert QuizAttempt.objects.count() == 1
