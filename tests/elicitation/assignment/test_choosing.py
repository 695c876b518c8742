"""If these fail, coverage grows unevenly, or people miss what shows whether they read and how steady they are."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elicitation.assignment.choosing import Candidate, Progress, choose
from elicitation.models import Study

STUDY = Study(seed=3, overlap_target=5)


def prompt(pk, **fields):
    return Candidate(
        **{
            "pk": pk,
            "key": f"prompt {pk}",
            "size": 4,
            "is_anchor": False,
            "is_attention": False,
            "repeats": None,
            "coverage": 0,
            "coverage_in_cell": 0,
            "disagreement": None,
            "begun": False,
        }
        | fields
    )


def progress(**fields):
    start: dict[str, Any] = {
        "key": "somebody",
        "cell": "",
        "done": 0,
        "span": 10,
        "answered": frozenset(),
        "last": None,
    }
    return Progress(**start | fields)


def chosen(*arguments):
    """Choose where there is something to choose."""
    found = choose(*arguments)
    assert found is not None
    return found


def walk(prompts, *, key="somebody", span=10, study=STUDY):
    """Give a person one prompt after the other; return their keys in order."""
    given: list[int] = []
    state = progress(key=key, span=span)
    while len(given) < span and (found := choose([p for p in prompts if p.pk not in given], state, study)):
        given.append(found[0].pk)
        state = replace(state, done=len(given), answered=frozenset(given), last=given[-1])
    return given


# --- coverage -----------------------------------------------------------------------------------------


def test_least_covered_in_the_cell_comes_before_least_covered_of_all():
    few_here, few_of_all = prompt(1, coverage=4, coverage_in_cell=0), prompt(2, coverage=1, coverage_in_cell=1)
    found, reason = chosen([few_here, few_of_all], progress(cell="Women"), STUDY)
    assert found is few_here
    assert (reason["cell"], reason["coverage_in_cell"], reason["coverage"]) == ("Women", 0, 4)


def test_within_equal_cells_least_covered_of_all_comes_first():
    one, other = prompt(1, coverage=3, coverage_in_cell=1), prompt(2, coverage=2, coverage_in_cell=1)
    assert chosen([one, other], progress(cell="Women"), STUDY)[0] is other


def test_a_full_prompt_is_not_given_even_where_the_cell_has_none():
    assert choose([prompt(1, coverage=5, coverage_in_cell=0)], progress(), STUDY) is None
    assert choose([prompt(1, coverage=5, begun=True)], progress(), STUDY) is None


def test_the_divided_come_first_only_where_the_study_wants_it_and_only_among_equals():
    agreed, divided = prompt(1, disagreement=0.01), prompt(2, disagreement=0.03)
    behind = prompt(3, coverage=1, disagreement=0.08)
    boosted = Study(seed=3, overlap_target=5, boost_disagreement=True)
    found, reason = chosen([agreed, divided, behind], progress(), boosted)
    assert (found, reason["disagreement"]) == (divided, 0.03)
    assert chosen([agreed, divided, prompt(4)], progress(), boosted)[0].pk == 4  # of which nothing is known
    found, reason = chosen([agreed, divided, behind], progress(), STUDY)
    assert (reason["tied"], "disagreement" in reason) == (2, False)


coverages = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=1, max_size=8)


@given(coverages, st.integers(0, 50))
def test_what_is_given_has_room_and_nobody_before_it(pairs, seed):
    prompts = [prompt(n, coverage=max(pair), coverage_in_cell=min(pair)) for n, pair in enumerate(pairs)]
    found = choose(prompts, progress(), Study(seed=seed, overlap_target=5))
    open_ones = [one for one in prompts if one.coverage < 5]
    if found is None:
        assert open_ones == []
    else:
        chosen, reason = found
        rank = (chosen.coverage_in_cell, chosen.coverage)
        assert rank == min((one.coverage_in_cell, one.coverage) for one in open_ones)
        assert reason["tied"] == sum((one.coverage_in_cell, one.coverage) == rank for one in open_ones)


# --- attention items and re-tests ---------------------------------------------------------------------

ORDINARY = [prompt(n) for n in range(1, 20)]
ANCHOR, RETEST = prompt(50, is_anchor=True), prompt(51, repeats=50)
ATTENTION = prompt(60, is_attention=True)


def test_everybody_gets_the_attention_item_in_the_middle_at_a_place_of_their_own():
    places = {walk([*ORDINARY, ATTENTION], key=f"p-{n}").index(60) for n in range(60)}
    assert places == {3, 4, 5, 6, 7}


def test_everybody_gets_the_retest_near_the_end():
    places = {walk([*ORDINARY, ANCHOR, RETEST], key=f"p-{n}").index(51) for n in range(60)}
    assert places == {7, 8, 9}


@given(
    span=st.integers(1, 12),
    anchors=st.integers(0, 4),
    retests=st.integers(0, 4),
    attention=st.integers(0, 3),
    key=st.text("abc", min_size=1, max_size=4),
)
def test_nobody_gets_a_retest_without_its_anchor_or_right_after_it_and_nothing_twice(
    span, anchors, retests, attention, key
):
    prompts = [
        *ORDINARY[:6],
        *(prompt(100 + n, is_anchor=True) for n in range(anchors)),
        *(prompt(200 + n, repeats=100 + n) for n in range(retests)),
        *(prompt(300 + n, is_attention=True) for n in range(attention)),
    ]
    given_ones = walk(prompts, key=key, span=span)
    assert len(given_ones) == len(set(given_ones)) <= span
    for place, pk in enumerate(given_ones):
        if 200 <= pk < 300:
            assert pk - 100 in given_ones[: max(place - 1, 0)]
        if pk >= 200:
            assert place > 0


@given(span=st.integers(8, 20), key=st.text("abc", min_size=1, max_size=4))
def test_with_enough_tasks_everybody_gets_all_of_them(span, key):
    prompts = [*ORDINARY, ANCHOR, RETEST, ATTENTION, prompt(61, is_attention=True)]
    assert {50, 51, 60, 61} <= set(walk(prompts, key=key, span=span))


def test_what_everybody_gets_does_not_keep_a_newcomer_where_all_is_covered():
    assert choose([prompt(1, coverage=5), ATTENTION], progress(), STUDY) is None


def test_a_retest_left_over_waits_for_another_answer_in_between():
    after_anchor = progress(done=1, span=2, answered=frozenset({50}), last=50)
    assert choose([RETEST], after_anchor, STUDY) is None


@pytest.mark.parametrize(
    ("candidate", "rule"),
    [
        (prompt(1, begun=True), "begun before"),
        (ATTENTION, "attention"),
        (RETEST, "retest"),
        (ANCHOR, "anchor"),
        (prompt(1), "least covered"),
    ],
)
def test_the_reason_names_the_rule(candidate, rule):
    state = progress(done=9, answered=frozenset({50}), last=1)
    assert chosen([candidate], state, STUDY)[1]["rule"] == rule
