"""How long it takes if it goes on like this."""

import numpy as np
import pytest

from measures.pace import time_left


def test_the_estimate_is_what_is_left_over_the_pace():
    found = time_left(60, [10, 20, 10], 4.0, fewest_batches=3)
    assert found.estimate == 6.0
    assert found.low is not None
    assert found.high is not None
    assert found.low < 6.0 < found.high


def test_nothing_is_left():
    assert time_left(0, [], 0.0, fewest_batches=5).to_json() == {"estimate": 0.0, "low": 0.0, "high": 0.0}


@pytest.mark.parametrize(("batches", "span"), [([], 4.0), ([5, 5], 4.0), ([0, 0, 0], 4.0), ([5, 5, 5], 0.0)])
def test_too_little_to_go_by(batches, span):
    assert time_left(10, batches, span, fewest_batches=3).estimate is None


def test_batches_of_many_widen_the_interval():
    one_by_one = time_left(100, [1] * 100, 10.0, fewest_batches=3)
    in_bulk = time_left(100, [20] * 5, 10.0, fewest_batches=3)
    assert one_by_one.estimate == in_bulk.estimate
    assert one_by_one.high is not None
    assert in_bulk.high is not None
    assert in_bulk.high > 1.5 * one_by_one.high


def test_the_interval_holds_the_true_pace_as_often_as_it_says():
    rng = np.random.default_rng(5)
    rate, size, span, held = 2.0, 8.0, 12.0, 0
    for _ in range(400):
        batches = rng.poisson(size, rng.poisson(rate * span))
        found = time_left(1000, [int(batch) for batch in batches if batch], span, fewest_batches=1)
        assert found.low is not None
        assert found.high is not None
        held += found.low <= 1000 / (rate * size) <= found.high
    assert 0.86 <= held / 400 <= 0.99
