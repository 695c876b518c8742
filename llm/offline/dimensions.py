"""The behaviour dimensions: what the offline baseline can see in an answer, in a spec and in a reason.

`dimensions.json` holds them, one entry each:

- `response`: cues in an answer, by weight; `opening`: cues that count in its first two sentences only; `patterns`:
  regular expressions for what is not words (lists, figures); `questions`: the weight of a question mark;
  `words`, `short_words`: the lengths (in words, in letters a word) at which the feature is 0 and 1;
- `scale`: the amount per 100 words at which a feature reaches 1 - 1/e;
- `clauses`: cues in a sentence of a spec, by weight; a negative weight asks for the opposite;
- `said`: cues in a person's reason, by weight (negative: it says that the thing is missing); `blame`: those among
  them that are a complaint by themselves ("preachy");
- `asked`: cues in a conversation in which the dimension matters;
- `more`, `less`, `more_intent`, `less_intent`: how to ask for it and against it, in a spec and in plain words;
- `near`: dimensions beside which a spec would speak of it.

Cues are general English. They were written with every second prompt of the demo study in view, and measured on the
others (`docs/offline-baseline.md`).
"""

import hashlib
import json
import math
import re
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from .cues import CueIndex
from .words import Sentence, sentences

Floats = NDArray[np.float64]

_SOURCE: Final = Path(__file__).with_name("dimensions.json")
_OPENING_SENTENCES: Final = 2
_FEWEST_WORDS: Final = 60
_LENGTH_EXPONENT: Final = 0.75


@dataclass(frozen=True)
class Dimension:
    """A behaviour: its key, its name, how to ask for it or against it, and the keys of its neighbours."""

    key: str
    name: str
    more: str
    less: str
    more_intent: str
    less_intent: str
    near: tuple[str, ...]


@dataclass(frozen=True)
class _Lexicon:
    """The cues of all dimensions, compiled."""

    dimensions: tuple[Dimension, ...]
    response: CueIndex
    opening: CueIndex
    clauses: CueIndex
    said: CueIndex
    blame: CueIndex
    asked: CueIndex
    patterns: tuple[tuple[int, float, re.Pattern[str]], ...]
    questions: tuple[tuple[int, float], ...]
    lengths: tuple[tuple[int, float, float], ...]
    short_words: tuple[tuple[int, float, float], ...]
    scales: Floats
    digest: str


def dimensions() -> tuple[Dimension, ...]:
    """Return the dimensions; their order is that of every array of features or weights."""
    return lexicon().dimensions


def index_of(key: str) -> int:
    """Return the place of a dimension in arrays. Raises KeyError for an unknown key."""
    return _places()[key]


def digest() -> str:
    """Return a short hash of the dimensions' file: with other cues the baseline is another one."""
    return lexicon().digest


@cache
def lexicon() -> _Lexicon:
    """Read and compile `dimensions.json`."""
    data = _SOURCE.read_bytes()
    entries: dict[str, dict[str, Any]] = json.loads(data)
    texts = ("name", "more", "less", "more_intent", "less_intent")
    numbered = list(enumerate(entries.values()))
    return _Lexicon(
        dimensions=tuple(
            Dimension(key=key, near=tuple(entry["near"]), **{text: entry[text] for text in texts})
            for key, entry in entries.items()
        ),
        response=_index(entries, "response"),
        opening=_index(entries, "opening"),
        clauses=_index(entries, "clauses"),
        said=_index(entries, "said"),
        blame=CueIndex((place, 1.0, cue) for place, entry in numbered for cue in entry.get("blame", ())),
        asked=CueIndex((place, 1.0, cue) for place, entry in numbered for cue in entry["asked"]),
        patterns=tuple(
            (place, float(weight), re.compile(pattern))
            for place, entry in numbered
            for weight, patterns in entry.get("patterns", {}).items()
            for pattern in patterns
        ),
        questions=tuple((place, entry["questions"]) for place, entry in numbered if "questions" in entry),
        lengths=tuple((place, *entry["words"]) for place, entry in numbered if "words" in entry),
        short_words=tuple((place, *entry["short_words"]) for place, entry in numbered if "short_words" in entry),
        scales=np.array([float(entry.get("scale", 1.0)) for entry in entries.values()]),
        digest=hashlib.sha256(data).hexdigest()[:8],
    )


@lru_cache(maxsize=20_000)
def response_features(text: str) -> Floats:
    """Return how strongly an answer shows each dimension, in [0, 1], one number per dimension (read-only)."""
    lexicon_ = lexicon()
    found = sentences(text)
    amounts = _cue_amounts(lexicon_, found)
    for place, weight, pattern in lexicon_.patterns:
        amounts[place] += weight * sum(1 for _ in pattern.finditer(text))
    for place, weight in lexicon_.questions:
        amounts[place] += weight * sum(sentence.question for sentence in found)
    words = sum(len(sentence.tokens) for sentence in found)
    per_length = amounts / (max(words, _FEWEST_WORDS) / 100) ** _LENGTH_EXPONENT
    features = np.clip(1 - np.exp(-per_length / lexicon_.scales), 0, 1)
    for place, low, high in lexicon_.lengths:
        features[place] = _between(math.log(max(words, 1)), math.log(low), math.log(high))
    for place, shortest, longest in lexicon_.short_words:
        features[place] = 1 - _between(_word_length(found), shortest, longest)
    features.setflags(write=False)
    return features


@lru_cache(maxsize=5_000)
def asked_features(text: str) -> Floats:
    """Return how far a conversation calls for each dimension, in [0, 1] (read-only)."""
    amounts = np.zeros(len(dimensions()))
    for sentence in sentences(text):
        for match in lexicon().asked.find(sentence.tokens):
            amounts[match.group] += match.weight
    features = 1 - np.exp(-amounts / 2)
    features.setflags(write=False)
    return features


def _cue_amounts(lexicon_: _Lexicon, found: list[Sentence]) -> Floats:
    amounts = np.zeros(len(lexicon_.dimensions))
    for number, sentence in enumerate(found):
        for match in lexicon_.response.find(sentence.tokens):
            amounts[match.group] += match.weight
        if number < _OPENING_SENTENCES:
            for match in lexicon_.opening.find(sentence.tokens):
                amounts[match.group] += match.weight
    return amounts


def _word_length(found: list[Sentence]) -> float:
    lengths = [len(token.word) for sentence in found for token in sentence.tokens]
    return sum(lengths) / len(lengths) if lengths else 0.0


def _between(value: float, low: float, high: float) -> float:
    return min(max((value - low) / (high - low), 0.0), 1.0)


def _index(entries: dict[str, dict[str, Any]], kind: str) -> CueIndex:
    return CueIndex(
        (place, float(weight), cue)
        for place, entry in enumerate(entries.values())
        for weight, cues in entry.get(kind, {}).items()
        for cue in cues
    )


@cache
def _places() -> dict[str, int]:
    return {dimension.key: place for place, dimension in enumerate(dimensions())}
