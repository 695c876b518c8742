"""What counts as a quotation, and how it is cut."""

import pytest

from llm.quoting import WITHDRAWN, Quotations

SAID = "I would rather hear that nobody knows than be told a soothing lie."


def test_a_passage_is_found_whatever_stands_around_it():
    quotations = Quotations([SAID])
    text = 'One person wrote: "Rather hear that nobody knows, than be told!" Others disagreed.'
    assert quotations.cut(text) == f'One person wrote: "{WITHDRAWN}!" Others disagreed.'


def test_words_in_common_are_no_quotation():
    text = "People would rather hear the truth than a soothing lie."
    assert Quotations([SAID]).cut(text) == text


@pytest.mark.parametrize(
    ("said", "text", "left"),
    [
        (
            "Honest above all things.",
            "They want: honest above all things. So be it.",
            f"They want: {WITHDRAWN}. So be it.",
        ),
        ("It is honest.", "It is honest.", "It is honest."),
        ("Be kind.", "Be kind.", "Be kind."),
        (
            "誠実であることが何よりも大切です",
            "ある人は「誠実であることが何よりも大切です」と書いた",
            f"ある人は「{WITHDRAWN}」と書いた",
        ),
    ],
)
def test_a_short_text_counts_only_as_a_whole_and_not_when_it_is_anybodys(said, text, left):
    assert Quotations([said]).cut(text) == left


def test_json_keeps_its_shape():
    value = {"edits": [{"intent": SAID, "number": 3, "note": None}], SAID: True}
    assert Quotations([SAID]).cut(value) == {
        "edits": [{"intent": WITHDRAWN + ".", "number": 3, "note": None}],
        WITHDRAWN + ".": True,
    }


def test_names_are_cut_to_the_letter_and_short_ones_only_where_they_stand_alone():
    quotations = Quotations([], names=["p-0123456789", "17"])
    assert quotations.cut(["p-0123456789", "of p-0123456789", "17", "1789"]) == [
        WITHDRAWN,
        f"of {WITHDRAWN}",
        WITHDRAWN,
        "1789",
    ]


def test_nothing_to_find_is_false():
    assert not Quotations(["", "Yes."], names=[""])
    assert Quotations([SAID])
