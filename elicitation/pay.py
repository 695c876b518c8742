"""What people are owed for taking part, and why. `paying` notes that they were paid.

- Who finished is owed the study's pay for finishing (`pay_base`).
- Every task handed in is owed `pay_per_task`: also one that more people had answered than were wanted, one of a person
  who was excluded from the results since, and one that was taken back later. The work was done.
- Who was sent away (no place in a quota, checks failed) or could not go on for a technical fault is owed
  `pay_screened_out` for their time.
- Who returned the study to their panel has given up the pay there, and is owed nothing.

Nobody is owed anything twice: one person is one row, however often they come.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from .models import Participant, Study

Outcome = Participant.Outcome

_SENT_AWAY: Final = frozenset({Outcome.SCREENED_OUT, Outcome.QUOTA_FULL, Outcome.FAILED_CHECKS, Outcome.FAULT})
NOTHING: Final = Decimal("0.00")


@dataclass(frozen=True)
class Work:
    """What somebody did: tasks handed in (surplus ones among them, those taken back beside), and how it ended."""

    outcome: str
    is_finished: bool
    tasks: int
    surplus: int = 0
    taken_back: int = 0


@dataclass(frozen=True)
class Owed:
    """What a person is owed, by what for; `given_up` where they returned the study."""

    base: Decimal = NOTHING
    tasks: Decimal = NOTHING
    sent_away: Decimal = NOTHING
    given_up: bool = False

    @property
    def amount(self) -> Decimal:
        """The whole."""
        return self.base + self.tasks + self.sent_away


def owed_for(work: Work, study: Study) -> Owed:
    """Return what a study owes for some work."""
    if work.outcome == Outcome.RETURNED:
        return Owed(given_up=True)
    return Owed(
        base=study.pay_base if work.is_finished or work.outcome == Outcome.COMPLETE else NOTHING,
        tasks=(work.tasks + work.taken_back) * study.pay_per_task,
        sent_away=study.pay_screened_out if work.outcome in _SENT_AWAY and not work.is_finished else NOTHING,
    )
