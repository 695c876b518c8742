"""If these fail, a prompt's page says something else than people said."""

import pytest

from elicitation.models import AnswerState, Block, Score, UnacceptableFlag
from elicitation.queries import opinions
from tests.factories import make_assessment, make_participant, make_prompt, make_study

pytestmark = pytest.mark.django_db

CROWD = ["A>B=D>C", "B>A>C>D", "A>B>C=D", "D>A=B>C", "A=B>C>D"]
"""The worked example of the measures' reference."""


@pytest.fixture
def prompt():
    return make_prompt(make_study(), criteria=1)


def test_the_worked_example(prompt):
    for order in CROWD:
        make_assessment(prompt, make_participant(prompt.study), personal=order)
    view = opinions.crowd_view(prompt, Block.PERSONAL)
    assert (view.people, view.order) == (5, "A>B>D>C")
    assert [s.utility.estimate for s in view.standings] == pytest.approx([4 / 5, 7 / 10, 1 / 6, 1 / 3])
    assert view.standings[0].places == (3, 2, 0, 0)
    assert view.standings[0].first == 0.6
    assert view.attainable.estimate == pytest.approx(61 / 75)
    assert view.person_to_person.estimate == pytest.approx(41 / 60)


def test_intervals_hold_their_estimates(prompt):
    for order in CROWD:
        make_assessment(prompt, make_participant(prompt.study), world=order)
    for standing in opinions.crowd_view(prompt, Block.WORLD).standings:
        low, estimate, high = standing.utility.low, standing.utility.estimate, standing.utility.high
        assert low is not None
        assert estimate is not None
        assert high is not None
        assert low <= estimate <= high


def test_skipped_and_not_asked_are_counted_apart(prompt):
    for personal in ("A>B>C>D", "", None, None):
        make_assessment(prompt, make_participant(prompt.study), personal=personal)
    view = opinions.crowd_view(prompt, Block.PERSONAL)
    assert (view.people, view.skipped, view.not_asked) == (1, 1, 2)


def test_one_person_agrees_with_nobody_and_has_no_interval(prompt):
    make_assessment(prompt, make_participant(prompt.study), personal="A>B>C>D")
    view = opinions.crowd_view(prompt, Block.PERSONAL)
    assert view.person_to_person.estimate is None
    assert (view.standings[0].utility.estimate, view.standings[0].utility.low) == (1, None)


def test_without_rankings_there_is_no_order(prompt):
    view = opinions.crowd_view(prompt, Block.WORLD)
    assert (view.people, view.order, view.standings, view.common) == (0, "", [], [])


def test_the_most_given_rankings_come_first(prompt):
    for order in ("A>B>C>D", "D>C>B>A", "A>B>C>D"):
        make_assessment(prompt, make_participant(prompt.study), personal=order)
    assert opinions.crowd_view(prompt, Block.PERSONAL).common == [("A>B>C>D", 2), ("D>C>B>A", 1)]


def test_flags_are_a_share_of_those_asked(prompt):
    for state, letters in (("answered", "D"), ("answered", ""), ("skipped", ""), ("not_asked", "")):
        assessment = make_assessment(prompt, make_participant(prompt.study), unacceptable_state=AnswerState(state))
        for letter in letters:
            UnacceptableFlag.objects.create(assessment=assessment, letter=letter)
    vetoes = opinions.vetoes(prompt)
    assert (vetoes["D"].share, vetoes["A"].share) == (0.5, 0)
    assert opinions.vetoes(make_prompt(prompt.study))["A"].share is None


@pytest.mark.parametrize(
    ("values", "divides"), [([9, 9, 9, -9], True), ([9, 9, 9, 9, -9], False), ([9, -9], False), ([0, 0, 0, 0], False)]
)
def test_a_criterion_divides_where_both_sides_are_held(prompt, values, divides):
    score(prompt, values)
    (view,) = opinions.criterion_views(prompt)
    assert view.divides is divides


def test_scores_keep_their_number_mean_and_spread(prompt):
    score(prompt, [10, 4, -5, 0, None])
    (view,) = opinions.criterion_views(prompt)
    assert (view.people, view.skipped, view.mean.estimate) == (4, 1, 2.25)
    assert (view.against, view.indifferent, view.in_favour) == (1, 1, 2)
    assert view.deviation == pytest.approx(6.3443, abs=1e-4)


def score(prompt, values):
    for value in values:
        Score.objects.create(
            participant=make_participant(prompt.study),
            criterion=prompt.criteria.get(),
            state=AnswerState.SKIPPED if value is None else AnswerState.ANSWERED,
            value=value,
        )
