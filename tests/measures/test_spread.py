"""A wrong distance would call four wordings of one answer diverse, or four opinions alike."""

import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from measures.spread import distance_to, distances, spread

TEXTS = st.lists(st.text(alphabet="abc Äé \n", max_size=30), max_size=5)


def plain_distance(first: str, second: str) -> float:
    """Reckon the distance word for word as the docstring says it."""
    grams = [
        Counter(t[i : i + 3] for i in range(len(t) - 2)) for t in (" ".join(x.lower().split()) for x in (first, second))
    ]
    weights = [{gram: 1 + math.log(times) for gram, times in count.items()} for count in grams]
    lengths = [math.sqrt(sum(value**2 for value in weight.values())) for weight in weights]
    if not all(lengths):
        return 1.0
    return 1 - sum(weights[0][gram] * weights[1].get(gram, 0) for gram in weights[0]) / (lengths[0] * lengths[1])


@given(TEXTS)
def test_it_equals_the_plain_reckoning(texts):
    apart = distances(texts)
    assert apart.shape == (len(texts), len(texts))
    for i, first in enumerate(texts):
        for j, second in enumerate(texts):
            expected = 0 if i == j else plain_distance(first, second)
            assert apart[i, j] == pytest.approx(expected, abs=1e-9)


@given(TEXTS)
def test_it_is_symmetric_and_between_0_and_1(texts):
    apart = distances(texts)
    assert np.allclose(apart, apart.T)
    assert ((apart >= 0) & (apart <= 1)).all()


def test_the_spread_is_the_mean_over_pairs():
    texts = ["take a side", "take no side", "ask somebody else"]
    pairs = [plain_distance(texts[i], texts[j]) for i, j in ((0, 1), (0, 2), (1, 2))]
    assert spread(texts) == pytest.approx(sum(pairs) / 3)
    assert distance_to("take a side", texts[1:]) == pytest.approx(sum(pairs[:2]) / 2)


def test_nothing_to_compare_has_no_spread():
    assert (spread([]), spread(["alone"]), distance_to("alone", [])) == (0, 0, 0)
