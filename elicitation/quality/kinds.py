"""The kinds of flags: what each is called, what it says, how often it is wrong."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

TOO_FAST: Final = "too_fast"
SAME_POSITIONS: Final = "same_positions"
SAME_LEVELS: Final = "same_levels"
ALL_TIES: Final = "all_ties"
REPEATED_TEXT: Final = "repeated_text"
COPIED_FROM_PERSON: Final = "copied_from_person"
COPIED_FROM_PAGE: Final = "copied_from_page"
UNACCEPTABLE_FIRST: Final = "unacceptable_first"
OTHER_WINNER: Final = "other_winner"
ATTENTION_FAILED: Final = "attention_failed"
UNSTEADY: Final = "unsteady"
UNEVEN_HALVES: Final = "uneven_halves"
PASTED: Final = "pasted"
TYPED_TOO_FAST: Final = "typed_too_fast"
MACHINE_PHRASES: Final = "machine_phrases"


@dataclass(frozen=True)
class Kind:
    """A kind of flag.

    Attributes:
        key: as `QualityFlag.kind` stores it.
        title: its name on pages.
        meaning: what it says and how it is found, with its threshold.
        caution: what else it can come from.
        false_alarms: the share of honest people it may fall on at most; tests hold it to that on simulated ones.
        per_assessment: whether it is a flag on one assessment rather than on the person's answers together.
        is_weak: whether it should never decide by itself.
    """

    key: str
    title: str | Promise
    meaning: str | Promise
    caution: str | Promise
    false_alarms: float
    per_assessment: bool = False
    is_weak: bool = False


_ALL = (
    Kind(
        ATTENTION_FAILED,
        _("Attention item failed"),
        _("An item whose text says which response to put first, and the person put another one first."),
        _("A single slip happens to attentive people too; two do so rarely."),
        false_alarms=0.05,
        per_assessment=True,
    ),
    Kind(
        TOO_FAST,
        _("Much faster than others"),
        _(
            "Half of the person's steps took less than 40 % of the time that the same step of the same form takes "
            "people in the middle, and lie at least two standard deviations below it."
        ),
        _("Some people read fast, or knew the prompts already."),
        false_alarms=0.01,
    ),
    Kind(
        SAME_POSITIONS,
        _("The same places on the screen"),
        _(
            "The order follows where responses stood on the screen, task after task, although their letters are "
            "shuffled each time. By chance this happens to fewer than one person in 10,000."
        ),
        _("A person who prefers whatever is read first or last may be sincere and tired."),
        false_alarms=0.002,
    ),
    Kind(
        SAME_LEVELS,
        _("The same level every time"),
        _(
            "The three scales got the same levels on nearly all of at least eight tasks, or nearly all of at least "
            "30 scores of criteria are one and the same number, far more often than others do so."
        ),
        _("Some people do find everything equally important."),
        false_alarms=0.01,
    ),
    Kind(
        ALL_TIES,
        _("Ties everything"),
        _("At least half of five or more rankings put all responses in one place, far more than others do so."),
        _("A person may find the responses of these prompts equally good."),
        false_alarms=0.01,
    ),
    Kind(
        REPEATED_TEXT,
        _("The same text again and again"),
        _("On at least three tasks, and three in ten, the justification is nearly the same as one on an earlier task."),
        _("A short general reason may hold for several prompts."),
        false_alarms=0.03,
    ),
    Kind(
        COPIED_FROM_PERSON,
        _("The same text as somebody else"),
        _(
            "At least two justifications, or one long one, are nearly the same as those another person had sent "
            "before. The flag is on the later one."
        ),
        _("Two people may both have copied from a third place, or be one person twice."),
        false_alarms=0.01,
    ),
    Kind(
        COPIED_FROM_PAGE,
        _("Copied from the page"),
        _("On at least two tasks, and three in ten, four fifths of the justification stands in the prompt's texts."),
        _("Quoting what one likes is a way to say why."),
        false_alarms=0.01,
    ),
    Kind(
        UNACCEPTABLE_FIRST,
        _("First place to an unacceptable response"),
        _("A response the person marked as unacceptable has the first place, though others were not marked."),
        _("Of several bad responses one can still be the least bad, where all were meant to be marked."),
        false_alarms=0.02,
        per_assessment=True,
    ),
    Kind(
        OTHER_WINNER,
        _("Names another winner"),
        _("The justification says that a response is the best, by its letter on the screen, and the ranking does not."),
        _("A letter may be mistyped, or the sentence may speak of somebody else's view."),
        false_alarms=0.01,
        per_assessment=True,
    ),
    Kind(
        UNSTEADY,
        _("Another order the second time"),
        _("Prompts that were shown twice got rather opposite orders: tau-b is -0.3 or less on average."),
        _("Close responses are ordered by a hair, and some people think again."),
        false_alarms=0.05,
        is_weak=True,
    ),
    Kind(
        UNEVEN_HALVES,
        _("One half unlike the other"),
        _(
            "Agreement with the crowd differs much more between the person's odd and even tasks than it does in "
            "others, at least 3.5 standard deviations. Agreeing little with the crowd is never a sign by itself."
        ),
        _("With few tasks a half is small, and one unusual prompt moves it."),
        false_alarms=0.01,
        is_weak=True,
    ),
    Kind(
        PASTED,
        _("Pasted texts"),
        _("Four fifths of the characters of at least two longer texts, and of three in ten, were pasted in."),
        _("People write in another app, or use a translator or a spelling aid, and paste what they wrote."),
        false_alarms=0.01,
    ),
    Kind(
        TYPED_TOO_FAST,
        _("Typed faster than a hand can"),
        _("At least two texts of 100 characters or more came at 20 characters a second or more."),
        _("Dictation and phones that complete whole sentences come near it."),
        false_alarms=0.01,
    ),
    Kind(
        MACHINE_PHRASES,
        _("Words of a machine"),
        _(
            "At least three texts, and three in ten, hold two or more marks that language models leave: stock "
            "phrases, headings and lists of Markdown, the address of a helper."
        ),
        _("People write like this as well, above all in a language that is not their first."),
        false_alarms=0.01,
        is_weak=True,
    ),
)
KINDS: Final[Mapping[str, Kind]] = {kind.key: kind for kind in _ALL}
"""Every kind by its key, the most telling first."""


def strength_of(value: float, *, threshold: float, extreme: float) -> float:
    """Return how strong a sign is: 0.1 just at its threshold, 1 at `extreme` or beyond, on a line between.

    `extreme` may lie on either side of the threshold.
    """
    share = (value - threshold) / (extreme - threshold)
    return round(0.1 + 0.9 * min(1.0, max(0.0, share)), 4)


def portable(evidence: Mapping[str, Any]) -> dict[str, Any]:
    """Return a flag's evidence as it can leave this database: without references to rows."""
    return {name: value for name, value in evidence.items() if name not in {"assessments", "others"}}
