"""The split decides what may be looked at when; it must be fair, fixed, and refuse what is too small."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spec_loop.loop.plan import LoopPlan
from spec_loop.loop.split import FEWEST_PER_PART, Part, Splittable, TooFewPrompts, draw_split

PLAN = LoopPlan()


def prompts(count, kinds=1):
    return [Splittable(f"prompt-{number}", f"topic-{number % kinds}") for number in range(count)]


def test_every_prompt_gets_one_part_in_the_shares_of_the_plan():
    parts = draw_split(prompts(40), plan=PLAN, seed=3)
    assert Counter(parts.values()) == {Part.EXPLORE: 12, Part.SELECT: 12, Part.HOLDOUT: 16}
    assert set(parts) == {prompt.key for prompt in prompts(40)}


@given(count=st.integers(17, 120), kinds=st.integers(1, 9), seed=st.integers(-5, 2**40))
def test_no_part_is_more_than_one_prompt_off_its_share(count, kinds, seed):
    found = Counter(draw_split(prompts(count, kinds), plan=PLAN, seed=seed).values())
    for part, share in ((Part.EXPLORE, 0.3), (Part.SELECT, 0.3), (Part.HOLDOUT, 0.4)):
        assert abs(found[part] - share * count) <= 1


def test_the_split_depends_on_keys_and_seed_and_not_on_the_order_of_rows():
    forward = draw_split(prompts(40, 4), plan=PLAN, seed=7)
    assert draw_split(prompts(40, 4)[::-1], plan=PLAN, seed=7) == forward
    assert draw_split(prompts(40, 4), plan=PLAN, seed=8) != forward


def test_a_large_topic_is_spread_over_all_parts():
    parts = draw_split(prompts(60, 3), plan=PLAN, seed=1)
    for topic in range(3):
        of_topic = Counter(parts[f"prompt-{number}"] for number in range(60) if number % 3 == topic)
        assert min(of_topic[part] for part in Part) >= 5


def test_over_seeds_a_prompt_plays_every_part():
    seen = Counter(draw_split(prompts(20), plan=PLAN, seed=seed)["prompt-4"] for seed in range(60))
    assert min(seen[part] for part in Part) >= 8


def test_a_study_with_too_few_prompts_is_refused_with_the_number_needed():
    with pytest.raises(TooFewPrompts, match="The study has 11 prompts with rankings; the loop needs about 17"):
        draw_split(prompts(11), plan=PLAN, seed=0)
    assert min(Counter(draw_split(prompts(17), plan=PLAN, seed=0).values()).values()) >= FEWEST_PER_PART
