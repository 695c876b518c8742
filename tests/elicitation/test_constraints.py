"""If these fail, the database would take rankings and scores that cannot be."""

import pytest
from django.db import IntegrityError, transaction

from elicitation.models import AnswerState, Assessment, Block, Ranking, Score
from tests.factories import make_assessment, make_participant, make_prompt, make_study

pytestmark = pytest.mark.django_db


@pytest.fixture
def assessment():
    study = make_study()
    return make_assessment(make_prompt(study, criteria=1), make_participant(study))


def add_ranking(assessment, order, *, candidates=4, state=AnswerState.ANSWERED):
    with transaction.atomic():
        return Ranking.objects.create(
            assessment=assessment, block=Block.WORLD, order=order, candidates=candidates, state=state
        )


@pytest.mark.parametrize("order", ["A>B=D>C", "A=B=C=D", "D>C>B>A"])
def test_canonical_rankings_are_stored(assessment, order):
    assert add_ranking(assessment, order).order == order


@pytest.mark.parametrize(
    ("order", "candidates"),
    [
        ("A>B>C", 4),  # a letter is missing
        ("A>B>C>E", 4),  # a letter the prompt does not have
        ("A>B>B>C", 4),  # a letter twice
        ("A>D=B>C", 4),  # a tie out of letter order
        ("A>C=D=B", 4),
        ("A>>B>C>D", 4),
        ("ABCD", 4),
        ("a>b>c>d", 4),
        ("A>B>C>D", 3),
    ],
)
def test_other_rankings_are_refused(assessment, order, candidates):
    with pytest.raises(IntegrityError):
        add_ranking(assessment, order, candidates=candidates)


def test_an_answered_ranking_has_an_order_and_a_skipped_one_has_none(assessment):
    with pytest.raises(IntegrityError):
        add_ranking(assessment, "")
    with pytest.raises(IntegrityError):
        add_ranking(assessment, "A>B>C>D", state=AnswerState.SKIPPED)
    assert add_ranking(assessment, "", state=AnswerState.SKIPPED).pk


def test_a_person_assesses_a_prompt_once(assessment):
    with pytest.raises(IntegrityError):
        make_assessment(assessment.prompt, assessment.participant)


@pytest.mark.parametrize("value", [-11, 11])
def test_scores_stay_within_their_range(assessment, value):
    criterion = assessment.prompt.criteria.get()
    with pytest.raises(IntegrityError):
        Score.objects.create(
            participant=assessment.participant, criterion=criterion, value=value, state=AnswerState.ANSWERED
        )


@pytest.mark.parametrize(
    ("state", "value"), [(AnswerState.ANSWERED, None), (AnswerState.SKIPPED, 2), (AnswerState.NOT_ASKED, 2)]
)
def test_a_scale_has_a_value_exactly_when_answered(assessment, state, value):
    with pytest.raises(IntegrityError):
        Assessment.objects.filter(pk=assessment.pk).update(importance_state=state, importance=value)
