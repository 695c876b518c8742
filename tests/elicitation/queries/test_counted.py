"""Every figure leaves out the same: surplus answers, people excluded, and what only tests people."""

import pytest

from elicitation.exclusion import exclude, readmit
from elicitation.models import AnswerState, Assessment, Block, Score, UnacceptableFlag
from elicitation.queries import opinions, progress
from elicitation.queries.counted import counted, counted_scores
from elicitation.queries.prompts import find_prompts
from spec_loop.agreement import excluded_rankers, load_rankings
from tests.factories import make_assessment, make_participant, make_prompt, make_study

pytestmark = pytest.mark.django_db


@pytest.fixture
def study():
    return make_study()


@pytest.fixture
def prompt(study):
    return make_prompt(study, criteria=1)


@pytest.fixture
def kept(prompt):
    """The one assessment that counts."""
    return given(prompt, make_participant(prompt.study, key="kept"), personal="A>B>C>D")


@pytest.fixture
def left_out(study, prompt, kept):
    """One assessment for every reason not to count: surplus, excluded, attention item, re-test."""
    given(prompt, make_participant(study, key="late"), personal="D>C>B>A", is_surplus=True)
    bad = make_participant(study, key="bad")
    given(prompt, bad, personal="D>C>B>A")
    exclude(by=None, participant=bad, reason="Clicked through.")
    attention = make_prompt(study, attention_best="B", criteria=1)
    again = make_prompt(study, retest_of=prompt, criteria=1)
    for special in (attention, again):
        given(special, kept.participant, personal="D>C>B>A")
    return bad


def given(prompt, person, **fields):
    made = make_assessment(
        prompt, person, unacceptable_state=AnswerState.ANSWERED, **{"justification": "Because."} | fields
    )
    UnacceptableFlag.objects.create(assessment=made, letter="C")
    Score.objects.create(
        participant=person,
        criterion=prompt.criteria.get(),
        assessment=made,
        state=AnswerState.ANSWERED,
        value=3 if person.key == "kept" else -9,
    )
    return made


def test_one_of_five_counts(study, kept, left_out):
    assert Assessment.objects.count() == 5
    assert list(Assessment.objects.filter(counted())) == [kept]
    assert [score.value for score in Score.objects.filter(counted_scores())] == [3]


def test_the_excluded_count_where_asked_for(kept, left_out):
    found = Assessment.objects.filter(counted(with_excluded=True)).values_list("participant__key", flat=True)
    assert sorted(found) == ["bad", "kept"]
    assert Score.objects.filter(counted_scores(with_excluded=True)).count() == 2


def test_who_was_taken_in_again_counts(kept, left_out):
    readmit(by=None, participant=left_out)
    assert Assessment.objects.filter(counted()).count() == 2


def test_who_counted_at_a_time_does_not_change_afterwards(study, kept, left_out):
    before = left_out.exclusions.get().excluded_at
    readmit(by=None, participant=left_out)
    assert Assessment.objects.filter(counted(as_of=before)).count() == 1
    lifted = left_out.exclusions.get().lifted_at
    assert Assessment.objects.filter(counted(as_of=lifted)).count() == 2
    exclude(by=None, participant=left_out, reason="Once more.")
    assert Assessment.objects.filter(counted(as_of=lifted)).count() == 2
    assert Assessment.objects.filter(counted()).count() == 1


def test_opinions_leave_them_out(prompt, kept, left_out):
    view = opinions.crowd_view(prompt, Block.PERSONAL)
    assert (view.people, view.not_asked, view.order) == (1, 0, "A>B>C>D")
    veto = opinions.vetoes(prompt)["C"]
    assert (veto.flags, veto.asked) == (1, 1)
    (criterion,) = opinions.criterion_views(prompt)
    assert (criterion.people, criterion.mean.estimate) == (1, 3.0)


def test_the_page_of_an_attention_item_shows_what_people_gave_there(study, kept, left_out):
    attention = study.prompts.exclude(attention_best="").get()
    assert opinions.crowd_view(attention, Block.PERSONAL).people == 1


def test_progress_leaves_them_out(study, prompt, kept, left_out):
    assert progress.figures(study).assessments == 1
    coverage = progress.coverage(study)
    assert ([row.pk for row in coverage.prompts], coverage.counts) == ([prompt.pk], [1])
    assert [count for _, count in progress.assessments_by_day(study)] == [1]
    assert progress.with_counts(type(study).objects.all()).get().assessment_count == 1
    assert {row.assessment_count for row in find_prompts(study)} == {1}


def test_agreement_leaves_them_out_and_can_take_the_excluded_in(study, prompt, kept, left_out):
    without = load_rankings(study, Block.PERSONAL)
    assert (len(without.rankings), [row.pk for row in without.prompts]) == (1, [prompt.pk])
    assert len(load_rankings(study, Block.PERSONAL, with_excluded=True).rankings) == 2
    assert excluded_rankers(study, Block.PERSONAL) == 1
