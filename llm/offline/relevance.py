"""Grade how far each section of a spec bears on a conversation: shared rare words, and shared dimensions."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np

from llm.questions import Message, Relevance, RelevanceQuestion, SpecText
from llm.questions.relevance import Grade

from .dimensions import Floats, asked_features
from .spec_weights import spec_weights
from .words import sentences, stems_of

GRADES: Final = ((2.3, 5), (1.4, 4), (0.7, 3), (0.2, 2))
"""A section's score above the mean of all sections, in standard deviations, and the grade from there on."""

MOST_FIVES: Final = 3

_TITLE_WEIGHT: Final = 2.0
_DIMENSION_SHARE: Final = 0.5
_ROLES: Final = {"user": 1.0, "assistant": 0.3}
_COMMON: Final = stems_of(
    "a about after again all also always am an and any are as at be because been before but by can could day did do "
    "does even every for from get give go had has have he her here him his how i if in into is it its just know let "
    "like made make many may me might more most much must my need never new no not now of on one only or other our out "
    "over own people person put really right said same say see she should so some still such take tell than that the "
    "their them then there these they thing think this those time to too two under up us use very want was way we well "
    "were what when where which while who why will with without would year yes you your assistant user model answer "
    "question help good long old"
)


@dataclass(frozen=True)
class _Words:
    """The words of a spec: how often each section has each, what each is worth, and every section's length."""

    counts: tuple[Counter[str], ...]
    titles: tuple[frozenset[str], ...]
    worth: dict[str, float]
    lengths: Floats


def grade(question: RelevanceQuestion) -> Relevance:
    """Return the sections with grade 2 or higher."""
    weights = spec_weights(question.spec)
    if not weights.ids:
        return Relevance(grades=[])
    lexical = _lexical(_words_of(question.spec), question.messages)
    asked = asked_features("\n".join(message.content for message in question.messages if message.role == "user"))
    strength = np.abs(weights.sections)
    by_dimension = strength @ asked / (1 + strength.sum(axis=1))
    scores = lexical / max(float(lexical.max()), 1.0) + _DIMENSION_SHARE * by_dimension
    spread = float(scores.std())
    if spread < 1e-9:
        return Relevance(grades=[])
    grades = [_grade(score) for score in (scores - scores.mean()) / spread]
    for place in np.argsort(-scores, kind="stable")[MOST_FIVES:]:
        grades[place] = min(grades[place], 4)
    graded = [Grade(section_id=name, grade=value) for name, value in zip(weights.ids, grades, strict=True) if value > 1]
    return Relevance(grades=graded)


def _grade(score: float) -> int:
    return next((grade for least, grade in GRADES if score >= least), 1)


def _lexical(words: _Words, messages: Sequence[Message]) -> Floats:
    wanted: dict[str, float] = {}
    for message in messages:
        for one in _stems(message.content):
            wanted[one] = max(wanted.get(one, 0.0), _ROLES.get(message.role, 0.0))
    scores = np.zeros(len(words.counts))
    for one, weight in sorted(wanted.items()):
        worth = words.worth.get(one, 0.0) * weight
        if worth:
            for place, (counts, title) in enumerate(zip(words.counts, words.titles, strict=True)):
                scores[place] += worth * (math.log1p(counts[one]) + _TITLE_WEIGHT * (one in title))
    lexical: Floats = scores / np.sqrt(words.lengths)
    return lexical


@lru_cache(maxsize=20_000)
def _section_words(text: str) -> Counter[str]:
    return Counter(_stems(text, unique=False))


_KNOWN: Final[dict[str, _Words]] = {}


def _words_of(spec: SpecText) -> _Words:
    """Return a spec's words; the last specs are remembered by hash."""
    known = _KNOWN.get(spec.hash)
    if known is None or len(known.counts) != len(spec.sections):
        known = _KNOWN[spec.hash] = _read(spec)
        while len(_KNOWN) > 16:
            _KNOWN.pop(next(iter(_KNOWN)), None)
    return known


def _read(spec: SpecText) -> _Words:
    counts = tuple(_section_words(section.text) for section in spec.sections)
    titles = tuple(frozenset(_stems(section.title)) for section in spec.sections)
    spread = Counter(one for count, title in zip(counts, titles, strict=True) for one in title.union(count))
    lengths = np.array([float(count.total()) for count in counts])
    mean = max(float(lengths.mean()), 1.0) if len(lengths) else 1.0
    return _Words(
        counts=counts,
        titles=titles,
        worth={one: math.log((1 + len(counts)) / number) for one, number in spread.items()},
        lengths=0.5 + 0.5 * lengths / mean,
    )


def _stems(text: str, *, unique: bool = True) -> list[str]:
    found = [
        token.stem
        for sentence in sentences(text)
        for token in sentence.tokens
        if token.stem not in _COMMON and len(token.stem) > 1
    ]
    return list(dict.fromkeys(found)) if unique else found
