"""How alike texts are, by the short runs of characters they share.

A text is reduced to the set of its *shingles*, the overlapping runs of `LENGTH` characters of its normalised form. Runs
of characters rather than words, because several of the languages people write in put no blanks between words. A set is
held as sorted, unique 64-bit hashes; the same text has the same hashes on every machine.
"""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

Shingles = NDArray[np.uint64]

LENGTH = 7
_NOT_WORDS = re.compile(r"[\W_]+")
_MULTIPLIER = 0x9E3779B97F4A7C15
_POWERS = np.array([pow(_MULTIPLIER, LENGTH - 1 - i, 2**64) for i in range(LENGTH)], dtype=np.uint64)
_BINS = 6
_EDGES = np.array([2**64 // _BINS * i for i in range(_BINS)], dtype=np.uint64)


def normalise(text: str) -> str:
    """Return a text without what does not change what it says: case, punctuation, width of letters, kinds of blanks.

    Example:
        >>> normalise("  B is BEST -- because…it cares!")
        'b is best because it cares'
    """
    return _NOT_WORDS.sub(" ", unicodedata.normalize("NFKC", text).casefold()).strip()


def shingles(normalised: str) -> Shingles:
    """Return the shingles of a normalised text; a text shorter than a shingle has one, itself padded; "" has none."""
    if not normalised:
        return np.empty(0, dtype=np.uint64)
    padded = normalised.ljust(LENGTH)
    codes = np.frombuffer(padded.encode("utf-32-le", "surrogatepass"), dtype=np.uint32).astype(np.uint64)
    runs = len(codes) - LENGTH + 1
    hashes = np.zeros(runs, dtype=np.uint64)
    for place, power in enumerate(_POWERS):
        hashes += codes[place : place + runs] * power
    mixed = np.sort(_mixed(hashes))
    return mixed[np.concatenate([[True], mixed[1:] != mixed[:-1]])]


def jaccard(one: Shingles, other: Shingles) -> float:
    """Return the shared shingles over all shingles of two texts: 1 for the same text, 0 where either is empty."""
    shared = _shared(one, other)
    union = len(one) + len(other) - shared
    return shared / union if union else 0.0


def containment(part: Shingles, whole: Shingles) -> float:
    """Return which share of the shingles of `part` the text `whole` has as well; 0 where `part` is empty."""
    return _shared(part, whole) / len(part) if len(part) else 0.0


def near_duplicates(
    texts: Sequence[Shingles], owners: Sequence[int], *, at_least: float, most_per_bucket: int = 5
) -> Iterator[tuple[int, int, float]]:
    """Yield pairs of texts that are nearly the same, in time linear in the number of texts.

    Candidates share the least hash of two of six equal ranges (one-permutation MinHash, Li, Owen and Zhang 2012): two
    texts of some length with Jaccard index J share each with probability J, so two at least with 0.998 for J = 0.8. In
    a bucket a text is compared with those of the same owner and with the first few of others, so that a phrase of
    thousands costs thousands and not millions of comparisons.

    Args:
        texts: their shingles, in the order in which they were written.
        owners: who wrote each, same length.
        at_least: the Jaccard index from which a pair is yielded.
        most_per_bucket: how many texts of others a text is compared with in a bucket.

    Yields:
        (earlier, later, Jaccard index), numbers of texts, each pair once.
    """
    first_ones: dict[int, list[int]] = defaultdict(list)
    own_ones: dict[tuple[int, int], list[int]] = defaultdict(list)
    for later, text in enumerate(texts):
        candidates: Counter[int] = Counter()
        minima = _minima(text)
        for key in minima:
            first, own = first_ones[key], own_ones[key, owners[later]]
            candidates.update({*first, *own})
            own.append(later)
            if len(first) < most_per_bucket:
                first.append(later)
        enough = min(2, len(minima))  # the shortest texts have only one
        for earlier in sorted(number for number, shared in candidates.items() if shared >= enough):
            alike = jaccard(texts[earlier], text) if _may_reach(texts[earlier], text, at_least) else 0.0
            if alike >= at_least:
                yield earlier, later, alike


def _may_reach(one: Shingles, other: Shingles, at_least: float) -> bool:
    """Return whether the sizes alone allow a Jaccard index of that much."""
    return min(len(one), len(other)) >= at_least * max(len(one), len(other))


def _minima(text: Shingles) -> list[int]:
    first = np.searchsorted(text, _EDGES)
    # Of a range without any hash the next one's least comes up, which then stands there twice and does no harm.
    return list(dict.fromkeys(text[first[first < len(text)]].tolist()))


def _shared(one: Shingles, other: Shingles) -> int:
    if not len(one) or not len(other):
        return 0
    both = np.concatenate([one, other])
    both.sort(kind="stable")
    return int((both[1:] == both[:-1]).sum())


def _mixed(values: Shingles) -> Shingles:
    """Spread values over all 64 bits (the finaliser of SplitMix64)."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))
