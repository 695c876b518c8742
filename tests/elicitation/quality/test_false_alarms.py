"""Each sign is rare on simulated honest people, and is found where it is planted."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest

from elicitation.quality import kinds
from elicitation.quality.attention import find_attention_failed
from elicitation.quality.consistency import (
    HIGHEST_TAU,
    Halves,
    find_uneven_halves,
    find_unsteady,
    measure_halves,
    retest_taus,
)
from elicitation.quality.contradictions import find_other_winner, find_unacceptable_first
from elicitation.quality.finding import find_all
from elicitation.quality.kinds import KINDS
from elicitation.quality.machine import find_machine_phrases, find_pasted, find_typed_too_fast
from elicitation.quality.sameness import find_all_ties, find_same_levels, find_same_positions
from elicitation.quality.speed import find_too_fast
from elicitation.quality.texts import find_copies
from measures.resampling import UNDEFINED
from tests.elicitation.quality.crowds import RETEST, honest, planted, rates, reranked, reworded

FINDERS = {
    kinds.ATTENTION_FAILED: find_attention_failed,
    kinds.TOO_FAST: find_too_fast,
    kinds.SAME_POSITIONS: find_same_positions,
    kinds.SAME_LEVELS: find_same_levels,
    kinds.ALL_TIES: find_all_ties,
    kinds.REPEATED_TEXT: find_copies,
    kinds.COPIED_FROM_PERSON: find_copies,
    kinds.COPIED_FROM_PAGE: find_copies,
    kinds.UNACCEPTABLE_FIRST: find_unacceptable_first,
    kinds.OTHER_WINNER: find_other_winner,
    kinds.UNSTEADY: find_unsteady,
    kinds.PASTED: find_pasted,
    kinds.TYPED_TOO_FAST: find_typed_too_fast,
    kinds.MACHINE_PHRASES: find_machine_phrases,
}
PERSON = 5
"""Somebody who answers the long form of the simulated crowd."""
NEW = 100_000
"""Somebody who is none of it."""


@pytest.fixture(scope="module")
def crowd():
    return honest()


@pytest.fixture(scope="module")
def honest_rates(crowd) -> Mapping[str, float]:
    return rates(crowd, list(find_all(crowd)))


def found(material, kind, person=PERSON):
    """Return the findings of a kind on a person, each with a strength that is a share."""
    mine = [each for each in FINDERS[kind](material) if each.kind == kind and each.person == person]
    assert all(0 < each.strength <= 1 for each in mine)
    return mine


def shown_backwards(each):
    """Return an assessment that puts A first, which the person saw as D."""
    return replace(reranked(each, "A>B>C>D"), shown_order="DCBA")


@pytest.mark.parametrize("kind", KINDS)
def test_honest_people_are_flagged_no_more_often_than_stated(honest_rates, kind):
    assert honest_rates.get(kind, 0.0) <= KINDS[kind].false_alarms


def test_nobody_is_flagged_already(crowd):
    assert [each for each in find_all(crowd) if each.person == PERSON] == []


def test_somebody_who_rushes(crowd):
    rushing = planted(
        crowd, PERSON, lambda each: replace(each, seconds={step: time / 8 for step, time in each.seconds.items()})
    )
    (flag,) = found(rushing, kinds.TOO_FAST)
    assert flag.evidence["share_of_median_time"] < 0.2


def test_who_is_one_and_a_half_times_as_fast_is_not_rushing(crowd):
    quick = planted(
        crowd, PERSON, lambda each: replace(each, seconds={step: time / 1.5 for step, time in each.seconds.items()})
    )
    assert found(quick, kinds.TOO_FAST) == []


def test_somebody_who_ranks_as_responses_stand(crowd):
    lazy = planted(crowd, PERSON, lambda each: reranked(each, ">".join(each.shown_order)))
    (flag,) = found(lazy, kinds.SAME_POSITIONS)
    assert flag.evidence["pattern_on_screen"] == "A>B>C>D"


def test_the_same_letters_are_not_the_same_places(crowd):
    steady = planted(crowd, PERSON, lambda each: reranked(each, "A>B>C>D"))
    assert found(steady, kinds.SAME_POSITIONS) == []


@pytest.mark.parametrize("change", [{"levels": (2, 3, 2)}, {"scores": [0] * 6}])
def test_somebody_who_never_moves_a_scale(crowd, change):
    still = planted(crowd, PERSON, lambda each: replace(each, **change))
    (flag,) = found(still, kinds.SAME_LEVELS)
    assert flag.evidence["what"] == ("scales" if "levels" in change else "scores")


def test_somebody_who_ties_everything(crowd):
    (flag,) = found(planted(crowd, PERSON, lambda each: reranked(each, "A=B=C=D")), kinds.ALL_TIES)
    assert flag.evidence["tied_everything"] == flag.evidence["of_rankings"]


@pytest.mark.parametrize(
    "text",
    [
        "I chose this because it is the most helpful and kind answer.",
        "これが一番役に立つし、相手にも優しい答えだと思ったので選びました。",
    ],
)
def test_somebody_who_repeats_a_text(crowd, text):
    (flag,) = found(planted(crowd, PERSON, lambda each: reworded(each, f"{text} {each.pk % 10}")), kinds.REPEATED_TEXT)
    assert flag.evidence["tasks_with_repeated_text"] == flag.evidence["tasks_with_text"] - 1


def test_a_short_text_everywhere_is_a_weaker_sign(crowd):
    (flag,) = found(planted(crowd, PERSON, lambda each: reworded(each, "Good!")), kinds.REPEATED_TEXT)
    assert flag.strength < 0.5


def test_the_later_of_two_who_share_texts_is_flagged(crowd):
    (one, other) = (PERSON, PERSON + 40)
    texts = {
        each.position: f"Number {each.position} weighs {each.pk} things that matter to my family."
        for each in crowd.people[one]
    }
    copying = crowd
    for person in (one, other):
        copying = planted(copying, person, lambda each: reworded(each, texts.get(each.position, "")))
    (flag,) = found(copying, kinds.COPIED_FROM_PERSON, other)
    assert set(flag.evidence["others"]) <= {each.pk for each in crowd.people[one]}
    assert found(copying, kinds.COPIED_FROM_PERSON, one) == []


def test_somebody_who_copies_a_response(crowd):
    copying = planted(crowd, PERSON, lambda each: reworded(each, crowd.prompts[each.prompt].texts[0][:150]))
    (flag,) = found(copying, kinds.COPIED_FROM_PAGE)
    assert flag.evidence["share_on_page"] > 0.9


def test_quoting_with_reasons_around_it_is_no_copying(crowd):
    quoting = planted(
        crowd,
        PERSON,
        lambda each: reworded(
            each,
            f"For case {each.pk} I liked where it says {crowd.prompts[each.prompt].texts[0][:60]!r}, "
            f"because {each.pk * 7} times my own mother told me something like it when I was small.",
        ),
    )
    assert found(quoting, kinds.COPIED_FROM_PAGE) == []


def test_first_place_to_what_is_unacceptable(crowd):
    torn = planted(crowd, PERSON, lambda each: replace(reranked(each, "B>A>C>D"), flags="B"))
    flags = found(torn, kinds.UNACCEPTABLE_FIRST)
    assert len(flags) == len(crowd.people[PERSON])
    assert {flag.strength for flag in flags} == {1.0}


@pytest.mark.parametrize(("order", "flags"), [("A>B>C>D", "B"), ("B>A>C>D", "ABCD")])
def test_what_is_unacceptable_may_come_later_or_be_all_there_is(crowd, order, flags):
    fine = planted(crowd, PERSON, lambda each: replace(reranked(each, order), flags=flags))
    assert found(fine, kinds.UNACCEPTABLE_FIRST) == []


def test_words_that_name_another_winner(crowd):
    torn = planted(
        crowd,
        PERSON,
        lambda each: reworded(shown_backwards(each), "Response A is the best."),
    )
    flags = found(torn, kinds.OTHER_WINNER)
    assert len(flags) == len(crowd.people[PERSON])
    assert flags[0].evidence["world"] == {"says_best": ["A"], "ranked_first": ["D"]}


def test_words_that_name_the_winner_as_it_was_shown(crowd):
    agreeing = planted(
        crowd,
        PERSON,
        lambda each: reworded(shown_backwards(each), "Response D is the best."),
    )
    assert found(agreeing, kinds.OTHER_WINNER) == []


def test_an_attention_item_that_was_not_read(crowd):
    number = crowd.people[PERSON][3].prompt
    items = {**crowd.prompts, number: replace(crowd.prompts[number], attention_best="C")}
    tested = replace(crowd, prompts=items)
    failing = planted(tested, PERSON, lambda each: reranked(each, "A>B>C>D"))
    (flag,) = found(failing, kinds.ATTENTION_FAILED)
    assert (flag.strength, flag.assessment) == (1.0, crowd.people[PERSON][3].pk)
    assert found(planted(tested, PERSON, lambda each: reranked(each, "C>A=B=D")), kinds.ATTENTION_FAILED) == []
    (tied,) = found(planted(tested, PERSON, lambda each: reranked(each, "B=C>A>D")), kinds.ATTENTION_FAILED)
    assert tied.strength < 0.5


def test_another_order_the_second_time(crowd):
    unsteady = planted(crowd, PERSON, lambda each: reranked(each, "D>C>B>A" if each.prompt == RETEST else "A>B>C>D"))
    (flag,) = found(unsteady, kinds.UNSTEADY)
    assert flag.evidence["tau_b"] == -1


def test_who_clicks_at_random_is_often_unsteady_and_who_is_honest_seldom(crowd):
    rng = np.random.default_rng(3)
    clicking = crowd
    for person in list(crowd.people)[:150]:
        clicking = planted(clicking, person, lambda each: reranked(each, ">".join(rng.permutation(list("ABCD")))))
    taus = retest_taus(clicking)
    assert np.mean(np.array(taus[:150]) <= HIGHEST_TAU) > 0.2
    assert np.mean(np.array(taus[150:]) <= HIGHEST_TAU) < 0.04


def test_one_half_unlike_the_other(crowd):
    ordinary = measure_halves(crowd)
    low, high = ordinary.reliability.low, ordinary.reliability.high
    assert low is not None
    assert high is not None
    assert 0.4 < low < high < 0.95
    odd, even = np.append(ordinary.odd, 0.95), np.append(ordinary.even, 0.1)
    found_ones = list(find_uneven_halves(Halves((*ordinary.people, NEW), odd, even, UNDEFINED)))
    (flag,) = [each for each in found_ones if each.person == NEW]
    assert flag.kind == kinds.UNEVEN_HALVES


def test_agreeing_little_with_the_crowd_is_no_sign(crowd):
    ordinary = measure_halves(crowd)
    odd, even = np.append(ordinary.odd, 0.05), np.append(ordinary.even, 0.05)
    found_ones = find_uneven_halves(Halves((*ordinary.people, NEW), odd, even, UNDEFINED))
    assert NEW not in {flag.person for flag in found_ones}


def test_pasted_texts(crowd):
    pasting = planted(
        crowd, PERSON, lambda each: replace(each, typing={"world_why": {"typed": 5, "pasted": 300, "seconds": 4}})
    )
    (flag,) = found(pasting, kinds.PASTED)
    assert flag.evidence["share_pasted"] > 0.9
    assert found(pasting, kinds.TYPED_TOO_FAST) == []


def test_typing_that_no_hand_can_do(crowd):
    typing = planted(
        crowd, PERSON, lambda each: replace(each, typing={"world_why": {"typed": 300, "pasted": 0, "seconds": 2}})
    )
    (flag,) = found(typing, kinds.TYPED_TOO_FAST)
    assert flag.evidence["characters_per_second"] == 150


@pytest.mark.parametrize(
    "typing",
    [
        {"world_why": {"typed": 300, "pasted": 0, "seconds": 60}},
        {"world_why": {"typed": 300, "pasted": 80, "seconds": 60}},
        {"world_why": {"typed": "many", "pasted": None}},
        {"world_why": 7},
        {},
    ],
)
def test_ordinary_or_broken_counts_say_nothing(crowd, typing):
    writing = planted(crowd, PERSON, lambda each: replace(each, typing=typing))
    assert found(writing, kinds.PASTED) == found(writing, kinds.TYPED_TOO_FAST) == []


def test_words_of_a_machine(crowd):
    text = "As an AI language model, I find it is important to note that number {} is nuanced. **Fairness** matters."
    (flag,) = found(
        planted(crowd, PERSON, lambda each: reworded(each, text.format(each.pk * 7919))), kinds.MACHINE_PHRASES
    )
    assert flag.strength <= 0.5
    assert KINDS[kinds.MACHINE_PHRASES].is_weak
