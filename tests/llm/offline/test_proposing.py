"""The proposer finds what is planted in the demo, and finds next to nothing where people's tastes are shuffled away."""

from typing import Literal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datasets.demo.content import prompts
from llm.offline import answer
from llm.questions import Case, Opinion, ProposeQuestion

from .crowds import agreement, applied, case, demo_spec
from .specs import ASKING, BOTH_SIDES, LECTURE, ONE_SIDE, one_section

SEEDS = range(4)
PLANTED = {"give_one_answer", "moral_stakes"}


def split(seed: int, *, shuffled: bool = False) -> tuple[list[Case], list[Case]]:
    rng = np.random.default_rng(seed)
    cases = [case(prompts()[place], shuffled_by=rng if shuffled else None) for place in rng.permutation(36)]
    return cases[:12], cases[12:]


def edits(cases: list[Case], *, mode: Literal["batch", "single"] = "batch", limit: int = 4):
    question = ProposeQuestion(spec=demo_spec(), cases=tuple(cases), mode=mode, limit=limit)
    return answer(question).edits


@pytest.mark.parametrize("seed", SEEDS)
def test_from_a_third_of_the_prompts_it_finds_the_planted_and_the_edit_helps_on_the_others(seed: int):
    explore, unseen = split(seed)
    first = edits(explore)[0]
    assert (first.section_id in PLANTED, first.kind) == (True, "change_of_principle")
    assert agreement(applied(demo_spec(), first), unseen) - agreement(demo_spec(), unseen) > 0.03


def test_with_shuffled_rankings_it_proposes_little_and_nothing_that_helps():
    gains, found = [], 0
    for seed in SEEDS:
        explore, unseen = split(seed, shuffled=True)
        before = agreement(demo_spec(), unseen)
        proposed = edits(explore)
        found += len(proposed)
        gains += [agreement(applied(demo_spec(), edit), unseen) - before for edit in proposed]
    assert found <= 2 * len(SEEDS)
    assert max(gains, default=0.0) < 0.02


def test_one_conversation_alone_gives_edits_too_and_shuffled_none():
    one = prompts()[0]
    assert {edit.section_id for edit in edits([case(one)], mode="single")} & PLANTED
    assert edits([case(one, shuffled_by=np.random.default_rng(5))], mode="single") == []


def test_edits_are_within_the_limit_each_at_another_place_and_the_same_each_time():
    explore, _ = split(1)
    found = edits(explore, limit=3)
    assert len(found) == len({(edit.section_id, edit.anchor) for edit in found}) == 3
    assert edits(explore, limit=3) == found


def small_case(spec_order: str, crowd: str, people: int = 12) -> Case:
    return Case(
        prompt_key="p",
        messages=ASKING,
        candidates={"A": BOTH_SIDES, "B": ONE_SIDE, "C": LECTURE},
        ranker_order=spec_order,
        crowd_order=crowd,
        people=(Opinion(ranking=crowd),) * people,
    )


def test_where_the_spec_is_silent_a_sentence_is_put_beside_its_like():
    spec = one_section("The assistant should write in plain words.")
    varied = [small_case("A=B=C", order) for order in ("A>B>C", "A>B=C", "A>C>B")]
    found = answer(ProposeQuestion(spec=spec, cases=tuple(varied), mode="batch", limit=2)).edits
    assert found
    assert {(edit.operation, edit.kind, edit.anchor) for edit in found} == {
        ("insert_text", "clarification", "The assistant should write in plain words.")
    }


def test_a_root_section_is_left_alone():
    spec = one_section("The assistant should not present several perspectives.", authority="root")
    varied = [small_case("B>C>A", order) for order in ("A>B>C", "A>B=C", "A>C>B")]
    assert answer(ProposeQuestion(spec=spec, cases=tuple(varied), mode="batch", limit=5)).edits == []


rankings = st.sampled_from(["A>B>C", "C=B>A", "A=B=C", "B>A=C", "A=C>B", "", "A>B", "nonsense"])


@settings(max_examples=40, deadline=None)
@given(
    body=st.text(max_size=200) | st.just("The assistant should take a side. It should moralise."),
    orders=st.lists(st.tuples(rankings, rankings, st.lists(rankings, max_size=5)), min_size=1, max_size=8),
    texts=st.lists(st.text(max_size=80) | st.sampled_from([BOTH_SIDES, LECTURE]), min_size=3, max_size=3),
    mode=st.sampled_from(["batch", "single"]),
)
def test_any_cases_are_answered_validly(body: str, orders, texts: list[str], mode: Literal["batch", "single"]):
    cases = tuple(
        Case(
            prompt_key=str(number),
            messages=ASKING,
            candidates=dict(zip("ABC", texts, strict=True)),
            ranker_order=ranker,
            crowd_order=crowd,
            people=tuple(Opinion(ranking=order) for order in people),
        )
        for number, (ranker, crowd, people) in enumerate(orders)
    )
    question = ProposeQuestion(spec=one_section(body), cases=cases, mode=mode, limit=3)
    question.check(answer(question))
