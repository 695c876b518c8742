"""Rankings: what is read, what is refused, and the list of all of them."""

from fractions import Fraction
from itertools import permutations, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from measures import rankings
from measures.rankings import RankingError

from .strategies import any_crowd, any_places, sizes


def plain_text(places):
    """Twin of `format_ranking`."""
    groups = ([i for i, own in enumerate(places) if own == place] for place in range(max(places) + 1))
    return ">".join("=".join("ABCDEF"[i] for i in group) for group in groups)


def plain_midranks(places):
    """Twin of `midranks`: the mean of the ranks a tied group covers."""
    ladder = sorted(places)
    ranks = {place: [i + 1 for i, other in enumerate(ladder) if other == place] for place in places}
    return [Fraction(sum(ranks[place]), len(ranks[place])) for place in places]


def test_parse_reads_places_by_letter():
    assert rankings.parse("A>B=D>C").tolist() == [0, 1, 2, 1]


@given(any_places())
def test_text_and_places_are_each_others_inverse(places):
    text = rankings.format_ranking(places)
    assert text == plain_text(places)
    assert rankings.parse(text).tolist() == places
    assert rankings.parse(text, len(places)).tolist() == places


@pytest.mark.parametrize(
    ("text", "size", "advice"),
    [
        ("A>B=G>C", 4, "holds 'G': use only A, B, C, D"),
        ("A>B>C>D", 3, "holds 'D': use only A, B, C"),
        ("A>a=B>C", 4, "holds 'a'"),
        ("A>BD>C", 4, "holds 'BD'"),
        ("A > B", 2, "without blanks"),
        ("A>B=C", 4, "leaves out D: place every letter"),
        ("A>C", None, "holds 'C': use only A, B"),
        ("A>B=A>C>D", 4, "repeats A: name each letter once"),
        ("A>>B", 2, "empty place"),
        ("A>B=", 2, "empty place"),
        (">A>B", 2, "empty place"),
        ("", 4, "empty place"),
        ("A>D=B>C", 4, "write ties in letter order, B=D"),
        ("A", None, "of 2 to 6 candidates, not of 1"),
        ("A>B>C>D>E>F>G", None, "of 2 to 6 candidates, not of 7"),
        ("A>B", 7, "of 2 to 6 candidates, not of 7"),
    ],
)
def test_parse_refuses_and_says_what_to_do(text, size, advice):
    with pytest.raises(RankingError) as refusal:
        rankings.parse(text, size)
    assert advice in str(refusal.value)
    with pytest.raises(RankingError):
        rankings.order_of_text(text, size)


def test_refusal_of_a_long_text_is_short():
    with pytest.raises(RankingError) as refusal:
        rankings.parse("A" * 100_000, 4)
    assert len(str(refusal.value)) < 250


