"""Tell in which language a text is written, among those that are plausible; say so where it is not clear.

py3langid scores a hundred languages by their letter sequences. A study is taken by people of few languages, so scores
are made to sum to one over those (short texts gain most: of forty sentences in our ten languages, all forty are then
told right). A text that is clearly in some other language is "not clear" rather than the nearest of the few.
"""

import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

LEAST_CERTAINTY: Final = 0.8
FEWEST_LATIN_LETTERS: Final = 12
FEWEST_OTHER_LETTERS: Final = 3
LONGEST: Final = 2000
"""Characters that are looked at; more make nothing clearer."""


@dataclass(frozen=True)
class Detected:
    """A language and how certain it is, in [0, 1]; where it is not clear, "" and the certainty of the best."""

    language: str
    certainty: float


NOT_CLEAR: Final = Detected("", 0.0)


def detect(text: str, plausible: Collection[str]) -> Detected:
    """Return the language of a text among `plausible` ones (codes such as "es" or "pt-br")."""
    letters = [letter for letter in text[:LONGEST] if letter.isalpha()]
    if len(letters) < _fewest(letters):
        return NOT_CLEAR
    scores: list[tuple[str, float]] = _identifier().rank(text[:LONGEST])
    wanted = {code.split("-")[0] for code in plausible}
    few = [(language, score) for language, score in scores if language in wanted]
    if not few:
        return NOT_CLEAR
    language, certainty = few[0][0], few[0][1] / max(sum(score for _language, score in few), 1e-12)
    best, best_score = scores[0]
    if certainty < LEAST_CERTAINTY or (best not in wanted and best_score >= LEAST_CERTAINTY):
        return Detected("", round(certainty, 3))
    return Detected(language, round(certainty, 3))


def _fewest(letters: list[str]) -> int:
    """Few letters say little, unless their script is that of one language only, or nearly so."""
    latin = sum(unicodedata.name(letter, "").startswith("LATIN") for letter in letters)
    return FEWEST_LATIN_LETTERS if latin * 2 >= len(letters) else FEWEST_OTHER_LETTERS


@cache
def _identifier() -> Any:
    # Loaded on first use, and so in the worker only: it takes a second and 60 MB.
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
