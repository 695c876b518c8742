"""If these fail, a response is stored in a place the person did not give it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elicitation.answers import AnswersRefused, Asked, canonical_order, read_answers
from elicitation.protocol import STEP_KEYS
from measures import rankings

sizes = st.integers(2, 6)


@st.composite
def boards(draw):
    """Return (order shown, place per shown letter or None)."""
    size = draw(sizes)
    shown = "".join(draw(st.permutations(rankings.LETTERS[:size])))
    places = draw(st.lists(st.none() | st.integers(1, size), min_size=size, max_size=size))
    return shown, places


@given(boards())
def test_shown_letters_become_the_prompts_own(board):
    shown_order, places = board
    asked = Asked(steps=["world"], shown_order=shown_order, criteria=())
    fields = {
        f"world_place_{letter}": [str(place)]
        for letter, place in zip(rankings.LETTERS, places, strict=False)
        if place is not None
    }
    if None in places:
        with pytest.raises(AnswersRefused) as refused:
            read_answers(fields, asked)
        assert list(refused.value.errors) == ["world"]
        return
    (ranking,) = read_answers(fields, asked).rankings
    place_of = dict(zip(shown_order, places, strict=True))
    assert ranking.order == rankings.format_ranking([place_of[letter] for letter in sorted(shown_order)])
    assert ranking.state == "answered"


@given(st.dictionaries(st.sampled_from("ABCDEF"), st.integers(1, 6), min_size=6, max_size=6))
def test_canonical_order_is_that_of_the_numerics(places):
    assert canonical_order(places) == rankings.format_ranking([places[letter] for letter in "ABCDEF"])


FIELDS = [
    "unacceptable",
    "unacceptable_none",
    "unacceptable_why",
    "personal_place_A",
    "personal_place_B",
    "personal_skip",
    "personal_why",
    "world_place_A",
    "world_skip",
    "importance",
    "representativeness",
    "subjectivity",
    "score_1",
    "own_criterion",
    "own_score",
]
values = st.sampled_from(["", "1", "2", "7", "A", "B", "-10", "+3", "11", "\0", "so it is"]) | st.text(max_size=5)


@given(st.sets(st.sampled_from(STEP_KEYS)), st.dictionaries(st.sampled_from(FIELDS), st.lists(values, max_size=2)))
def test_whatever_is_sent_is_read_or_refused_and_states_say_what_was_asked(steps, fields):
    try:
        answers = read_answers(fields, Asked(steps=steps, shown_order="BA", criteria=(1,)))
    except AnswersRefused as error:
        refused = error
    else:
        check_states(answers, steps)
        return
    assert refused.errors
    assert all(refused.errors.values())


def check_states(answers, steps):
    for scale in ("importance", "representativeness", "subjectivity"):
        state, level = answers.scales[scale]
        assert (state == "not_asked") == (scale not in steps)
        assert (level is not None) == (state == "answered")
    assert (answers.unacceptable_state == "not_asked") == ("unacceptable" not in steps)
    assert [ranking.block for ranking in answers.rankings] == [key for key in ("personal", "world") if key in steps]
    assert list(answers.scores) == ([1] if "criteria" in steps else [])
    assert "\0" not in answers.own_criterion + "".join(ranking.justification for ranking in answers.rankings)


def test_a_partly_filled_board_is_told_what_is_missing():
    asked = Asked(steps=["world"], shown_order="DCBA", criteria=())
    with pytest.raises(AnswersRefused) as refused:
        read_answers({"world_place_A": ["1"], "world_place_C": ["2"]}, asked)
    assert refused.value.errors["world"].startswith("Responses B, D have no place yet.")


def test_errors_come_in_the_order_of_the_page():
    asked = Asked(steps=STEP_KEYS, shown_order="AB", criteria=(1,))
    with pytest.raises(AnswersRefused) as refused:
        read_answers({"own_score": ["3"], "score_1": ["x"], "importance": ["9"]}, asked)
    assert list(refused.value.errors) == ["personal", "world", "importance", "score_1", "own_criterion"]
