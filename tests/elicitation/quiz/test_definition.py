"""What a quiz may be. If these fail, people stand before a question that cannot be answered, or is never right."""

import copy

import pytest
from django.utils.translation import gettext as _

from elicitation import quiz


def changed(change):
    definition = copy.deepcopy(quiz.default_quiz())
    change(definition)
    return definition


def test_the_default_quiz_is_sound_and_asks_of_each_kind_twice():
    definition = quiz.default_quiz()
    assert quiz.check_quiz(definition) == []
    kinds = [item["kind"] for item in definition["items"]]
    assert {kind: kinds.count(kind) for kind in kinds} == dict.fromkeys(
        ("objectivity", "specificity", "wording", "weight"), 2
    )


def test_the_right_answer_is_not_always_in_the_same_place():
    places = [
        [option["key"] for option in item["options"]].index(item["right"]) for item in quiz.default_quiz()["items"]
    ]
    assert len(set(places)) > 1


def test_every_text_of_the_default_quiz_can_be_translated():
    # gettext of an empty text would be the catalogue's head
    for item in quiz.default_quiz()["items"]:
        for text in [item["question"], *(o[part] for o in item["options"] for part in ("text", "feedback"))]:
            assert _(text) == text


def test_no_quiz_is_fine():
    assert quiz.check_quiz({}) == quiz.check_quiz(None) == []


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda q: q.update(items=[]), "A quiz has 1 to 50 questions."),
        (lambda q: q.update(items="none"), "A quiz has 1 to 50 questions."),
        (
            lambda q: q.update(pass_mark=0),
            "The pass mark is a share of the questions: more than none, at most all of them.",
        ),
        (
            lambda q: q.update(pass_mark=75),
            "The pass mark is a share of the questions: more than none, at most all of them.",
        ),
        (
            lambda q: q.update(pass_mark=True),
            "The pass mark is a share of the questions: more than none, at most all of them.",
        ),
        (lambda q: q.update(attempts=0), "People get 1 to 10 attempts at the quiz."),
        (lambda q: q.update(attempts=1.5), "People get 1 to 10 attempts at the quiz."),
        (lambda q: q["items"][1].update(key=""), "Question 2 of the quiz needs a key and a kind."),
        (lambda q: q["items"][1].update(kind="colour"), "Question 2 of the quiz needs a key and a kind."),
        (lambda q: q["items"].append(q["items"][0]), "Two questions of the quiz have the same key."),
        (
            lambda q: q["items"][0].update(question=" "),
            "Question 1 of the quiz needs a text of at most 1000 characters.",
        ),
        (
            lambda q: q["items"][0].update(options=q["items"][0]["options"][:1]),
            "Question 1 of the quiz needs 2 to 10 answers to choose from.",
        ),
        (
            lambda q: q["items"][2]["options"][0].update(feedback=""),
            "Every answer of question 3 needs a text, and feedback that says why it is right or wrong.",
        ),
        (
            lambda q: q["items"][0]["options"][1].update(key="objective"),
            "Two answers of question 1 have the same key.",
        ),
        (lambda q: q["items"][0].update(right="both"), "Question 1 needs to say which answer is right."),
    ],
)
def test_what_is_wrong_is_said(change, sentence):
    assert quiz.check_quiz(changed(change)) == [sentence]


@pytest.mark.parametrize("nonsense", ["quiz", 7, [1], {"items": 3}, {"items": [3], "pass_mark": [], "attempts": None}])
def test_nonsense_is_refused_without_an_error(nonsense):
    assert quiz.check_quiz(nonsense)


@pytest.mark.parametrize(("mark", "items", "right"), [(0.75, 8, 6), (0.7, 10, 7), (1, 3, 3), (0.01, 3, 1), (0.7, 8, 6)])
def test_the_pass_mark_is_rounded_up_to_whole_questions(mark, items, right):
    assert quiz.needed({"pass_mark": mark, "items": [{}] * items}) == right
