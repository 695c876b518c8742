"""The sizes and margins of a run, fixed when it starts and stored with it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from django.utils.translation import gettext as _

# Fewer than 100 resamples say nothing about an interval.
_LOWEST = {
    **dict.fromkeys(("batch_size", "edits_per_batch", "edits_per_case", "most_edits", "most_survivors"), 1),
    **dict.fromkeys(("attempts", "fewest_people", "fewest_prompts", "lease_seconds"), 1),
    "resamples": 100,
}


class PlanRefused(ValueError):
    """A plan that cannot be carried out; the message says which figure is wrong."""


@dataclass(frozen=True)
class LoopPlan:
    """What a run does how often, and what it takes for an edit to be recommended.

    Shares of prompts:
        explore, select: what the proposer may read, and what edits are first tested on; the rest is holdout. Holdout
            gets the most, because the one test that counts is made there.

    Proposing:
        batch_size: conversations in one request of the batch mode. Twelve with their reasons fill a few thousand words.
        edits_per_batch, edits_per_case: most edits asked for in one request of either mode.
        single_cases: how many conversations are read one at a time, those of the widest gap.
        opinions_per_case: most people quoted per conversation.
        most_edits: most edits tested; each costs a ranking of every select prompt. Those proposed most often go first.
        placebos: rewordings without meaning that go through the same test.

    Testing:
        reruns: explore prompts the ranker ranks twice, for its agreement with itself.
        select_confidence: an edit survives if this interval of its gain on select lies above zero. Mild, because
            holdout is the strict test and a good edit stopped here is lost.
        most_survivors: most edits looked at on holdout, the best first; every further one widens all intervals there.
        alpha: chance, at most, that a run recommends an edit that changes nothing, over all its edits together.
        confidence: of the intervals shown.
        group_margin, section_margin: an edit that costs a group of people or a section more agreement than this is not
            recommended, whatever it gains overall.
        fewest_people, fewest_prompts: below this many a group (a section) is not judged; its estimate would be noise.
        resamples: of the bootstrap; more are drawn where a corrected bound lies too far out for them.

    Evidence:
        evidence: rankings linked to a proposal for each side.

    Working:
        most_failed: share of a stage's requests that may go unanswered before the run pauses.
        attempts: how often a request is tried before it is given up.
        first_delay_seconds: wait before the second attempt; it doubles with each further one, up to two minutes.
        lease_seconds: how long a worker may be silent before its request is given to another. A living worker renews
            it, however slow the model; a killed one holds it for so long.
    """

    explore: float = 0.3
    select: float = 0.3
    batch_size: int = 12
    edits_per_batch: int = 6
    single_cases: int = 8
    edits_per_case: int = 2
    opinions_per_case: int = 12
    most_edits: int = 12
    placebos: int = 4
    reruns: int = 12
    select_confidence: float = 0.8
    most_survivors: int = 6
    alpha: float = 0.05
    confidence: float = 0.95
    group_margin: float = 0.05
    section_margin: float = 0.05
    fewest_people: int = 20
    fewest_prompts: int = 4
    resamples: int = 2000
    evidence: int = 8
    most_failed: float = 0.1
    attempts: int = 8
    first_delay_seconds: float = 2.0
    lease_seconds: float = 30.0

    def __post_init__(self) -> None:
        """Refuse what cannot be carried out."""
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, bool) or not isinstance(value, int if field.type is int else int | float):
                raise PlanRefused(
                    _("The plan's %(name)s must be a number, not %(value)s.")
                    % {"name": field.name, "value": repr(value)}
                )
            lowest = _LOWEST.get(field.name, 0)
            if value < lowest:
                raise PlanRefused(
                    _("The plan's %(name)s must be at least %(lowest)s.") % {"name": field.name, "lowest": lowest}
                )
        for name in ("explore", "select", "select_confidence", "alpha", "confidence"):
            if not 0 < getattr(self, name) < 1:
                raise PlanRefused(_("The plan's %(name)s must lie between 0 and 1.") % {"name": name})
        if self.explore + self.select >= 1:
            raise PlanRefused(_("The plan leaves no prompts for holdout: explore and select must sum to less than 1."))

    @property
    def holdout(self) -> float:
        """The share of prompts kept for the last test."""
        return 1 - self.explore - self.select

    def to_json(self) -> dict[str, Any]:
        """Return the plan as plain JSON."""
        return asdict(self)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "LoopPlan":
        """Read a plan; figures it does not name are the defaults.

        Raises `PlanRefused` for a figure it does not know.
        """
        unknown = sorted(set(stored) - {field.name for field in fields(cls)})
        if unknown:
            raise PlanRefused(_("A plan has no figure named %(name)s.") % {"name": repr(unknown[0])})
        return cls(**stored)
