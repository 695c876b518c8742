"""The onboarding quiz on writing criteria: what it asks, whether it is passed, what each answer teaches.

A protocol version carries its quiz in `ProtocolVersion.quiz`; an empty one means that the study has none. A person is
asked the quiz of their own version, once, between the intake survey and the first task.
"""

from .attempts import QuizNotDue, QuizRefused, attempt, attempts_left, is_due, version_of
from .default_items import default_quiz
from .definition import KINDS, MOST_ATTEMPTS, check_quiz, needed
from .results import ItemResult, results

__all__ = [
    "KINDS",
    "MOST_ATTEMPTS",
    "ItemResult",
    "QuizNotDue",
    "QuizRefused",
    "attempt",
    "attempts_left",
    "check_quiz",
    "default_quiz",
    "is_due",
    "needed",
    "results",
    "version_of",
]
