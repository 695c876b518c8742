"""The written content is complete and well-formed; a visitor reads every word of it."""

import re
from collections import Counter
from itertools import chain

import numpy as np
import pytest

from datasets.demo import content
from datasets.demo.content import ANCHOR, LETTERS, TRAITS, DemoPrompt

PROMPTS = content.prompts()
ANSWERS = [(prompt, answer) for prompt in PROMPTS for answer in prompt.answers]
SPEC = content.spec_path().read_text("utf-8")
PLACES_IN_PHRASES = {
    "first_sentence": {"said", "first"},
    "last_sentence": {"said", "last"},
    "opening": {"subject"},
    "unacceptable": {"reason"},
    "ideal": {"a", "b"},
    "ideal_not": {"a", "c"},
}


def test_there_are_36_prompts_of_many_topics():
    assert len(PROMPTS) == 36
    assert len({prompt.topic for prompt in PROMPTS}) >= 20


def test_keys_are_unique_and_the_anchor_is_the_first_of_them():
    keys = [prompt.key for prompt in PROMPTS]
    assert len(set(keys)) == 36
    assert keys[0] == ANCHOR


@pytest.mark.parametrize("prompt", PROMPTS, ids=lambda prompt: prompt.key)
def test_a_prompt_has_four_lettered_answers_and_six_criteria(prompt: DemoPrompt):
    assert "".join(answer.letter for answer in prompt.answers) == LETTERS
    assert len(prompt.criteria) == 6


@pytest.mark.parametrize("prompt", PROMPTS, ids=lambda prompt: prompt.key)
def test_a_transcript_alternates_and_ends_with_the_person(prompt: DemoPrompt):
    roles = [message["role"] for message in prompt.messages]
    assert roles == ["user", "assistant"] * (len(roles) // 2) + ["user"]
    assert all(message["content"].strip() == message["content"] != "" for message in prompt.messages)


def test_some_transcripts_have_several_turns():
    assert sum(len(prompt.messages) > 1 for prompt in PROMPTS) >= 4


@pytest.mark.parametrize(("prompt", "answer"), ANSWERS, ids=lambda item: getattr(item, "key", None) or item.letter)
def test_an_answer_has_60_to_130_words(prompt: DemoPrompt, answer: content.Answer):
    assert 60 <= len(answer.text.split()) <= 130
    assert answer.viewpoint


@pytest.mark.parametrize(("prompt", "answer"), ANSWERS, ids=lambda item: getattr(item, "key", None) or item.letter)
def test_an_answer_is_annotated_with_known_traits_from_0_to_1(prompt: DemoPrompt, answer: content.Answer):
    assert set(answer.traits) <= set(TRAITS)
    assert all(0 < value <= 1 for value in answer.traits.values())
    assert max(answer.traits.values()) >= 0.7


@pytest.mark.parametrize("prompt", PROMPTS, ids=lambda prompt: prompt.key)
def test_the_answers_of_a_prompt_are_different_in_kind(prompt: DemoPrompt):
    assert len({tuple(row) for row in prompt.trait_matrix}) == 4


@pytest.mark.parametrize("trait", ["perspectives", "moralises"])
@pytest.mark.parametrize("prompt", PROMPTS, ids=lambda prompt: prompt.key)
def test_every_prompt_can_show_what_is_planted(prompt: DemoPrompt, trait: str):
    values = prompt.trait_matrix[:, list(TRAITS).index(trait)]
    assert values.max() >= 0.9
    assert values.min() == 0


def test_every_trait_is_found_in_several_answers():
    found = Counter(chain.from_iterable(answer.traits for _, answer in ANSWERS))
    assert min(found[trait] for trait in TRAITS) >= 8


def test_planted_traits_can_be_told_from_every_other():
    centred = np.vstack([prompt.trait_matrix - prompt.trait_matrix.mean(axis=0) for prompt in PROMPTS])
    correlations = np.corrcoef(centred.T) - np.eye(len(TRAITS))
    assert np.abs(correlations).max() < 0.5


def test_a_letter_says_nothing_about_the_kind_of_answer():
    by_letter = np.mean([prompt.trait_matrix for prompt in PROMPTS], axis=0)
    assert np.ptp(by_letter, axis=0).max() < 0.35


def test_criteria_touch_known_traits_in_both_directions():
    criteria = [criterion for prompt in PROMPTS for criterion in prompt.criteria]
    assert {criterion.trait for criterion in criteria} <= set(TRAITS)
    assert {criterion.sign for criterion in criteria} == {-1, 1}
    assert all(3 <= len(criterion.text.split()) <= 16 for criterion in criteria)


def test_no_text_stands_twice():
    texts = [answer.text for _, answer in ANSWERS]
    texts += [criterion.text for prompt in PROMPTS for criterion in prompt.criteria]
    texts += [prompt.messages[-1]["content"] for prompt in PROMPTS] + [prompt.subject for prompt in PROMPTS]
    assert [text for text, times in Counter(texts).items() if times > 1] == []


def test_no_two_answers_share_a_sentence():
    sentences = Counter(
        sentence
        for _, answer in ANSWERS
        for sentence in re.split(r"(?<=[.!?])\s+", answer.text)
        if len(sentence.split()) > 5
    )
    assert [sentence for sentence, times in sentences.items() if times > 1] == []


def test_prompts_say_how_much_is_at_stake():
    for prompt in PROMPTS:
        assert all(0 < value <= 1 for value in (prompt.importance, prompt.subjectivity, prompt.familiarity))


def test_every_trait_has_phrases_of_every_kind():
    traits = content.phrases()["traits"]
    assert list(traits) == list(TRAITS)
    for phrases in traits.values():
        assert set(phrases) == {"liked", "disliked", "glad", "missed", "wish", "wish_not"}
        assert all(phrases.values())


def test_phrases_have_the_gaps_that_are_filled():
    for name, phrases in content.phrases().items():
        if name != "traits":
            gaps = set(re.findall(r"{(\w+)}", " ".join(phrases)))
            assert gaps == PLACES_IN_PHRASES.get(name, set()), name


def test_the_spec_has_its_sections_in_the_dialect():
    headings = re.findall(r"^(#+) .+ \{#(\w+)(?: authority=(\w+))?\}$", SPEC, flags=re.MULTILINE)
    assert len(headings) == len(re.findall(r"^#+ ", SPEC, flags=re.MULTILINE))
    ids = [identifier for _, identifier, _ in headings]
    assert len(set(ids)) == len(ids)
    with_authority = [authority for _, _, authority in headings if authority]
    assert 10 <= len(with_authority) <= 15
    assert set(with_authority) == {"root", "system", "user", "guideline"}
    assert {"give_one_answer", "moral_stakes", "point_to_people"} < set(ids)


def test_the_spec_is_short_and_its_links_and_fences_hold():
    assert 1500 <= len(SPEC.split()) <= 2500
    ids = set(re.findall(r"\{#(\w+)", SPEC))
    assert set(re.findall(r"\[\?\]\(#(\w+)\)", SPEC)) <= ids
    assert SPEC.count("~~~xml") == SPEC.count("**Example**") == SPEC.count("\n~~~\n") == SPEC.count("</comparison>")
    assert '!!! meta "Commentary"' in SPEC


def test_the_spec_does_not_give_away_what_is_planted():
    assert not re.search("simulat|planted|crowd", SPEC)
