"""What people were told, kept on their side: the other column of the account."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass, field

from tests.bots import Fields, answers_of


@dataclass
class Handed:
    """What was sent on a task. `candidates` may be what is stored: all that was sent before the first "stored"."""

    candidates: list[Fields] = field(default_factory=list)
    acknowledged: int = 0


@dataclass(frozen=True)
class Kept:
    """The newest draft that was said to be saved."""

    revision: int
    answers: Fields


class Ledger:
    """Notes what was sent and what was acknowledged, by task; counts everything else. Many threads write to it."""

    def __init__(self) -> None:
        self.handed: dict[str, Handed] = {}
        self.drafts: dict[str, Kept] = {}
        self.people: dict[str, set[str]] = {}
        self.complaints: list[str] = []
        self.counts: Counter[str] = Counter()
        self._lock = threading.Lock()

    def count(self, what: str, by: int = 1) -> None:
        """Count something that happened."""
        with self._lock:
            self.counts[what] += by

    def complain(self, sentence: str) -> None:
        """Note something that a person should not have seen."""
        with self._lock:
            self.complaints.append(sentence)

    def came(self, person: str, token: str) -> None:
        """Note that a person was taken in, and by which token a device of theirs knows them ("" for none)."""
        with self._lock:
            self.people.setdefault(person, set()).update({token} - {""})

    def sends(self, key: str, fields: Fields) -> None:
        """Note, before it is sent, what is handed in."""
        with self._lock:
            handed = self.handed.setdefault(key, Handed())
            if not handed.acknowledged and answers_of(fields) not in handed.candidates:
                handed.candidates.append(answers_of(fields))
            self.counts["submissions sent"] += 1

    def acknowledged(self, key: str) -> None:
        """Note that a submission was answered with "stored"."""
        with self._lock:
            self.handed[key].acknowledged += 1
            self.counts["submissions acknowledged"] += 1

    def drafted(self, key: str, revision: int, fields: Fields) -> None:
        """Note that a draft was answered with "saved"."""
        with self._lock:
            self.counts["drafts acknowledged"] += 1
            known = self.drafts.get(key)
            if known is None or revision > known.revision:
                self.drafts[key] = Kept(revision, answers_of(fields))
