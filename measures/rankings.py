"""Rankings with ties: canonical text, places, the list of all weak orders, utilities.

A ranking of K candidates (2 to 6) is held in one of three forms:

- *text*, `A>B=D>C`: groups joined by `>`, ties inside a group by `=` in letter order, each letter once;
- *places*, an integer array of shape (K,): the place of A, B, C, ..., dense, 0 = best. The text above is (0, 1, 2, 1);
- *order*, one integer: the row of the ranking in `weak_orders(K)`.
"""

from collections import Counter
from functools import lru_cache
from typing import TypeVar, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

Places = NDArray[np.int8]
Ints = NDArray[np.intp]
Floats = NDArray[np.float64]
_Kind = TypeVar("_Kind", bound=np.generic)

LETTERS = "ABCDEF"
FEWEST, MOST = 2, len(LETTERS)


class RankingError(ValueError):
    """A ranking that cannot be read; the message says what to do about it."""


def parse(text: str, size: int | None = None) -> Places:
    """Read canonical text into places.

    Args:
        text: canonical text such as `A>B=D>C`: no blanks, ties in letter order.
        size: number of candidates K; without it K is the number of letters in the text.

    Returns:
        Places of shape (K,), dense, 0 = best.

    Raises:
        RankingError: unknown, missing or repeated letters, an empty place, ties out of letter order, K not in 2..6.

    Example:
        >>> parse("A>B=D>C").tolist()
        [0, 1, 2, 1]
    """
    groups = [group.split("=") for group in text.split(">")]
    _check_letters(text, [letter for group in groups for letter in group], size)
    for group in groups:
        if group != sorted(group):
            raise RankingError(f"Ranking {_quoted(text)}: write ties in letter order, {'='.join(sorted(group))}.")
    place_of = {letter: place for place, group in enumerate(groups) for letter in group}
    return np.array([place_of[letter] for letter in sorted(place_of)], dtype=np.int8)


def canonicalise(text: str, size: int | None = None) -> str:
    """Return the canonical text of a ranking written with blanks or with ties in any order.

    Letters must be capital: a small letter is refused and not guessed at.

    Raises:
        RankingError: as `parse`, for whatever blanks and the order of ties do not explain.

    Example:
        >>> canonicalise(" A > D = B > C ")
        'A>B=D>C'
    """
    groups = ("".join(group.split()).split("=") for group in text.split(">"))
    tidy = ">".join("=".join(sorted(group)) for group in groups)
    parse(tidy, size)
    return tidy


def format_ranking(places: ArrayLike) -> str:
    """Return the canonical text of one ranking.

    Args:
        places: shape (K,); any numbers, lower is better, equal is tied (they need not be dense).

    Raises:
        RankingError: K not in 2..6.

    Example:
        >>> format_ranking([0, 1, 2, 1])
        'A>B=D>C'
    """
    values = np.asarray(places)
    _check_size(values.size)
    groups = ("".join(LETTERS[i] for i in np.flatnonzero(values == value)) for value in np.unique(values))
    return ">".join("=".join(group) for group in groups)


@lru_cache
def weak_orders(size: int) -> Places:
    """Enumerate all rankings with ties of K candidates.

    Args:
        size: K, from 2 to 6.

    Returns:
        Read-only places of shape (n, K) in lexicographic order, n = 3, 13, 75, 541, 4683 for K = 2..6 (the ordered
        Bell numbers). Row 0 is the tie of all.

    Raises:
        RankingError: K not in 2..6.
    """
    _check_size(size)
    grid = np.indices((size,) * size).reshape(size, -1).T
    holds = np.stack([(grid == place).any(axis=1) for place in range(size)], axis=1)
    dense = (holds[:, :-1] | ~holds[:, 1:]).all(axis=1)
    return _frozen(grid[dense].astype(np.int8))


@lru_cache
def weak_order_texts(size: int) -> tuple[str, ...]:
    """Return the canonical text of every row of `weak_orders(size)`."""
    return tuple(format_ranking(places) for places in weak_orders(size))


def order_of_text(text: str, size: int | None = None) -> int:
    """Return the row of a canonical text in `weak_orders`; quick enough for every ranking of a study.

    Raises:
        RankingError: as `parse`.
    """
    width = (len(text) + 1) // 2 if size is None else size
    known = _order_of_text(width).get(text) if FEWEST <= width <= MOST else None
    return int(order_of_places(parse(text, size))) if known is None else known


def order_of_places(places: ArrayLike) -> Ints:
    """Return the rows of rankings in `weak_orders`.

    Args:
        places: integers of shape (..., K), dense, 0 = best.

    Returns:
        Shape (...).

    Raises:
        RankingError: places that are not dense from 0, or K not in 2..6.

    Example:
        >>> weak_order_texts(3)[order_of_places([1, 0, 1])]
        'B>A=C'
    """
    values = np.asarray(places, dtype=np.intp)
    size = values.shape[-1]
    _check_size(size)
    codes = np.where(((values >= 0) & (values < size)).all(axis=-1), values @ _digits(size), -1)
    orders = np.where(codes >= 0, _order_of_code(size)[codes], -1)
    if (orders < 0).any():
        raise RankingError("Places must be whole numbers from 0 (best) on, with no number left out.")
    return cast(Ints, orders)


