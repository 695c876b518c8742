"""Put a simulated person's reasons into words.

The reasons are the traits that moved them most: their weight times the difference between the answer they put first and
the one they put last. Letters are not named, because people saw them shuffled.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .content import TRAITS, phrases
from .people import Person

_WORTH_A_WORD = 0.25
_NAMES = list(TRAITS)


@dataclass(frozen=True)
class Reason:
    """Something said of the first answer (`liked`, `glad`) or of the last (`disliked`, `missed`).

    `gain` is what it added to the distance between the two.
    """

    trait: str
    kind: str
    gain: float

    @property
    def of_first(self) -> bool:
        """Whether it speaks of the answer put first."""
        return self.kind in {"liked", "glad"}


def reasons(*, weights: NDArray[np.float64], first: NDArray[np.float64], last: NDArray[np.float64]) -> list[Reason]:
    """Return why `first` stands above `last` (their traits), strongest reason first, leaving out the weak ones."""
    found = []
    for trait, weight, high, low in zip(_NAMES, weights, first, last, strict=True):
        gain = float(weight * (high - low))
        if gain < _WORTH_A_WORD:
            continue
        if weight > 0:
            found.append(Reason(trait, "liked", gain))
            if low < 0.2:
                found.append(Reason(trait, "missed", gain * 0.8))
        else:
            found.append(Reason(trait, "disliked", gain))
            if high < 0.2:
                found.append(Reason(trait, "glad", gain * 0.8))
    return sorted(found, key=lambda reason: -reason.gain)


class Writer:
    """Writes one person's sentences, without using the same phrase twice in a text."""

    def __init__(self, person: Person, rng: np.random.Generator) -> None:
        self.person = person
        self.rng = rng

    def justification(self, *, found: list[Reason], subject: str, world: bool, tied: bool, tied_first: bool) -> str:
        """Return why they ranked as they did; `tied` says that the ranking holds a tie."""
        if not found:
            return self._pick("neutral")
        first = [reason for reason in found if reason.of_first][: 1 + (self.person.wordiness > 0)]
        last = [reason for reason in found if not reason.of_first and reason.trait not in {r.trait for r in first}]
        last = last or [reason for reason in found if not reason.of_first]
        if self.person.wordiness == 0:
            return self._short(first, last)
        text = self._long(first, last[:1], subject=subject, world=world, tied_first=tied_first)
        if self.person.wordiness == 2 and self.rng.random() < 0.5:
            text += " " + self._pick("remark")
        elif tied and self.rng.random() < 0.3:
            text += " " + self._pick("tie")
        return text

    def all_tied(self) -> str:
        """Return a justification of putting everything in one place."""
        return self._pick("all_tied")

    def same_as_personal(self) -> str:
        """Return a justification that points to the one before."""
        return self._pick("same_as_personal")

    def unacceptable(self, found: list[Reason]) -> str:
        """Return why an answer is unacceptable to them, from their reasons against it."""
        against = [reason for reason in found if reason.kind == "disliked"] or found
        return self._pick("unacceptable").format(reason=self._phrase(against[0])) if against else ""

    def ideal(self) -> str:
        """Return what they want of an assistant, from their strongest weights."""
        order = np.argsort(-np.abs(self.person.personal))
        wanted = [_NAMES[index] for index in order if self.person.personal[index] > 0]
        unwanted = [_NAMES[index] for index in order if self.person.personal[index] < 0]
        wish, other = (self._any(phrases()["traits"][trait]["wish"]) for trait in wanted[:2])
        against = self._any(phrases()["traits"][unwanted[0]]["wish_not"])
        kind = "ideal_not" if self.rng.random() < 0.5 else "ideal"
        return self._pick(kind).format(a=wish, b=other, c=against)

    def _short(self, first: list[Reason], last: list[Reason]) -> str:
        parts = [_sentence(self._phrase(reason)) for reason in first[:1]]
        if last and (not first or self.rng.random() < 0.5):
            parts.append(f"{self._pick('last')} {self._phrase(last[0])}.")
        return " ".join(parts)

    def _long(self, first: list[Reason], last: list[Reason], *, subject: str, world: bool, tied_first: bool) -> str:
        for_it = self._for_first(first, subject=subject, world=world, tied_first=tied_first) if first else ""
        if not last or (first and self.rng.random() < 0.25):
            return for_it
        against = self._fill("last_sentence", {"last": "last"}, self._phrase(last[0]))
        if not for_it:
            return against
        if self.rng.random() < 0.2:
            return f"{against} {for_it}"
        contrast = self._pick("contrast")
        return f"{for_it} {contrast}{_lower(against) if contrast else against}"

    def _for_first(self, first: list[Reason], *, subject: str, world: bool, tied_first: bool) -> str:
        said = self._pick("link").join(self._phrase(reason) for reason in first)
        sentence = self._fill("first_sentence", {"first": "first_tied" if tied_first else "first"}, said)
        return self._opened(sentence, subject, world)

    def _fill(self, name: str, subjects: dict[str, str], said: str) -> str:
        chosen = {place: self._pick(kind) for place, kind in subjects.items()}
        return self._pick(name).format(said=said, **chosen)

    def _opened(self, sentence: str, subject: str, world: bool) -> str:
        chance = self.rng.random()
        if world and chance < 0.6:
            return self._pick("opening_world") + _lower(sentence)
        if chance < 0.3:
            return self._pick("opening").format(subject=subject) + _lower(sentence)
        return sentence

    def _phrase(self, reason: Reason) -> str:
        return self._any(phrases()["traits"][reason.trait][reason.kind])

    def _pick(self, name: str) -> str:
        return self._any(phrases()[name])

    def _any(self, options: list[Any]) -> str:
        return str(options[int(self.rng.integers(len(options)))])


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:] + "."


def _lower(text: str) -> str:
    return text if text.startswith("I ") else text[0].lower() + text[1:]
