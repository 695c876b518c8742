"""How far apart texts lie by their wording: lexical, of any language, and no measure of what they mean.

A text is the vector of its character trigrams (lower case, runs of blanks as one), each weighted 1 + ln(count). The
distance of two texts is one minus the cosine of their vectors: 0 for the same trigrams in the same proportions, 1 for
texts that share none.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Final

import numpy as np

from .rankings import Floats

GRAM: Final = 3


def distances(texts: Sequence[str]) -> Floats:
    """Return the distance of every text from every other.

    Args:
        texts: n texts. One without any trigram (shorter than three characters) has distance 1 from all others.

    Returns:
        Symmetric, shape (n, n), zero on the diagonal.

    Example:
        >>> distances(["to and fro", "To  and fro", "xyz"]).round(2).tolist()
        [[0.0, 0.0, 1.0], [0.0, 0.0, 1.0], [1.0, 1.0, 0.0]]
    """
    counts = [_trigrams(text) for text in texts]
    columns = {gram: number for number, gram in enumerate(sorted(set().union(*counts)))}
    vectors = np.zeros((len(texts), len(columns)))
    for row, count in enumerate(counts):
        for gram, times in count.items():
            vectors[row, columns[gram]] = 1 + np.log(times)
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    units = vectors / np.where(lengths > 0, lengths, 1)
    apart = np.clip(1 - units @ units.T, 0, 1)
    np.fill_diagonal(apart, 0)
    return apart


def spread(texts: Sequence[str]) -> float:
    """Return the mean distance of two different texts of a set; 0 where there are fewer than two.

    Example:
        >>> spread(["abc", "abc", "xyz"]).__round__(3)
        0.667
    """
    if len(texts) < 2:
        return 0.0
    return float(distances(texts)[np.triu_indices(len(texts), 1)].mean())


def distance_to(text: str, texts: Sequence[str]) -> float:
    """Return the mean distance of a text from others; 0 where there are none.

    Example:
        >>> distance_to("abc", ["abc", "xyz"])
        0.5
    """
    if not texts:
        return 0.0
    return float(distances([text, *texts])[0, 1:].mean())


def _trigrams(text: str) -> Counter[str]:
    plain = " ".join(text.lower().split())
    return Counter(plain[start : start + GRAM] for start in range(len(plain) - GRAM + 1))
