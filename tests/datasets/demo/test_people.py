"""The simulated people: who they are, and that the same seed draws the same ones."""

from collections import Counter

import numpy as np

from datasets.demo import planted
from datasets.demo.content import TRAITS
from datasets.demo.people import COUNTRIES, draw_people

PEOPLE = draw_people(count=200, seed=1)
FIELDS = ["age", "gender", "education_level", "country_of_residence", "generative_ai_usage", "ai_concern_level"]


def test_people_have_unique_keys_and_answer_the_intake():
    assert len({person.key for person in PEOPLE}) == 200
    assert all(list(person.demographics) == FIELDS for person in PEOPLE)


def test_people_come_from_every_country_and_age_band():
    assert set(Counter(person.country for person in PEOPLE)) == set(COUNTRIES)
    assert min(Counter(person.age for person in PEOPLE).values()) >= 15


def test_some_questions_are_skipped_and_most_are_not():
    skipped = [value is None for person in PEOPLE for value in person.demographics.values()]
    assert 0.005 < np.mean(skipped) < 0.05


def test_a_skipped_age_is_still_the_age_the_preferences_come_from():
    assert all(person.demographics["age"] in {person.age, None} for person in PEOPLE)


def test_a_larger_crowd_begins_with_the_same_people():
    few = draw_people(count=5, seed=1)
    assert [person.demographics for person in few] == [person.demographics for person in PEOPLE[:5]]
    assert all(np.array_equal(one.personal, other.personal) for one, other in zip(few, PEOPLE, strict=False))


def test_another_seed_draws_other_people():
    assert [person.demographics for person in draw_people(count=20, seed=2)] != [
        person.demographics for person in PEOPLE[:20]
    ]


def test_mean_weights_are_the_planted_ones():
    many = np.mean([person.personal for person in draw_people(count=3000, seed=5)], axis=0)
    share_older = sum(planted.AGES[age] for age in planted.OLDER)
    share_younger = sum(planted.AGES[age] for age in planted.YOUNGER)
    for trait, mean in zip(TRAITS, many, strict=True):
        split = planted.SPLIT_STRENGTH * (share_older - share_younger) if trait == planted.SPLIT_TRAIT else 0.0
        assert abs(mean - planted.PERSONAL[trait] - split) < 4 * planted.COUNTRY_SPREAD / np.sqrt(12), trait


def test_the_split_flips_its_sign_between_the_old_and_the_young():
    assert planted.split_weight("65+") == -planted.split_weight("18-24") == planted.SPLIT_STRENGTH
    assert planted.split_weight("35-44") == 0
