"""How much is still unknown of the order people would give a prompt's candidates, pair by pair."""

import numpy as np
from numpy.typing import ArrayLike

from .pairs import pair_signs
from .rankings import Floats


def order_variances(order: ArrayLike, prompt: ArrayLike, prompts: int, size: int) -> Floats:
    """Return the mean posterior variance of the pairwise order of each prompt's candidates.

    For a pair of candidates, the share of people who put the first above the second is given a uniform prior, Beta(1,
    1). Of n rankings, each counts 1 towards its side and a tie 1/2 towards either, so that the posterior is Beta(a, b)
    with a = 1 + above + ties/2, b = 1 + below + ties/2 and variance ab / ((a + b)^2 (a + b + 1)) (Gelman et al.,
    *Bayesian Data Analysis*, 3rd ed., 2013, section 2.4 and appendix A). The mean is taken over the K(K-1)/2 pairs.
    Among prompts with as many rankings it is largest where people are split most evenly, so that asking there first is
    uncertainty sampling (Settles, *Active Learning Literature Survey*, 2009, section 3.1).

    Args:
        order: rows of `weak_orders(size)`, one per ranking, shape (n,).
        prompt: of which prompt each is, from 0 to prompts - 1, shape (n,).
        prompts: how many prompts there are.
        size: K, the number of candidates.

    Returns:
        Shape (prompts,), above 0 and at most 1/12, which is reached where there is no ranking.

    Example:
        >>> from measures.rankings import order_of_text
        >>> orders = [order_of_text(text) for text in ("A>B", "B>A", "A>B", "A>B")]
        >>> [round(float(variance), 4) for variance in order_variances(orders, [0, 0, 1, 1], 3, 2)]
        [0.05, 0.0375, 0.0833]
    """
    signs = pair_signs(size)[np.asarray(order, dtype=np.intp)]
    above, below = np.ones((2, prompts, size * (size - 1) // 2))
    np.add.at(above, np.asarray(prompt, dtype=np.intp), (1 + signs) / 2)
    np.add.at(below, np.asarray(prompt, dtype=np.intp), (1 - signs) / 2)
    total = above + below
    return (above * below / (total**2 * (total + 1))).mean(axis=1)
