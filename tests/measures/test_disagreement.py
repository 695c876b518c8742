"""The posterior variance of the pairwise order, against the formula in plain Python and scipy's Beta."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import beta

from measures.disagreement import order_variances
from measures.rankings import order_of_places, order_of_text

from .plain import sign
from .strategies import crowds, sizes

crowds_of_prompts = sizes.flatmap(
    lambda size: st.tuples(st.just(size), st.lists(crowds(size, fewest=0, most=5), min_size=1, max_size=3))
)


def twin(size, crowd):
    variances = []
    for i in range(size):
        for j in range(i + 1, size):
            above = sum((1 + sign(places, i, j)) / 2 for places in crowd)
            variances.append(beta(1 + above, 1 + len(crowd) - above).var())
    return sum(variances) / len(variances)


@given(crowds_of_prompts)
def test_it_equals_the_twin_prompt_by_prompt(given_crowds):
    size, prompts = given_crowds
    orders = [int(order_of_places(places)) for crowd in prompts for places in crowd]
    index = [number for number, crowd in enumerate(prompts) for _places in crowd]
    found = order_variances(orders, index, len(prompts), size)
    np.testing.assert_allclose(found, [twin(size, crowd) for crowd in prompts], rtol=1e-12)


@pytest.mark.parametrize(
    ("texts", "variance"),
    [
        ([], 1 / 12),
        (["A>B"], 1 / 18),  # Beta(2, 1)
        (["A=B"], 1 / 16),  # Beta(3/2, 3/2)
        (["A>B", "B>A"], 1 / 20),  # Beta(2, 2)
        (["A>B", "A>B"], 3 / 80),  # Beta(3, 1)
    ],
)
def test_the_worked_numbers(texts, variance):
    orders = [order_of_text(text) for text in texts]
    assert order_variances(orders, [0] * len(orders), 1, 2)[0] == pytest.approx(variance, abs=1e-15)


def test_the_divided_are_more_doubtful_than_the_agreed_and_the_asked_less_than_the_unasked():
    agreed, divided = ["A>B>C"] * 4, ["A>B>C", "C>B>A"] * 2
    orders = [order_of_text(text) for text in [*agreed, *divided]]
    one, other, nobody = order_variances(orders, [0] * 4 + [1] * 4, 3, 3)
    assert one < other < nobody
