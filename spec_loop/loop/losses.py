"""What an edit does to each group of people and each section of the spec: it may not cost any of them much."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from measures.agreement import Difference


@dataclass(frozen=True)
class Loss:
    """The difference an edit makes to one group or section (a loss where it is negative), and the margin allowed.

    `size` is the number of people in a group, or of prompts in a section.
    """

    GROUP: ClassVar[str] = "group"
    SECTION: ClassVar[str] = "section"

    kind: str
    name: str
    label: str
    size: int
    estimate: float
    low: float | None
    high: float | None
    margin: float

    @property
    def exceeds_margin(self) -> bool:
        """Whether it loses more than it may, by the estimate: a doubt does not acquit an edit that costs so much."""
        return self.estimate < -self.margin

    @property
    def sentence(self) -> str:
        """Say what is lost, for people."""
        of = f"People with {self.name} “{self.label}” lose" if self.kind == self.GROUP else f"Section {self.name} loses"
        return f"{of} {-self.estimate:.3f} of agreement, more than the margin of {self.margin:.3f}."

    def to_json(self) -> dict[str, Any]:
        """Return it as it stands in an effect."""
        interval = {"estimate": self.estimate, "low": self.low, "high": self.high}
        if self.kind == self.GROUP:
            return {"question": self.name, "value": self.label, "people": self.size, **interval}
        return {"section": self.name, "title": self.label, "prompts": self.size, **interval}


def group_loss(question: str, value: str, people: int, found: Difference, margin: float) -> Loss | None:
    """Return what a difference means for a group of people, None where it is not defined."""
    return _loss(Loss.GROUP, question, value, people, found, margin)


def section_loss(section_id: str, title: str, prompts: int, found: Difference, margin: float) -> Loss | None:
    """Return what a difference means for a section, None where it is not defined."""
    return _loss(Loss.SECTION, section_id, title, prompts, found, margin)


def _loss(kind: str, name: str, label: str, size: int, found: Difference, margin: float) -> Loss | None:
    if found.estimate is None:
        return None
    return Loss(kind, name, label, size, found.estimate, found.low, found.high, margin)


def worst(losses: Sequence[Loss]) -> Loss | None:
    """Return the one that loses most, None of none."""
    return min(losses, key=lambda loss: (loss.estimate, loss.name, loss.label), default=None)
