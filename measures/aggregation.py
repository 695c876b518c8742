"""From many rankings of the same candidates to one: Borda, Kemeny, Schulze; and how reliable answers are.

Rankings are places of shape (n, K), lower is better, or rows of `weak_orders(K)`, as each function says.
"""

from typing import cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .pairs import pair_signs
from .rankings import Floats, Ints, Places, places_by_score, utilities


def borda(places: ArrayLike) -> Floats:
    """Return the Borda score of every candidate: the sum of its utilities, see `rankings.utilities`.

    Args:
        places: shape (n, K), lower is better.

    Returns:
        Shape (K,); the scores sum to nK/2.

    Example:
        >>> borda([[0, 1, 2], [0, 0, 1]]).tolist()
        [1.75, 1.25, 0.0]
    """
    return cast(Floats, utilities(places).sum(axis=0))


def borda_places(places: ArrayLike, group: Ints, groups: int) -> Places:
    """Return the Borda order of several crowds at once.

    Args:
        places: shape (n, K), lower is better.
        group: shape (n,), the crowd each ranking belongs to, 0..groups-1.
        groups: how many crowds there are.

    Returns:
        Dense places, shape (groups, K); equal scores are tied.
    """
    values = utilities(places)
    scores = np.zeros((groups, values.shape[1]))
    np.add.at(scores, group, values)
    return places_by_score(scores)


def pairwise_wins(places: ArrayLike) -> Ints:
    """Count who prefers what.

    Args:
        places: shape (n, K), lower is better.

    Returns:
        Shape (K, K): in row i, column j how many put i strictly before j; ties count for neither.

    Example:
        >>> pairwise_wins([[0, 1, 2], [0, 0, 1]]).tolist()
        [[0, 1, 2], [0, 0, 2], [0, 0, 0]]
    """
    values = np.asarray(places)
    return cast(Ints, (values[:, :, None] < values[:, None, :]).sum(axis=0))


def kemeny(orders: ArrayLike, size: int) -> Ints:
    """Return the rankings with the smallest summed distance to the crowd's, of all weak orders.

    The distance of two rankings is Kendall's with penalty 1/2 (Fagin et al. 2006): over the pairs of candidates, 1
    where they are ordered oppositely, 1/2 where one ranking ties the pair and the other does not.

    Args:
        orders: shape (n,), rows of `weak_orders(size)`.
        size: K.

    Returns:
        Rows of `weak_orders(size)`, ascending; several where they are equally near.

    Example:
        >>> from measures.rankings import order_of_text, weak_order_texts
        >>> crowd = [order_of_text(text) for text in ("A>B>C", "A>B=C", "B>A>C")]
        >>> [weak_order_texts(3)[order] for order in kemeny(crowd, 3)]
        ['A>B>C']
    """
    signs = pair_signs(size)
    own = signs[np.asarray(orders, dtype=np.intp)]
    # Twice the distance over one pair is |own sign - its sign|, so the cost of a sign depends on three counts only.
    costs = np.stack([np.abs(own - sign).sum(axis=0) for sign in (-1, 0, 1)])
    total = costs[signs + 1, np.arange(signs.shape[1])].sum(axis=1)
    return cast(Ints, np.flatnonzero(total == total.min()))


def schulze_beats(wins: ArrayLike) -> NDArray[np.bool_]:
    """Return which candidate beats which by Schulze's method with winning votes.

    A link from i to j exists where more people put i before j than j before i, and is as strong as the number of the
    former; a path is as strong as its weakest link; i beats j where its strongest path to j is stronger than that
    back. The relation is transitive, and may leave pairs undecided. Source: Schulze 2011, Social Choice and Welfare
    36(2).

    Args:
        wins: shape (K, K), from `pairwise_wins`.

    Returns:
        Shape (K, K), true in row i, column j where i beats j.
    """
    votes = np.asarray(wins)
    strength = np.where(votes > votes.T, votes, 0)
    for middle in range(len(strength)):
        strength = np.maximum(strength, np.minimum(strength[:, [middle]], strength[[middle], :]))
    beats = strength > strength.T
    np.fill_diagonal(beats, False)
    return beats


def schulze(wins: ArrayLike) -> Places:
    """Rank by Schulze's method, see `schulze_beats`: fewer candidates that beat one come first, equally many tie.

    Args:
        wins: shape (K, K), from `pairwise_wins`.

    Returns:
        Dense places, shape (K,). Whoever beats another stands before them.

    Example:
        >>> schulze(pairwise_wins([[0, 1, 2], [0, 0, 1], [1, 0, 2]])).tolist()
        [0, 0, 1]
    """
    return places_by_score(-schulze_beats(wins).sum(axis=0).astype(np.float64))


def krippendorff_alpha(values: ArrayLike) -> float:
    """Return Krippendorff's alpha for ordinal values: 1 = perfect reliability, 0 = chance, below 0 = discord.

    Args:
        values: shape (raters, units), any numbers that order the answers, NaN = no answer. Units with fewer than two
            answers are left out.

    Returns:
        Alpha; NaN where no unit has two answers or all paired answers are the same.

    Source: Krippendorff 2011, Computing Krippendorff's Alpha-Reliability.

    Example:
        >>> krippendorff_alpha([[1, 2, 3, 3], [1, 2, 3, 3]])
        1.0
    """
    table = np.asarray(values, dtype=np.float64)
    levels = np.unique(table[~np.isnan(table)])
    counts = (table[:, :, None] == levels).sum(axis=0).astype(np.float64)  # units x levels
    counts = counts[counts.sum(axis=1) >= 2]
    if not counts.size:
        return float("nan")
    answers = counts.sum(axis=1)
    coincidences = (counts / (answers - 1)[:, None]).T @ counts - np.diag((counts / (answers - 1)[:, None]).sum(axis=0))
    totals = counts.sum(axis=0)
    apart = _ordinal_distances(totals)
    expected = (np.outer(totals, totals) * apart).sum() / (totals.sum() - 1)
    return float(1 - (coincidences * apart).sum() / expected) if expected > 0 else float("nan")


def _ordinal_distances(totals: Floats) -> Floats:
    """Return squared distances of levels: how many answers lie between two, those of the two themselves by half."""
    middle = totals.cumsum() - totals / 2
    return np.square(middle[:, None] - middle[None, :])
