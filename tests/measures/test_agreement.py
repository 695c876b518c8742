"""Agreement with a crowd: the worked numbers, the plain twin, and what must hold for any crowd."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from measures import agreement
from measures.agreement import NOT_RANKED, Rankings, compare_rankers, measure_agreement, pair_agreement_of
from measures.rankings import order_of_places, order_of_text, weak_order_texts, weak_orders
from measures.resampling import Estimate

from . import plain
from .strategies import CROWD
from .test_resampling import drawn_weights

NAMES = [
    "pair_agreement",
    "tau_b",
    "top_choice",
    "attainable",
    "share_of_attainable",
    "person_to_person",
    "aggregate",
]


def rankings_of(answers, sizes):
    """Turn answers (prompt, person, places) into arrays."""
    prompt, person, order = ([], [], [])
    for p, i, places in answers:
        prompt.append(p)
        person.append(i)
        order.append(int(order_of_places(places)))
    whole = (np.array(values, dtype=np.intp) for values in (prompt, person, order, sizes))
    return Rankings(*whole)


def ranker_of(rankers, sizes):
    """Turn {prompt: places} into an array."""
    return np.array([int(order_of_places(rankers[p])) if p in rankers else NOT_RANKED for p in range(len(sizes))])


def crowd_rankings():
    return Rankings(
        prompt=np.zeros(5, dtype=np.intp),
        person=np.arange(5),
        order=np.array([order_of_text(text) for text in CROWD]),
        sizes=np.array([4]),
    )


@st.composite
def studies(draw, most_prompts=4, most_people=5):
    """A small study: sizes per prompt, answers, and a ranker that may leave prompts out."""
    sizes = draw(st.lists(st.integers(2, 5), min_size=1, max_size=most_prompts))
    people = draw(st.integers(1, most_people))
    order = [st.sampled_from(plain.weak_orders(size)) for size in sizes]
    answers = [(p, i, draw(order[p])) for p in range(len(sizes)) for i in range(people) if draw(st.integers(0, 3)) > 0]
    ranker = {p: draw(order[p]) for p in range(len(sizes)) if draw(st.integers(0, 5)) > 0}
    return sizes, answers, ranker


def twin(sizes, answers, ranker, resamples, seed):
    """Estimate and replicates of every figure, by loops."""
    ranked = [answer for answer in answers if answer[0] in ranker]
    if not ranked:
        return {name: [None] * (resamples + 1) for name in NAMES}
    prompts, people = sorted({a[0] for a in ranked}), sorted({a[1] for a in ranked})
    best, crowd = plain.best_single_rankings(ranked), plain.crowd_orders(ranked)
    rows = []
    for prompt_weights, person_weights in drawn_weights(len(prompts), len(people), resamples, seed):
        weight = dict(zip(prompts, prompt_weights, strict=True)), dict(zip(people, person_weights, strict=True))
        rows.append(plain.figures(plain.by_prompt(ranked), ranker, best, crowd, *weight))
    return {name: [row[name] for row in rows] for name in NAMES}


def test_the_crowd_example():
    crowd = crowd_rankings()
    ranker = np.array([order_of_text("A>B=D>C")])
    assert pair_agreement_of(crowd, ranker) == pytest.approx([1, 7 / 12, 9 / 10, 7 / 10, 7 / 10])
    found = measure_agreement(crowd, ranker)
    assert found.pair_agreement.estimate == pytest.approx(233 / 300)
    assert found.attainable.estimate == pytest.approx(61 / 75)
    assert found.share_of_attainable.estimate == pytest.approx((233 / 300) / (61 / 75))
    assert found.person_to_person.estimate == pytest.approx(41 / 60)
    assert [weak_order_texts(4)[order] for order in agreement.best_single_rankings(crowd)] == ["A>B>D>C"]
    assert (found.prompts, found.assessments, found.all_tied) == (1, 5, 0)


@given(studies(), st.integers(0, 1000))
@settings(max_examples=60, deadline=None)
def test_every_figure_and_every_replicate_equals_the_twin(study, seed):
    sizes, answers, ranker = study
    found = measure_agreement(rankings_of(answers, sizes), ranker_of(ranker, sizes), resamples=6, seed=seed)
    slow = twin(sizes, answers, ranker, 6, seed)
    for name in NAMES:
        estimate, *replicates = slow[name]
        known = [value for value in replicates if value is not None]
        if name == "aggregate" and len({p for p, _, _ in answers if p in ranker}) == 1:
            known = []
        value = getattr(found, name)
        if estimate is None:
            assert value == Estimate(None, None, None)
        else:
            assert value.estimate == pytest.approx(estimate)
            ends = np.quantile(known, [0.025, 0.975]) if known else [None, None]
            assert [value.low, value.high] == pytest.approx(list(ends))


@given(studies())
@settings(max_examples=60, deadline=None)
def test_counts_are_of_what_counts(study):
    sizes, answers, ranker = study
    found = measure_agreement(rankings_of(answers, sizes), ranker_of(ranker, sizes), resamples=0)
    ranked = [answer for answer in answers if answer[0] in ranker]
    said = [answer for answer in ranked if len(set(answer[2])) > 1]
    assert found.assessments == len(said)
    assert found.all_tied == len(ranked) - len(said)
    assert found.prompts == len({prompt for prompt, _, _ in said})


@given(studies())
@settings(max_examples=60, deadline=None)
def test_no_ranker_passes_the_attainable_and_the_best_one_reaches_it(study):
    sizes, answers, ranker = study
    rankings = rankings_of(answers, sizes)
    found = measure_agreement(rankings, ranker_of(ranker, sizes), resamples=0)
    if found.attainable.estimate is not None and found.pair_agreement.estimate is not None:
        assert found.pair_agreement.estimate <= found.attainable.estimate + 1e-9
        assert 0.5 - 1e-9 <= found.attainable.estimate <= 1 + 1e-9
    best = agreement.best_single_rankings(rankings)
    reached = measure_agreement(rankings, best, resamples=0)
    assert reached.share_of_attainable.estimate in (None, pytest.approx(1))


@given(studies())
@settings(max_examples=60, deadline=None)
def test_best_single_rankings_and_crowd_orders_equal_their_twins(study):
    sizes, answers, _ = study
    rankings = rankings_of(answers, sizes)
    assert (agreement.best_single_rankings(rankings) == ranker_of(plain.best_single_rankings(answers), sizes)).all()
    assert (agreement.crowd_orders(rankings) == ranker_of(plain.crowd_orders(answers), sizes)).all()


@given(studies(), st.data())
@settings(max_examples=40, deadline=None)
def test_the_order_of_the_rows_changes_nothing(study, data):
    sizes, answers, ranker = study
    mixed = data.draw(st.permutations(answers))
    one = measure_agreement(rankings_of(answers, sizes), ranker_of(ranker, sizes), resamples=5)
    other = measure_agreement(rankings_of(mixed, sizes), ranker_of(ranker, sizes), resamples=5)
    for name in NAMES:
        before, after = getattr(one, name), getattr(other, name)
        assert [after.estimate, after.low, after.high] == pytest.approx([before.estimate, before.low, before.high])


def test_the_seed_decides_the_interval_and_not_the_estimate():
    random = np.random.default_rng(5)
    prompt, person = np.indices((20, 15)).reshape(2, -1)
    rankings = Rankings(prompt, person, random.integers(0, 75, 300), np.full(20, 4))
    ranker = random.integers(0, 75, 20)
    one, same, other = (measure_agreement(rankings, ranker, seed=seed) for seed in (1, 1, 2))
    assert one == same
    assert one.pair_agreement.estimate == other.pair_agreement.estimate
    assert one.pair_agreement.low != other.pair_agreement.low


def test_everybody_tying_everything_is_undefined_and_not_a_guess():
    rankings = Rankings(np.array([0, 0]), np.array([0, 1]), np.array([0, 0]), np.array([4]))
    found = measure_agreement(rankings, np.array([order_of_text("A>B>C>D")]))
    undefined = Estimate(None, None, None)
    assert {name: getattr(found, name) for name in NAMES} == dict.fromkeys(NAMES, undefined)
    assert (found.prompts, found.assessments, found.all_tied) == (0, 0, 2)


def test_a_prompt_without_a_defined_value_is_dropped():
    texts = ["A>B>C>D", "A>B>C>D", "A=B=C=D"]
    orders = np.array([order_of_text(text) for text in texts])
    rankings = Rankings(np.array([0, 0, 1]), np.array([0, 1, 0]), orders, np.array([4, 4]))
    found = measure_agreement(rankings, np.array([orders[0], orders[0]]))
    assert found.pair_agreement == Estimate(1.0, 1.0, 1.0)
    assert found.prompts == 1


def test_nothing_ranked_is_undefined():
    found = measure_agreement(crowd_rankings(), np.array([NOT_RANKED]))
    assert found.to_json()["pair_agreement"] == {"estimate": None, "low": None, "high": None}
    assert (found.prompts, found.assessments) == (0, 0)


def test_where_keeps_the_numbers_of_prompts_and_people():
    part = crowd_rankings().where([False, True, False, False, True])
    assert part.person.tolist() == [1, 4]
    assert len(part.sizes) == 1


@given(studies(), st.data())
@settings(max_examples=60, deadline=None)
def test_a_difference_equals_the_difference_of_the_twins(study, data):
    sizes, answers, before = study
    after = {p: data.draw(st.sampled_from(plain.weak_orders(sizes[p]))) for p in before}
    found = compare_rankers(
        rankings_of(answers, sizes), ranker_of(before, sizes), ranker_of(after, sizes), resamples=8, seed=3
    )
    said = [a for a in answers if a[0] in before and len(set(a[2])) > 1]
    assert found.assessments == len(said)
    if not said:
        assert (found.estimate, found.low, found.high, found.p_value) == (None, None, None, None)
        return
    prompts, people = sorted({a[0] for a in said}), sorted({a[1] for a in said})
    gains = []
    for prompt_weights, person_weights in drawn_weights(len(prompts), len(people), 8, 3):
        weight = dict(zip(prompts, prompt_weights, strict=True)), dict(zip(people, person_weights, strict=True))
        one, other = (plain.figures(plain.by_prompt(said), r, {}, r, *weight) for r in (before, after))
        if one["pair_agreement"] is not None:
            gains.append(other["pair_agreement"] - one["pair_agreement"])
        else:
            gains.append(np.nan)
    assert found.estimate == pytest.approx(gains[0])
    np.testing.assert_allclose(found.replicates, gains[1:], rtol=0, atol=1e-12)
    assert found.changed == sum(before[p] != after[p] for p in prompts)


def test_no_change_is_a_difference_of_nothing():
    ranker = np.array([order_of_text("A>B=D>C")])
    found = compare_rankers(crowd_rankings(), ranker, ranker)
    assert (found.estimate, found.low, found.high, found.p_value, found.changed) == (0, 0, 0, 1, 0)


def test_only_prompts_ranked_by_both_are_compared():
    rankings = Rankings(np.array([0, 1]), np.array([0, 0]), np.array([40, 41]), np.array([4, 4]))
    found = compare_rankers(rankings, np.array([40, NOT_RANKED]), np.array([0, 41]))
    assert found.estimate == -0.5
    assert found.prompts == 1


def test_a_clear_gain_is_found_and_shuffled_answers_show_none():
    random = np.random.default_rng(8)
    truth = random.integers(0, 75, 60)
    prompt, person = np.indices((60, 30)).reshape(2, -1)
    noisy = np.where(random.random(1800) < 0.5, truth[prompt], random.integers(0, 75, 1800))
    before = random.integers(0, 75, 60)
    gain = compare_rankers(Rankings(prompt, person, noisy, np.full(60, 4)), before, truth)
    assert gain.low is not None
    assert gain.low > 0.1
    assert gain.p_value == pytest.approx(2 / 1001)
    assert gain.quantile(0.025) == pytest.approx(gain.low)
    shuffled = Rankings(prompt, person, random.permutation(noisy), np.full(60, 4))
    nothing = compare_rankers(shuffled, before, truth)
    assert nothing.p_value is not None
    assert nothing.p_value > 0.05


def test_mixed_sizes_are_measured_each_in_its_own():
    texts = ["A>B", "B>A", "A>B>C>D>E>F"]
    rankings = Rankings(
        np.array([0, 0, 1]), np.array([0, 1, 0]), np.array([order_of_text(t) for t in texts]), np.array([2, 6])
    )
    ranker = np.array([order_of_text("A>B"), order_of_text("A>B>C>D>F>E")])
    found = measure_agreement(rankings, ranker, resamples=0)
    assert found.pair_agreement.estimate == pytest.approx((0.5 + 14 / 15) / 2)
    assert found.person_to_person.estimate == 0
    assert len(weak_orders(6)) == 4683
