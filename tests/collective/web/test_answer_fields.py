"""What the answer components show and post."""

import pytest

from collective.web.answer_fields import board_responses, places


def test_letters_alone_are_enough():
    assert [(r.label, r.key, r.place) for r in board_responses(["A", "B"])] == [("A", "A", None), ("B", "B", None)]


def test_a_draft_puts_responses_back_into_their_places():
    rows = board_responses(["A", "B", "C"], {"A": "2", "B": 2})
    assert [r.place for r in rows] == [2, 2, None]


@pytest.mark.parametrize("value", ["", "0", "4", "x", None, "1.0"])
def test_a_value_that_is_no_place_of_the_board_counts_as_not_placed(value):
    assert board_responses(["A", "B", "C"], {"A": value})[0].place is None


def test_the_letter_shown_and_the_key_posted_may_differ():
    row = board_responses([{"label": "A", "key": "C", "text": "**Both** of you"}], {"C": 1})[0]
    assert (row.label, row.key, row.opening, row.place) == ("A", "C", "Both of you", 1)


def test_long_openings_are_cut():
    row = board_responses([{"label": "A", "text": "word " * 40}])[0]
    assert len(row.opening) <= 70
    assert row.opening.endswith("word…")


@pytest.mark.parametrize("count", [1, 7])
def test_a_board_ranks_two_to_six(count):
    with pytest.raises(ValueError, match="2 to 6"):
        places(count)


def test_places_have_names():
    assert [(p.number, str(p.ordinal), str(p.name)) for p in places(2)] == [
        (1, "1st", "1st place"),
        (2, "2nd", "2nd place"),
    ]