@given(st.text(alphabet="ABCDG>= ", max_size=12))
def test_parse_reads_nothing_but_canonical_text(text):
    try:
        places = rankings.parse(text)
    except RankingError:
        assert text not in rankings.weak_order_texts(max(2, min(6, (len(text) + 1) // 2)))
    else:
        assert rankings.format_ranking(places) == text


@given(any_places(), st.data())
def test_canonicalise_accepts_blanks_and_ties_in_any_order(places, data):
    text = plain_text(places)
    groups = [data.draw(st.permutations(group.split("="))) for group in text.split(">")]
    blank = data.draw(st.sampled_from(["", " ", "  ", "\n", "\t"]))
    untidy = f"{blank}>{blank}".join(f"{blank}={blank}".join(group) for group in groups)
    assert rankings.canonicalise(blank + untidy + blank) == text


@pytest.mark.parametrize("text", ["A>b", "A>B>", "A>B=B", "A,B"])
def test_canonicalise_does_not_guess(text):
    with pytest.raises(RankingError):
        rankings.canonicalise(text, 2)


@pytest.mark.parametrize(("size", "count"), [(2, 3), (3, 13), (4, 75), (5, 541), (6, 4683)])
def test_weak_orders_are_all_and_each_once(size, count):
    orders = rankings.weak_orders(size)
    texts = rankings.weak_order_texts(size)
    assert orders.shape == (count, size)
    plain = [p for p in product(range(size), repeat=size) if set(p) == set(range(max(p) + 1))]
    assert [tuple(row) for row in orders.tolist()] == plain
    assert texts == tuple(plain_text(row) for row in plain)
    assert rankings.order_of_places(orders).tolist() == list(range(count))
    assert [rankings.order_of_text(text) for text in texts] == list(range(count))
    assert [rankings.order_of_text(text, size) for text in texts] == list(range(count))


def test_weak_orders_cannot_be_written_to():
    with pytest.raises(ValueError, match="read-only"):
        rankings.weak_orders(4)[0, 0] = 1


@pytest.mark.parametrize("places", [[0, 2, 2], [1, 1, 2], [-1, 0, 1], [0, 1, 3]])
def test_order_of_places_refuses_places_with_gaps(places):
    with pytest.raises(RankingError, match="from 0"):
        rankings.order_of_places([[0, 1, 2], places])


@pytest.mark.parametrize("size", [1, 7])
def test_other_sizes_are_refused(size):
    for call in (rankings.weak_orders, lambda k: rankings.order_of_places([0] * k)):
        with pytest.raises(RankingError, match="2 to 6"):
            call(size)


@given(any_crowd)
def test_midranks_and_utilities_equal_their_twins(crowd):
    size = len(crowd[0])
    ranks = [plain_midranks(places) for places in crowd]
    assert rankings.midranks(crowd).tolist() == [[float(rank) for rank in row] for row in ranks]
    expected = [[float((size - rank) / (size - 1)) for rank in row] for row in ranks]
    np.testing.assert_allclose(rankings.utilities(crowd), expected, rtol=0, atol=1e-15)


def test_utility_of_the_worked_ranking_with_and_without_veto():
    places = rankings.parse("A>B=D>C")
    assert rankings.utilities(places).tolist() == [1, 0.5, 0, 0.5]
    assert rankings.utilities(places, [False, True, False, False]).tolist() == [1, 0, 0, 0.5]


@given(any_crowd)
def test_places_by_score_orders_utilities_back_into_the_ranking(crowd):
    assert rankings.places_by_score(rankings.utilities(crowd)).tolist() == crowd


def test_places_by_score_ties_sums_that_differ_by_rounding():
    assert rankings.places_by_score([0.1 + 0.2, 0.3, 1.0]).tolist() == [1, 1, 0]


@given(any_places(), st.data())
def test_shown_letters_and_canonical_letters_are_each_others_inverse(places, data):
    letters = "ABCDEF"[: len(places)]
    shown_order = "".join(data.draw(st.permutations(letters)))
    text = plain_text(places)
    # Twin: replace letter by letter, then put ties in letter order.
    swapped = text.translate(str.maketrans(letters, shown_order))
    assert rankings.to_canonical(text, shown_order) == rankings.canonicalise(swapped)
    assert rankings.to_shown(rankings.to_canonical(text, shown_order), shown_order) == text


def test_first_shown_response_is_the_letter_a():
    assert rankings.to_canonical("A>B=C>D", "CADB") == "C>A=D>B"


@pytest.mark.parametrize("shown_order", ["ABCC", "ABCE", "ABC", "", "A>BC"])
def test_a_shown_order_that_is_no_permutation_is_refused(shown_order):
    for turn in (rankings.to_canonical, rankings.to_shown):
        with pytest.raises(RankingError):
            turn("A>B=C>D", shown_order)


@given(sizes)
def test_every_permutation_of_a_strict_order_is_listed(size):
    texts = set(rankings.weak_order_texts(size))
    assert {">".join(order) for order in permutations("ABCDEF"[:size])} <= texts
