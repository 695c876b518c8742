"""Resampling: weights that are counts of draws, and intervals that cover what they should."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from measures.rankings import Floats
from measures.resampling import Clusters, Estimate, draw_counts, interval, replicate


def drawn_weights(prompts, people, resamples, seed):
    """The weights that `replicate` draws, one pair (prompts, people) per column."""
    seen: list[tuple[Floats, Floats]] = []

    def record(weights):
        seen.extend(zip(weights.prompts.T, weights.people.T, strict=True))
        return np.zeros(weights.people.shape[1])

    replicate({"": record}, prompts=prompts, people=people, resamples=resamples, seed=seed)
    return seen


def covers_zero(found):
    return found.low <= 0 <= found.high


@given(st.integers(1, 40), st.integers(1, 300), st.integers(0, 2**32))
@settings(max_examples=30)
def test_a_resample_draws_as_many_as_there_are(clusters, resamples, seed):
    counts = draw_counts(clusters, resamples, np.random.default_rng(seed))
    assert counts.shape == (clusters, resamples)
    assert (counts >= 0).all()
    assert (counts.sum(axis=0) == clusters).all()


def test_counts_are_multinomial():
    counts = draw_counts(10, 20_000, np.random.default_rng(3))
    assert counts.mean() == 1
    assert counts.var() == pytest.approx(0.9, abs=0.01)
    assert np.cov(counts)[0, 1:].mean() == pytest.approx(-0.1, abs=0.01)


def test_the_first_column_is_the_data_as_they_are():
    prompts, people = drawn_weights(5, 7, 10, 1)[0]
    assert prompts.tolist() == [1] * 5
    assert people.tolist() == [1] * 7


def test_the_seed_decides_the_resamples():
    def flat(seed):
        return np.concatenate([np.concatenate(pair) for pair in drawn_weights(5, 7, 300, seed)])

    assert (flat(1) == flat(1)).all()
    assert (flat(1) != flat(2)).any()


def test_no_resamples_give_an_estimate_without_interval():
    clusters = Clusters(np.array([0, 1]), np.array([0, 0]))
    values = clusters.replicate({"x": clusters.nested_mean(np.array([0.0, 1.0]))}, resamples=0, seed=0)["x"]
    assert interval(values) == Estimate(0.5, None, None)


def test_a_prompt_counts_once_however_many_people_it_has():
    clusters = Clusters(np.array([0, 0, 0, 7]), np.array([0, 1, 2, 0]))
    statistic = clusters.nested_mean(np.array([1.0, 1.0, 1.0, 0.0]))
    assert clusters.replicate({"x": statistic}, resamples=0, seed=0)["x"].tolist() == [0.5]


def test_undefined_values_are_left_out_and_so_is_a_prompt_without_others():
    clusters = Clusters(np.array([0, 0, 1]), np.array([0, 1, 0]))
    statistic = clusters.nested_mean(np.array([0.25, np.nan, np.nan]))
    assert clusters.replicate({"x": statistic}, resamples=0, seed=0)["x"].tolist() == [0.25]


def test_all_undefined_is_no_estimate():
    clusters = Clusters(np.array([0, 1]), np.array([0, 1]))
    statistic = clusters.nested_mean(np.array([np.nan, np.nan]))
    assert interval(clusters.replicate({"x": statistic}, resamples=5, seed=0)["x"]) == Estimate(None, None, None)


def test_intervals_cover_the_truth_about_as_often_as_they_say():
    """With effects of prompt, person and answer, 90 % intervals hold the true mean in at least 85 % of the cases."""
    random = np.random.default_rng(11)
    prompt, person = (index.ravel() for index in np.indices((30, 25)))
    held = 0
    for trial in range(200):
        values = random.normal(size=30)[prompt] + random.normal(size=25)[person] + random.normal(size=750)
        clusters = Clusters(prompt, person)
        found = interval(
            clusters.replicate({"x": clusters.nested_mean(values)}, resamples=200, seed=trial)["x"], confidence=0.9
        )
        held += covers_zero(found)
    assert 170 <= held <= 196


def test_resampling_answers_alone_would_not_cover():
    """The test above can fail: intervals that ignore the clusters are far too narrow."""
    random = np.random.default_rng(11)
    prompt, person = (index.ravel() for index in np.indices((30, 25)))
    held = 0
    for trial in range(100):
        values = random.normal(size=30)[prompt] + random.normal(size=25)[person] + random.normal(size=750)
        clusters = Clusters(np.arange(750), np.zeros(750, dtype=np.intp))
        found = interval(
            clusters.replicate({"x": clusters.nested_mean(values)}, resamples=200, seed=trial)["x"], confidence=0.9
        )
        held += covers_zero(found)
    assert held < 60
