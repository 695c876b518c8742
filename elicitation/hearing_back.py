"""What came of a study, for those who took part in it.

This room knows nothing of specs; the rooms above tell it, through `tell` in their `AppConfig.ready`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from .models import Study


@dataclass(frozen=True)
class Change:
    """Something that was changed because of a study: in which document, what for, why, and with how many voices.

    `words` are the changed words with what was done to them: "equal", "delete", "insert" or "skip".
    """

    document: str
    section: str
    intent: str
    reason: str
    made_at: datetime
    voices: int
    words: Sequence[tuple[str, str]] = ()


Teller = Callable[[Study], Sequence[Change]]
_tellers: list[Teller] = []


def tell(teller: Teller) -> None:
    """Let a room tell what came of a study."""
    if teller not in _tellers:
        _tellers.append(teller)


def what_came_of(study: Study) -> list[Change]:
    """Return what came of a study, the latest first."""
    found = [change for teller in _tellers for change in teller(study)]
    return sorted(found, key=lambda change: change.made_at, reverse=True)
