"""Two rankings of the same candidates: how alike they are, pair by pair.

Rankings are given as rows of `weak_orders(K)`. Everything here follows from the sign that a ranking gives each pair of
candidates, so that no 75 x 75 table (K = 4), let alone a 4,683 x 4,683 one (K = 6), has to be kept.
"""

from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .rankings import Floats, weak_orders

Signs = NDArray[np.int8]


@lru_cache
def pair_signs(size: int) -> Signs:
    """Return the order that each ranking gives each pair of candidates.

    Args:
        size: K, from 2 to 6.

    Returns:
        Read-only, shape (n, K(K-1)/2): a row per row of `weak_orders(size)`, a column per pair (A, B), (A, C), ...,
        1 where the first of the pair is better, -1 where it is worse, 0 where they are tied.

    Example:
        >>> from measures.rankings import order_of_text
        >>> pair_signs(3)[order_of_text("B>A=C")].tolist()
        [-1, 0, 1]
    """
    places = weak_orders(size)
    first, second = np.triu_indices(size, 1)
    signs = np.sign(places[:, second] - places[:, first]).astype(np.int8)
    signs.setflags(write=False)
    return signs


@lru_cache
def strict_pairs(size: int) -> Floats:
    """Return how many pairs each ranking orders strictly, shape (n,); 0 only for the tie of all."""
    counts = np.abs(pair_signs(size)).sum(axis=1).astype(np.float64)
    counts.setflags(write=False)
    return counts


@lru_cache
def first_places(size: int) -> NDArray[np.bool_]:
    """Return which candidates each ranking puts first, shape (n, K)."""
    first = weak_orders(size) == 0
    first.setflags(write=False)
    return first


def pair_agreement(person: ArrayLike, ranker: ArrayLike, size: int) -> Floats:
    """Return the agreement of rankers with people.

    The mean, over the pairs that the person orders strictly, of 1 where the ranker orders the pair the same way, 1/2
    where it ties the pair, 0 where it orders it the other way. It is not symmetric.

    Args:
        person: rows of `weak_orders(size)`, any shape.
        ranker: likewise, a shape that broadcasts with it.
        size: K, the number of candidates.

    Returns:
        The broadcast shape; in [0, 1], NaN where the person ties everything.

    Example:
        >>> from measures.rankings import order_of_text
        >>> float(pair_agreement(order_of_text("A>B=D>C"), order_of_text("A>B>C>D"), 4))
        0.8
    """
    mine = strict_pairs(size)[np.asarray(person)]
    return quotient(_net_agreement(person, ranker, size), mine) / 2 + 0.5


def tau_b(person: ArrayLike, ranker: ArrayLike, size: int) -> Floats:
    """Return Kendall's tau-b of pairs of rankings, as `scipy.stats.kendalltau` defines it.

    (concordant - discordant) / sqrt(pairs strict in the one x pairs strict in the other). Arguments as in
    `pair_agreement`; in [-1, 1], NaN where either ties everything.

    Example:
        >>> from measures.rankings import order_of_text
        >>> round(float(tau_b(order_of_text("B>A>C>D"), order_of_text("A>B=D>C"), 4)), 4)
        0.1826
    """
    strict = strict_pairs(size)
    return quotient(
        _net_agreement(person, ranker, size), np.sqrt(strict[np.asarray(person)] * strict[np.asarray(ranker)])
    )


def top_choice(person: ArrayLike, ranker: ArrayLike, size: int) -> Floats:
    """Return how far the first places of pairs of rankings coincide.

    Of the candidates that the person or the ranker puts first, the share that both put first. So it is 1 where the
    same candidates are first, 0 where none is first in both, and with one alone at the top against m tied there, 1/m
    if it is among them: a ranker that ties all reaches 1/K, what guessing would. Symmetric, except that it is NaN
    where the person ties everything: they named no first choice. Arguments as in `pair_agreement`.

    Example:
        >>> from measures.rankings import order_of_text
        >>> float(top_choice(order_of_text("A=B>C>D"), order_of_text("A>B>C>D"), 4))
        0.5
    """
    first = first_places(size)
    mine, theirs = first[np.asarray(person)], first[np.asarray(ranker)]
    share = (mine & theirs).sum(axis=-1) / (mine | theirs).sum(axis=-1)
    return np.where(strict_pairs(size)[np.asarray(person)] > 0, share, np.nan)


def _net_agreement(person: ArrayLike, ranker: ArrayLike, size: int) -> Floats:
    """Return the number of pairs ordered the same way less the number ordered the other way."""
    signs = pair_signs(size)
    return (signs[np.asarray(person)] * signs[np.asarray(ranker)]).sum(axis=-1).astype(np.float64)


def quotient(numerator: Floats, denominator: Floats) -> Floats:
    """Return numerator / denominator, NaN where the denominator is not above 0."""
    shape = np.broadcast_shapes(numerator.shape, denominator.shape)
    return np.divide(numerator, denominator, out=np.full(shape, np.nan), where=denominator > 0)
