"""Take back what was given: all of it, one answer, the texts, or what one said about oneself.

`taking` holds the verbs, `reach` what a withdrawal is about to take (and tells the rooms above of it, inside the
transaction), `rows` what is deleted, `copies` where words may be repeated elsewhere. What is left of a
person is a row without content, under a name that says nothing, which their own link still finds (`sealing`).

Why so, and what a withdrawal does not reach: `docs/decisions/withdrawal.md`.
"""

from .reach import Taken
from .taking import (
    NothingToTake,
    Scope,
    forget_who_was_paid,
    tasks_done_and_taken_back,
    withdraw_answer,
    withdraw_everything,
    withdraw_intake,
    withdraw_texts,
)

__all__ = [
    "NothingToTake",
    "Scope",
    "Taken",
    "forget_who_was_paid",
    "tasks_done_and_taken_back",
    "withdraw_answer",
    "withdraw_everything",
    "withdraw_intake",
    "withdraw_texts",
]
