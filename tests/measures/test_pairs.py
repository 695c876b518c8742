"""Pairs of rankings: agreement, tau-b, top choice, against the definitions, scipy and the worked numbers."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import kendalltau

from measures import pairs
from measures.rankings import order_of_places, order_of_text, places_by_score, weak_orders

from . import plain
from .strategies import places, sizes

TABLE = [
    ("A>B=D>C", "A>B>C>D", Fraction(4, 5), 0.5477),
    ("A>B=D>C", "A=B=C=D", Fraction(1, 2), None),
    ("A>B=D>C", "C>B=D>A", Fraction(0), -1),
    ("B>A>C>D", "A>B=D>C", Fraction(7, 12), 0.1826),
    ("A=B=C=D", "A>B>C>D", None, None),
]
two_rankings = sizes.flatmap(lambda size: st.tuples(places(size), places(size)))


def orders(one, other):
    return int(order_of_places(one)), int(order_of_places(other)), len(one)


def same(value, expected):
    return bool(np.isnan(value)) if expected is None else value == pytest.approx(float(expected), abs=1e-12)


@pytest.mark.parametrize(("person", "ranker", "agreement", "tau"), TABLE)
def test_the_worked_table(person, ranker, agreement, tau):
    one, other = order_of_text(person), order_of_text(ranker)
    assert same(pairs.pair_agreement(one, other, 4), agreement)
    found = pairs.tau_b(one, other, 4)
    assert np.isnan(found) if tau is None else round(float(found), 4) == tau


@pytest.mark.parametrize("size", [2, 3, 4])
@pytest.mark.parametrize("name", ["pair_agreement", "tau_b", "top_choice"])
def test_every_pair_of_rankings_equals_the_twin(size, name):
    rows = np.arange(len(weak_orders(size)))
    table = getattr(pairs, name)(rows[:, None], rows[None, :], size)
    listed = plain.weak_orders(size)
    twin = [[getattr(plain, name)(one, other) for other in listed] for one in listed]
    np.testing.assert_allclose(table, np.array(twin, dtype=float), rtol=0, atol=1e-15)


@given(two_rankings)
def test_pairs_of_any_size_equal_the_twin(two):
    one, other, size = orders(*two)
    for name in ("pair_agreement", "tau_b", "top_choice"):
        expected = getattr(plain, name)(tuple(two[0]), tuple(two[1]))
        assert same(getattr(pairs, name)(one, other, size), expected)


@given(two_rankings)
def test_tau_b_is_scipys(two):
    one, other, size = orders(*two)
    expected = kendalltau(two[0], two[1]).statistic
    np.testing.assert_allclose(pairs.tau_b(one, other, size), expected, rtol=0, atol=1e-12)


@given(two_rankings)
def test_the_opposite_ranker_agrees_where_the_ranker_does_not(two):
    one, other, size = orders(*two)
    opposite = int(order_of_places(places_by_score(two[1])))
    total = pairs.pair_agreement(one, other, size) + pairs.pair_agreement(one, opposite, size)
    assert np.isnan(total) if len(set(two[0])) == 1 else total == pytest.approx(1)


@given(two_rankings, st.data())
def test_renaming_the_candidates_changes_nothing(two, data):
    one, other, size = orders(*two)
    names = data.draw(st.permutations(range(size)))
    renamed = orders([two[0][i] for i in names], [two[1][i] for i in names])
    for measure in (pairs.pair_agreement, pairs.tau_b, pairs.top_choice):
        np.testing.assert_equal(measure(*renamed), measure(one, other, size))


@given(two_rankings)
def test_tau_b_and_top_choice_are_symmetric_where_both_say_something(two):
    one, other, size = orders(*two)
    if one and other:  # row 0 is the tie of all
        for measure in (pairs.tau_b, pairs.top_choice):
            assert measure(one, other, size) == measure(other, one, size)


@pytest.mark.parametrize(
    ("person", "ranker", "share"),
    [
        ("A>B>C>D", "A>D>C>B", 1),
        ("A=B>C>D", "A=B>C=D", 1),
        ("A=B>C>D", "B>A>C>D", Fraction(1, 2)),
        ("A=B>C>D", "B=C>A>D", Fraction(1, 3)),
        ("A>B>C>D", "B>A>C>D", 0),
        ("A>B>C>D", "A=B=C=D", Fraction(1, 4)),
        ("A=B=C=D", "A>B>C>D", None),
    ],
)
def test_top_choice_with_ties(person, ranker, share):
    assert same(pairs.top_choice(order_of_text(person), order_of_text(ranker), 4), share)
