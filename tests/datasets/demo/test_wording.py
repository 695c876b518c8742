"""What the simulated people write: from their own reasons, varied, without letters."""

import re

import numpy as np

from datasets.demo.answering import simulate
from datasets.demo.content import TRAITS, phrases
from datasets.demo.people import draw_people
from datasets.demo.wording import Reason, Writer, reasons

CROWD = simulate()


def vector(**values: float) -> np.ndarray:
    """Return an array over the traits, 0 where nothing is said."""
    return np.array([values.get(trait, 0.0) for trait in TRAITS])


def test_reasons_come_from_weight_times_difference_strongest_first():
    found = reasons(
        weights=vector(perspectives=1.0, moralises=-2.0, steps=0.1),
        first=vector(perspectives=1.0, steps=1.0),
        last=vector(moralises=1.0),
    )
    assert found == [
        Reason("moralises", "disliked", 2.0),
        Reason("moralises", "glad", 1.6),
        Reason("perspectives", "liked", 1.0),
        Reason("perspectives", "missed", 0.8),
    ]


def test_what_speaks_against_the_first_answer_is_no_reason():
    assert reasons(weights=vector(steps=1.0), first=vector(), last=vector(steps=1.0)) == []


def test_a_reason_keeps_its_polarity_in_the_text():
    person = draw_people(count=1, seed=1)[0]
    writer = Writer(person, np.random.default_rng(1))
    against = [Reason("moralises", "disliked", 2.0)]
    text = writer.justification(found=against, subject="x", world=False, tied=False, tied_first=False)
    assert any(phrase in text for phrase in phrases()["traits"]["moralises"]["disliked"])


def test_texts_are_varied():
    texts = [block.justification for answers in CROWD.answers for block in (answers.personal, answers.world)]
    texts = [text for text in texts if text]
    assert len(set(texts)) > 0.7 * len(texts)


def test_texts_are_clean_sentences_without_gaps_or_letters_of_answers():
    texts = [answers.personal.justification + " " + answers.world.justification for answers in CROWD.answers]
    texts += [answers.flag_rationale for answers in CROWD.answers] + list(CROWD.ideals)
    for text in filter(None, map(str.strip, texts)):
        assert not re.search(r"[{}]|  |\.\.|\b[B-D]\b| ,", text), text
        assert text[0].isupper(), text
        assert text[-1] == ".", text


def test_people_say_more_for_perspectives_than_against_and_less_for_moralising():
    text = " ".join(answers.personal.justification for answers in CROWD.answers)
    traits = phrases()["traits"]

    def said(trait: str, kind: str) -> int:
        return sum(text.count(phrase) for phrase in traits[trait][kind])

    assert said("perspectives", "liked") > 10 * said("perspectives", "disliked")
    assert said("moralises", "disliked") > 10 * said("moralises", "liked")
