"""Aggregation: Borda, Kemeny, Schulze, Krippendorff's alpha."""

from fractions import Fraction

import krippendorff
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from measures import aggregation
from measures.rankings import format_ranking, order_of_places, order_of_text, parse, weak_order_texts, weak_orders

from . import plain
from .strategies import CROWD, crowds

PLACES = [parse(text) for text in CROWD]
small_crowds = st.integers(2, 5).flatmap(crowds)


def test_borda_of_the_crowd_example():
    expected = [Fraction(4), Fraction(7, 2), Fraction(5, 6), Fraction(5, 3)]
    assert aggregation.borda(PLACES) == pytest.approx([float(score) for score in expected])


def test_strict_wins_of_the_crowd_example():
    wins = aggregation.pairwise_wins(PLACES)
    pairs = {"AB": (2, 1), "AC": (5, 0), "AD": (4, 1), "BC": (5, 0), "BD": (3, 1), "CD": (2, 2)}
    for pair, (for_one, for_other) in pairs.items():
        i, j = ("ABCD".index(letter) for letter in pair)
        assert (wins[i, j], wins[j, i]) == (for_one, for_other)


def test_schulze_and_kemeny_of_the_crowd_example():
    # C and D tie 2-2 between themselves and lose to A and B alike, so Schulze leaves them level.
    assert format_ranking(aggregation.schulze(aggregation.pairwise_wins(PLACES))) == "A>B>C=D"
    best = [weak_order_texts(4)[i] for i in aggregation.kemeny([order_of_text(text) for text in CROWD], 4)]
    assert best == [format_ranking(p) for p in plain.kemeny([tuple(p.tolist()) for p in PLACES])]


def test_schulze_uses_winning_votes():
    """A cycle that winning votes and margins resolve differently: the link with the fewest votes for it is weakest."""
    crowd = 4 * [[0, 1, 2]] + 3 * [[1, 2, 0]] + 2 * [[2, 0, 1]] + 5 * [[2, 1, 0]]
    wins = aggregation.pairwise_wins(crowd)
    assert aggregation.schulze_beats(wins).tolist() == plain.schulze_beats(crowd)


@given(small_crowds)
@settings(deadline=None)
def test_schulze_equals_its_twin_and_ranks_along_it(crowd):
    wins = aggregation.pairwise_wins(crowd)
    beats = aggregation.schulze_beats(wins)
    assert beats.tolist() == plain.schulze_beats(crowd)
    places = aggregation.schulze(wins)
    for i, j in np.argwhere(beats):
        assert places[i] < places[j]


@given(small_crowds)
def test_a_condorcet_winner_wins_by_schulze(crowd):
    wins = aggregation.pairwise_wins(crowd)
    size = len(wins)
    winners = [i for i in range(size) if all(wins[i, j] > wins[j, i] for j in range(size) if j != i)]
    assume(winners)
    assert np.flatnonzero(aggregation.schulze(wins) == 0).tolist() == winners


@given(st.integers(2, 4).flatmap(crowds))
@settings(deadline=None)
def test_kemeny_equals_its_twin(crowd):
    size = len(crowd[0])
    found = aggregation.kemeny(order_of_places(crowd), size)
    assert [tuple(row) for row in weak_orders(size)[found].tolist()] == plain.kemeny([tuple(p) for p in crowd])


@given(small_crowds)
def test_a_unanimous_crowd_is_followed_by_every_method(crowd):
    size, voice = len(crowd[0]), crowd[0]
    unanimous = [voice] * 3
    assert aggregation.borda_places(unanimous, np.zeros(3, dtype=np.intp), 1)[0].tolist() == voice
    assert aggregation.kemeny(order_of_places(unanimous), size).tolist() == [int(order_of_places(voice))]
    assert aggregation.schulze(aggregation.pairwise_wins(unanimous)).tolist() == voice


@given(small_crowds)
def test_borda_scores_are_summed_utilities(crowd):
    columns = zip(*(plain.utilities(places) for places in crowd), strict=True)
    assert aggregation.borda(crowd) == pytest.approx([sum(column) for column in columns])


def test_borda_places_keep_crowds_apart():
    places = aggregation.borda_places([[0, 1, 2], [2, 1, 0], [0, 1, 2]], np.array([0, 1, 1]), 2)
    assert places.tolist() == [[0, 1, 2], [0, 0, 0]]


@given(
    st.integers(2, 5).flatmap(
        lambda raters: st.lists(
            st.lists(st.one_of(st.none(), st.integers(-3, 3)), min_size=raters, max_size=raters),
            min_size=2,
            max_size=8,
        )
    )
)
@settings(deadline=None)
def test_alpha_equals_the_published_implementation(units):
    table = np.array(units, dtype=float).T
    counts = (~np.isnan(table)).sum(axis=0)
    paired = table[:, counts >= 2]
    if len(np.unique(paired[~np.isnan(paired)])) < 2:
        assert np.isnan(aggregation.krippendorff_alpha(table))
        return
    expected = krippendorff.alpha(table, level_of_measurement="ordinal")
    assert aggregation.krippendorff_alpha(table) == pytest.approx(expected)


def test_alpha_of_perfect_and_of_opposite_raters():
    assert aggregation.krippendorff_alpha([[1, 2, 3, 4], [1, 2, 3, 4]]) == pytest.approx(1)
    assert aggregation.krippendorff_alpha([[1, 2, 3, 4], [4, 3, 2, 1]]) < 0


def test_alpha_is_undefined_without_two_answers_or_two_values():
    assert np.isnan(aggregation.krippendorff_alpha([[1, np.nan], [np.nan, 2]]))
    assert np.isnan(aggregation.krippendorff_alpha([[1, 1], [1, 1]]))
