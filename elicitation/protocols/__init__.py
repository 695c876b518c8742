"""The versions of a study's protocol: which one holds for whom, how the next is written, what it changes.

A version in force is never changed: researchers write a draft beside it and put that into force. A study that has
nothing in force yet has one version, its draft.
"""

from .changing import change_intake, change_quiz, change_steps, discard_draft
from .differences import Difference, differences
from .publishing import is_in_force, publish, renew_texts, texts_of
from .quota_fit import problems_of_quotas
from .versions import draft_of, in_force, protocol_for, written

__all__ = [
    "Difference",
    "change_intake",
    "change_quiz",
    "change_steps",
    "differences",
    "discard_draft",
    "draft_of",
    "in_force",
    "is_in_force",
    "problems_of_quotas",
    "protocol_for",
    "publish",
    "renew_texts",
    "texts_of",
    "written",
]