def places_by_score(scores: ArrayLike, tolerance: float = 1e-9) -> Places:
    """Rank candidates by score, highest first.

    Args:
        scores: shape (..., K).
        tolerance: neighbours in the sorted scores that differ by no more than this are tied, so that sums which differ
            only by rounding stay equal.

    Returns:
        Dense places, shape (..., K).
    """
    values = np.asarray(scores, dtype=np.float64)
    best_first = np.argsort(-values, axis=-1, kind="stable")
    falls = -np.diff(np.take_along_axis(values, best_first, axis=-1), axis=-1) > tolerance
    steps = np.concatenate([np.zeros((*values.shape[:-1], 1), dtype=np.int8), falls.cumsum(axis=-1)], axis=-1)
    places = np.empty(values.shape, dtype=np.int8)
    np.put_along_axis(places, best_first, steps.astype(np.int8), axis=-1)
    return places


def midranks(places: ArrayLike) -> Floats:
    """Return ranks from 1 (best), tied candidates sharing the mean of the ranks they cover.

    Args:
        places: shape (..., K), lower is better.

    Returns:
        Shape (..., K); each ranking sums to K(K+1)/2.

    Example:
        >>> midranks([0, 1, 2, 1]).tolist()
        [1.0, 2.5, 4.0, 2.5]
    """
    values = np.asarray(places)
    other, own = values[..., None, :], values[..., :, None]
    return (other < own).sum(axis=-1) + ((other == own).sum(axis=-1) + 1) / 2


def utilities(places: ArrayLike, vetoed: ArrayLike | None = None) -> Floats:
    """Return the utility (K - midrank) / (K - 1) of every candidate: 1 for alone at the top, 0 for alone at the bottom.

    Args:
        places: shape (..., K), lower is better, K >= 2.
        vetoed: optional booleans of the same shape: where the person flagged the response unacceptable its utility
            is 0 (the veto variant). The others keep theirs.

    Returns:
        Shape (..., K), in [0, 1].

    Example:
        >>> utilities([0, 1, 2, 1]).tolist()
        [1.0, 0.5, 0.0, 0.5]
    """
    ranks = midranks(places)
    size = ranks.shape[-1]
    values = (size - ranks) / (size - 1)
    return values if vetoed is None else np.where(np.asarray(vetoed, dtype=bool), 0.0, values)


def to_canonical(text: str, shown_order: str) -> str:
    """Turn a ranking in the letters a person (or a model) saw into the prompt's canonical letters.

    Args:
        text: canonical form, in shown letters: `A` is whatever stood first on the screen.
        shown_order: canonical letters in the order shown; `CADB` says that C was shown first, as A.

    Raises:
        RankingError: a text that `parse` refuses, or a shown order that is not K letters, each once.

    Example:
        >>> to_canonical("A>B=C>D", "CADB")
        'C>A=D>B'
    """
    _check_letters(shown_order, list(shown_order), None)
    places = parse(text, len(shown_order))
    return format_ranking(places[np.argsort(list(shown_order))])


def to_shown(text: str, shown_order: str) -> str:
    """Turn a ranking in canonical letters into the letters shown; the inverse of `to_canonical`.

    Raises:
        RankingError: as `to_canonical`.

    Example:
        >>> to_shown("C>A=D>B", "CADB")
        'A>B=C>D'
    """
    _check_letters(shown_order, list(shown_order), None)
    places = parse(text, len(shown_order))
    return format_ranking(places[[LETTERS.index(letter) for letter in shown_order]])


def _check_letters(text: str, letters: list[str], size: int | None) -> None:
    """Refuse anything but the first K letters, each once, with a message that says which one is wrong."""
    if "" in letters:
        raise RankingError(f"Ranking {_quoted(text)} has an empty place: put a letter on both sides of each > and =.")
    expected = LETTERS[: _check_size(len(letters) if size is None else size)]
    unknown = [letter for letter in letters if letter not in expected or len(letter) > 1]
    if unknown:
        allowed = f"use only {', '.join(expected)}, joined by > and =, without blanks"
        raise RankingError(f"Ranking {_quoted(text)} holds {_quoted(unknown[0])}: {allowed}.")
    repeated = [letter for letter, count in Counter(letters).items() if count > 1]
    if repeated:
        raise RankingError(f"Ranking {_quoted(text)} repeats {repeated[0]}: name each letter once.")
    missing = [letter for letter in expected if letter not in letters]
    if missing:
        raise RankingError(f"Ranking {_quoted(text)} leaves out {', '.join(missing)}: place every letter.")


def _check_size(size: int) -> int:
    if not FEWEST <= size <= MOST:
        raise RankingError(f"A ranking is of {FEWEST} to {MOST} candidates, not of {size}.")
    return size


def _quoted(text: str) -> str:
    """Quote a text for a message, shortened: it may be anything a file holds."""
    return repr(text if len(text) <= 40 else text[:37] + "...")


def _frozen(array: NDArray[_Kind]) -> NDArray[_Kind]:
    array.setflags(write=False)
    return array


def _digits(size: int) -> Ints:
    return size ** np.arange(size - 1, -1, -1, dtype=np.intp)


@lru_cache
def _order_of_code(size: int) -> Ints:
    """Map places read as digits in base K to the row in `weak_orders`; -1 where they are no ranking."""
    orders = np.full(size**size, -1, dtype=np.intp)
    rows = weak_orders(size)
    orders[rows.astype(np.intp) @ _digits(size)] = np.arange(len(rows))
    return _frozen(orders)


@lru_cache
def _order_of_text(size: int) -> dict[str, int]:
    return {text: order for order, text in enumerate(weak_order_texts(size))}
