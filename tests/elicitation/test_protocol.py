"""If these fail, people are asked the wrong questions, or their answers no longer fit the files and the demo."""

import pytest

from datasets.ca1.annotators import DEMOGRAPHICS
from datasets.ca1.labels import SCALES
from datasets.demo import people, planted
from elicitation import protocol


def test_the_long_form_asks_everything_in_the_published_order():
    assert [step.key for step in protocol.steps_asked(protocol.default_steps(), "long")] == [
        "unacceptable",
        "personal",
        "world",
        "importance",
        "representativeness",
        "subjectivity",
        "criteria",
        "own_criterion",
    ]


def test_the_short_form_leaves_out_unacceptable_and_the_personal_ranking():
    assert [step.key for step in protocol.steps_asked(protocol.default_steps(), "short")] == [
        "world",
        "importance",
        "representativeness",
        "subjectivity",
        "criteria",
        "own_criterion",
    ]


def test_a_protocol_without_steps_means_the_default():
    assert protocol.steps_asked([], "short") == protocol.steps_asked(protocol.default_steps(), "short")


def test_the_intake_has_the_keys_of_the_public_files():
    assert tuple(question["key"] for question in protocol.default_intake()) == DEMOGRAPHICS


def test_scales_have_as_many_levels_as_the_public_files():
    assert {scale.field: len(scale.sentences) for scale in SCALES} == {
        field: len(levels) for field, levels in protocol.SCALE_LEVELS.items()
    }


def test_words_people_see_name_the_same_level_as_in_the_files():
    for scale in SCALES:
        for level, words in enumerate(protocol.SCALE_LEVELS[scale.field], start=1):
            assert scale.level_of(words) == level


@pytest.mark.parametrize(
    ("key", "known"),
    [
        ("age", planted.AGES),
        ("gender", people.GENDERS),
        ("education_level", people.EDUCATION),
        ("generative_ai_usage", people.AI_USAGE),
        ("ai_concern_level", people.AI_CONCERN),
    ],
)
def test_the_demo_people_gave_answers_that_are_offered(key, known):
    (question,) = [question for question in protocol.default_intake() if question["key"] == key]
    assert question["options"] == list(known)


def test_countries_of_the_demo_are_offered_and_none_stands_twice():
    (question,) = [q for q in protocol.default_intake() if q["key"] == "country_of_residence"]
    assert set(people.COUNTRIES) <= set(question["options"])
    assert len(question["options"]) == len(set(question["options"]))


def test_the_form_follows_the_share_of_the_study():
    assert protocol.choose_form(short_form_share=0.0, draw=0.0) == "long"
    assert protocol.choose_form(short_form_share=0.25, draw=0.24) == "short"
    assert protocol.choose_form(short_form_share=0.25, draw=0.25) == "long"
