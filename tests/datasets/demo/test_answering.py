"""The simulated answers: reproducible, in the stated ranges, and holding the planted effects."""

from collections import Counter
from itertools import combinations

import numpy as np
import pytest

from datasets.demo import planted
from datasets.demo.answering import SEED, Crowd, simulate
from datasets.demo.content import ANCHOR, LETTERS, TRAITS, prompts
from measures.rankings import parse

CROWD = simulate()


def pairs(crowd: Crowd, trait: str, ages: frozenset[str] | None = None, *, block: str = "personal") -> list[bool]:
    """Return, for each strictly ordered pair of answers of which just one shows the trait, whether that one won."""
    column = list(TRAITS).index(trait)
    won = []
    for answers in crowd.answers:
        order = getattr(answers, block).order
        if not order or (ages and answers.person.age not in ages):
            continue
        places, shown = parse(order, 4), answers.prompt.trait_matrix[:, column]
        for one, other in combinations(range(4), 2):
            if abs(shown[one] - shown[other]) >= 0.7 and places[one] != places[other]:
                won.append(bool((places[one] < places[other]) == (shown[one] > shown[other])))
    return won


def test_two_hundred_people_give_two_thousand_assessments():
    assert len(CROWD.people) == len(CROWD.ideals) == 200
    assert 2000 <= len(CROWD.answers) <= 2400


def test_everybody_gets_the_anchor_and_no_prompt_twice():
    tasks = Counter((answers.person.key, answers.prompt.key) for answers in CROWD.answers)
    assert set(tasks.values()) == {1}
    assert len(CROWD.by_prompt[ANCHOR]) == 200


def test_the_other_prompts_are_covered_evenly():
    covered = [len(answers) for key, answers in CROWD.by_prompt.items() if key != ANCHOR]
    assert len(covered) == 35
    assert max(covered) - min(covered) <= 1


def test_the_same_seed_gives_the_same_answers_to_the_last_word():
    again = simulate(seed=SEED)
    assert again.ideals == CROWD.ideals
    for one, other in zip(again.answers, CROWD.answers, strict=True):
        assert (one.personal, one.world, one.flags, one.flag_rationale, one.scores, one.shown_order, one.seconds) == (
            other.personal,
            other.world,
            other.flags,
            other.flag_rationale,
            other.scores,
            other.shown_order,
            other.seconds,
        )


def test_another_seed_gives_other_answers():
    other = simulate(seed=SEED + 1, count=5)
    assert [answers.personal for answers in other.answers] != [answers.personal for answers in CROWD.answers[:60]]


def test_rankings_are_canonical_and_shown_orders_are_permutations():
    for answers in CROWD.answers:
        assert sorted(answers.shown_order) == list(LETTERS)
        for block in (answers.personal, answers.world):
            if block.order:
                parse(block.order, 4)
            assert bool(block.order) == bool(block.justification)


def test_about_half_of_the_rankings_hold_a_tie():
    orders = [answers.personal.order for answers in CROWD.answers if answers.personal.order]
    assert 0.42 < np.mean(["=" in order for order in orders]) < 0.62
    assert np.mean([">" not in order for order in orders]) < 0.04


def test_some_rankings_are_skipped():
    assert 0.005 < np.mean([not answers.personal.order for answers in CROWD.answers]) < 0.03
    assert 0.02 < np.mean([not answers.world.order for answers in CROWD.answers]) < 0.06


def test_flags_are_rare_and_never_on_the_first_choice():
    flagged = [answers for answers in CROWD.answers if answers.flags]
    assert 0.03 < len(flagged) / len(CROWD.answers) < 0.12
    assert all(answers.flag_rationale for answers in flagged)
    for answers in flagged:
        assert not set(answers.flags) & set(answers.personal.order.split(">")[0])


def test_scales_and_scores_are_in_range():
    for name, levels in (("importance", 3), ("representativeness", 5), ("subjectivity", 4)):
        given = {getattr(answers, name) for answers in CROWD.answers}
        assert given == {None, *range(1, levels + 1)}
    scores = [score for answers in CROWD.answers for score in answers.scores if score is not None]
    assert set(scores) == set(range(-10, 11))
    assert all(len(answers.scores) == 6 for answers in CROWD.answers)


@pytest.mark.parametrize("block", ["personal", "world"])
def test_people_prefer_answers_with_several_perspectives(block: str):
    assert np.mean(pairs(CROWD, "perspectives", block=block)) > 0.7


@pytest.mark.parametrize("block", ["personal", "world"])
def test_people_put_moralising_answers_below_others(block: str):
    assert np.mean(pairs(CROWD, "moralises", block=block)) < 0.3


def test_people_put_refusals_below_others():
    assert np.mean(pairs(CROWD, "refuses")) < 0.4


def test_the_planted_effects_hold_in_every_age_band():
    for age in planted.AGES:
        assert np.mean(pairs(CROWD, "perspectives", frozenset({age}))) > 0.65, age
        assert np.mean(pairs(CROWD, "moralises", frozenset({age}))) < 0.35, age


def test_old_and_young_differ_about_being_sent_to_a_professional():
    older, younger = pairs(CROWD, "refers", planted.OLDER), pairs(CROWD, "refers", planted.YOUNGER)
    assert min(len(older), len(younger)) > 300
    assert np.mean(older) - np.mean(younger) > 0.2
    assert np.mean(older) > 0.55
    assert np.mean(younger) < 0.45


def test_criteria_get_scores_in_the_direction_of_the_planted_weights():
    given: dict[str, list[int]] = {}
    for answers in CROWD.answers:
        for criterion, score in zip(answers.prompt.criteria, answers.scores, strict=True):
            if score is not None:
                given.setdefault(criterion.trait, []).append(criterion.sign * score)
    assert np.mean(given["perspectives"]) > 4
    assert np.mean(given["moralises"]) < -4
    assert np.mean(given["refuses"]) < -2


def test_personal_and_world_rankings_agree_mostly_and_not_always():
    both = [answers for answers in CROWD.answers if answers.personal.order and answers.world.order]
    same = np.mean([answers.personal.order == answers.world.order for answers in both])
    assert 0.1 < same < 0.5
    correlation = np.mean(
        [
            np.corrcoef(parse(answers.personal.order, 4), parse(answers.world.order, 4))[0, 1]
            for answers in both
            if ">" in answers.personal.order and ">" in answers.world.order
        ]
    )
    assert 0.4 < correlation < 0.9


def test_a_shuffled_crowd_has_no_effect_left():
    """Whoever loses which answer is which finds nothing: the effect is in the annotations and nowhere else."""
    rng = np.random.default_rng(4)
    column = list(TRAITS).index("perspectives")
    won = []
    for answers in CROWD.answers:
        if answers.personal.order:
            places = rng.permutation(parse(answers.personal.order, 4))
            shown = answers.prompt.trait_matrix[:, column]
            best = int(np.argmax(shown))
            won += [bool(places[best] < places[other]) for other in range(4) if places[best] != places[other]]
    assert abs(np.mean(won) - 0.5) < 0.03


def test_the_prompts_are_all_asked():
    assert set(CROWD.by_prompt) == {prompt.key for prompt in prompts()}
