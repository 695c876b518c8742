"""What an attempt at the quiz teaches: per item the answer that was given, whether it was right, and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from elicitation.models import QuizAttempt


@dataclass(frozen=True)
class ItemResult:
    """An item of an attempt: the key of the option chosen, whether it is right, and what to know about it."""

    key: str
    chosen: str
    right: bool
    feedback: str


def results(quiz: Mapping[str, Any], made: QuizAttempt) -> dict[str, ItemResult]:
    """Return the result of each item of an attempt, by the item's key."""
    found = {}
    for item in quiz.get("items", []):
        chosen = str(made.answers.get(item["key"], ""))
        feedback = next((option["feedback"] for option in item["options"] if option["key"] == chosen), "")
        found[item["key"]] = ItemResult(item["key"], chosen, chosen == item["right"], feedback)
    return found
