"""Judge whether a person's reason speaks for an edit: same dimension, same direction, and the words that say so."""

from functools import lru_cache
from typing import Final

import numpy as np

from llm.questions import Judgement, JudgeQuestion

from .clauses import Reading, clauses
from .dimensions import Floats, dimensions
from .reasons import wishes

_MAIN_SHARE: Final = 0.5
_LEAST: Final = 0.4

NO_COMMENT: Final = Judgement(quote="", verdict="does_not_comment")


def judge(question: JudgeQuestion) -> Judgement:
    """Return the verdict with the sentence that shows it most clearly."""
    aim = _aim(question.intent, question.before, question.after)
    found = wishes(question.justification)
    score = sum(wish.weight * aim[wish.dimension] for wish in found)
    if abs(score) < _LEAST:
        return NO_COMMENT
    shown = max(found, key=lambda wish: wish.weight * aim[wish.dimension] * np.sign(score))
    return Judgement(
        quote=question.justification[shown.start : shown.end], verdict="supports" if score > 0 else "refutes"
    )


@lru_cache(maxsize=1_000)
def _aim(intent: str, before: str, after: str) -> Floats:
    """Return what an edit wants more (1) and less of (-1), from its intent and from the change of the text.

    The intent counts double. What the edit touches only in passing is left out.
    """
    change = 2 * _asked(intent, Reading.ORDERS) + _asked(after, Reading.PROSE) - _asked(before, Reading.PROSE)
    largest = float(np.abs(change).max())
    if largest <= 0:
        return np.zeros(len(dimensions()))
    aim: Floats = np.where(np.abs(change) >= _MAIN_SHARE * largest, np.sign(change), 0.0)
    return aim


def _asked(text: str, reading: Reading) -> Floats:
    asked = np.zeros(len(dimensions()))
    for _, found in clauses(text, reading=reading):
        for clause in found:
            asked[clause.dimension] += clause.weight
    return np.clip(asked, -1, 1)
