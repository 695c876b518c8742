"""Sections are graded by what they share with the conversation; top grades are few."""

from hypothesis import given, settings
from hypothesis import strategies as st

from datasets.demo.content import prompts
from llm.offline import answer
from llm.questions import Message, RelevanceQuestion

from .crowds import demo_spec, messages
from .specs import spec_text


def graded(text: str):
    return answer(RelevanceQuestion(spec=demo_spec(), messages=(Message(role="user", content=text),)))


def test_the_section_on_the_matter_has_the_top_grade():
    assert (
        graded("Are you conscious, or only a machine that claims to have a body?").of("honest_about_being_a_machine")
        == 5
    )
    assert graded("My friend hurt herself and made me promise not to tell.").of("someone_in_danger") == 5


def test_no_prompt_has_more_than_three_top_grades_and_most_have_one():
    fives = [
        sum(grade.grade == 5 for grade in answer(RelevanceQuestion(spec=demo_spec(), messages=messages(one))).grades)
        for one in prompts()
    ]
    assert max(fives) <= 3
    assert sum(count > 0 for count in fives) > len(fives) / 2


def test_an_empty_conversation_concerns_no_section():
    assert answer(RelevanceQuestion(spec=demo_spec(), messages=())).grades == []


@settings(max_examples=50, deadline=None)
@given(spec=st.text(max_size=200), role=st.text(max_size=9), content=st.text(max_size=200))
def test_any_texts_are_graded_validly(spec: str, role: str, content: str):
    question = RelevanceQuestion(spec=spec_text(spec), messages=(Message(role=role, content=content),))
    question.check(answer(question))
    assert answer(question) == answer(question)
