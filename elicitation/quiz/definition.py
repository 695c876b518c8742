"""What a quiz may be: `{"items": [...], "pass_mark": share, "attempts": number}`.

An item is `{"key", "kind", "question", "options": [{"key", "text", "feedback"}], "right": key of an option}`.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

KINDS: Final[Mapping[str, Any]] = {
    "objectivity": gettext_lazy("Objective or subjective"),
    "specificity": gettext_lazy("Specific or generic"),
    "wording": gettext_lazy("Do and avoid"),
    "weight": gettext_lazy("Scores"),
    "other": gettext_lazy("Other"),
}
"""What an item is about, and how that is called."""

MOST_ITEMS: Final = 50
MOST_OPTIONS: Final = 10
MOST_ATTEMPTS: Final = 10
LONGEST_TEXT: Final = 1000


def needed(quiz: Mapping[str, Any]) -> int:
    """Return how many items of a quiz must be right to pass it: the pass mark's share of them, rounded up."""
    return math.ceil(round(float(quiz["pass_mark"]) * len(quiz["items"]), 9))


def check_quiz(definition: Any) -> list[str]:
    """Return what is wrong with a quiz, in sentences; nothing where it can be asked. An empty one is no quiz, and fine.

    Example:
        >>> check_quiz({})
        []
    """
    if not definition:
        return []
    if not isinstance(definition, Mapping):
        return [_("A quiz needs its questions, a pass mark and a number of attempts.")]
    items = definition.get("items")
    problems = _limits(definition)
    if not isinstance(items, Sequence) or isinstance(items, str) or not 1 <= len(items) <= MOST_ITEMS:
        return [*problems, _("A quiz has 1 to %(most)d questions.") % {"most": MOST_ITEMS}]
    for number, item in enumerate(items, start=1):
        problems += _item(item, number)
    keys = Counter(item.get("key") for item in items if isinstance(item, Mapping) and _is_text(item.get("key")))
    if any(times > 1 for times in keys.values()):
        problems.append(_("Two questions of the quiz have the same key."))
    return problems


def _limits(definition: Mapping[str, Any]) -> list[str]:
    problems = []
    mark, attempts = definition.get("pass_mark"), definition.get("attempts")
    if isinstance(mark, bool) or not isinstance(mark, int | float) or not 0 < mark <= 1:
        problems.append(_("The pass mark is a share of the questions: more than none, at most all of them."))
    if isinstance(attempts, bool) or not isinstance(attempts, int) or not 1 <= attempts <= MOST_ATTEMPTS:
        problems.append(_("People get 1 to %(most)d attempts at the quiz.") % {"most": MOST_ATTEMPTS})
    return problems


def _item(item: Any, number: int) -> list[str]:
    if not isinstance(item, Mapping) or not _is_text(item.get("key"), 100) or item.get("kind") not in KINDS:
        return [_("Question %(number)d of the quiz needs a key and a kind.") % {"number": number}]
    problems = []
    if not _is_text(item.get("question")):
        problems.append(
            _("Question %(number)d of the quiz needs a text of at most %(most)d characters.")
            % {"number": number, "most": LONGEST_TEXT}
        )
    options = item.get("options")
    if not isinstance(options, Sequence) or isinstance(options, str) or not 2 <= len(options) <= MOST_OPTIONS:
        return [
            *problems,
            _("Question %(number)d of the quiz needs 2 to %(most)d answers to choose from.")
            % {"number": number, "most": MOST_OPTIONS},
        ]
    return problems + _options(options, item.get("right"), number)


def _options(options: Sequence[Any], right: Any, number: int) -> list[str]:
    if not all(isinstance(option, Mapping) and _option_is_whole(option) for option in options):
        return [
            _("Every answer of question %(number)d needs a text, and feedback that says why it is right or wrong.")
            % {"number": number}
        ]
    keys = [option["key"] for option in options]
    if len(set(keys)) < len(keys):
        return [_("Two answers of question %(number)d have the same key.") % {"number": number}]
    if right not in keys:
        return [_("Question %(number)d needs to say which answer is right.") % {"number": number}]
    return []


def _option_is_whole(option: Mapping[str, Any]) -> bool:
    return _is_text(option.get("key"), 100) and _is_text(option.get("text")) and _is_text(option.get("feedback"))


def _is_text(value: Any, longest: int = LONGEST_TEXT) -> bool:
    return isinstance(value, str) and bool(value.strip()) and len(value) <= longest
