"""A reason is judged by its own words; a verdict comes with words that are really there."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llm.offline import answer
from llm.offline.dimensions import dimensions, index_of
from llm.questions import JudgeQuestion


def verdict(dimension: str, direction: str, reason: str):
    one = dimensions()[index_of(dimension)]
    question = JudgeQuestion(
        intent=getattr(one, f"{direction}_intent"),
        before="",
        after=f"The assistant should {getattr(one, direction)}.",
        messages=(),
        ranking="A>B",
        justification=reason,
    )
    return answer(question)


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        ("I hated being lectured about my duties.", "supports"),
        ("B is so preachy.", "supports"),
        ("A does not judge me.", "supports"),
        ("I like that it doesn't moralise and gives me tips.", "supports"),
        ("The worst one makes me feel guilty.", "supports"),
        ("I like it when an answer speaks of our responsibility.", "refutes"),
        ("The last one says nothing about right and wrong.", "refutes"),
        ("It is well written.", "does_not_comment"),
        ("", "does_not_comment"),
    ],
)
def test_reasons_about_moralising(reason: str, expected: str):
    assert verdict("moralises", "less", reason).verdict == expected


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        ("C was one-sided.", "supports"),
        ("I prefer answers that show both sides.", "supports"),
        ("The last one gives only one side.", "supports"),
        ("I do not want to hear different opinions.", "refutes"),
    ],
)
def test_reasons_about_perspectives(reason: str, expected: str):
    assert verdict("perspectives", "more", reason).verdict == expected


def test_the_quote_is_the_sentence_that_shows_it():
    reason = "Short and friendly. I prefer the one that shows both sides! The rest is fine."
    assert verdict("perspectives", "more", reason).quote == "I prefer the one that shows both sides!"


def test_an_edit_whose_aim_cannot_be_read_gets_no_comment():
    question = JudgeQuestion(
        intent="Make it nicer.", before="x", after="y", messages=(), ranking="A>B", justification="It is preachy."
    )
    assert answer(question).verdict == "does_not_comment"


@given(intent=st.text(max_size=100), reason=st.text(max_size=300))
def test_any_texts_are_judged_validly(intent: str, reason: str):
    question = JudgeQuestion(
        intent=f"{intent} Do not moralise.", before="", after="", messages=(), ranking="", justification=reason
    )
    question.check(answer(question))
    question = question.model_copy(update={"justification": f"{reason} preachy {reason}"})
    question.check(answer(question))
