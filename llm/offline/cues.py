"""Find cue phrases in a text: many short patterns of word stems, all tried in one pass.

A cue is written as words with a few signs:

    point|points out      alternatives for one word (they are compared by stem)
    the? one              a word that may be missing
    give _ hand           any one word (`_?`: any one word, or none)
    lay ... views         up to three words in between
    ^ no                  only at the start of a sentence

Longer matches are taken first, and within one group (a dimension) no word counts twice.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product

from .words import Token, parts, stem

LONGEST_GAP = 3

_Step = frozenset[str] | None
"""The stems one word may have; None for any word."""


@dataclass(frozen=True)
class Match:
    """A cue found in a sentence: its group, its weight, and the tokens it covers (`end` not included)."""

    group: int
    weight: float
    start: int
    end: int


@dataclass(frozen=True)
class _Pattern:
    group: int
    weight: float
    at_start: bool
    steps: tuple[_Step, ...]

    def covers(self, stems: list[str], start: int) -> bool:
        if (self.at_start and start) or start + len(self.steps) > len(stems):
            return False
        return all(step is None or stems[start + place] in step for place, step in enumerate(self.steps))


class CueIndex:
    """Patterns by the stem they begin with."""

    def __init__(self, cues: Iterable[tuple[int, float, str]]) -> None:
        """Compile cues given as (group, weight, phrase). A phrase must not begin with a gap."""
        self._by_first: dict[str, list[_Pattern]] = {}
        for group, weight, phrase in cues:
            for pattern in _compile(group, weight, phrase):
                for first in pattern.steps[0] or ():
                    self._by_first.setdefault(first, []).append(pattern)
        for patterns in self._by_first.values():
            patterns.sort(key=lambda pattern: (-len(pattern.steps), -abs(pattern.weight)))

    def find(self, tokens: tuple[Token, ...]) -> Iterator[Match]:
        """Yield the matches in one sentence, from left to right."""
        stems = [token.stem for token in tokens]
        free_from: dict[int, int] = {}
        for start, first in enumerate(stems):
            for pattern in self._by_first.get(first, ()):
                if free_from.get(pattern.group, 0) <= start and pattern.covers(stems, start):
                    free_from[pattern.group] = start + len(pattern.steps)
                    yield Match(pattern.group, pattern.weight, start, start + len(pattern.steps))


def _compile(group: int, weight: float, phrase: str) -> Iterator[_Pattern]:
    written = phrase.split()
    at_start = written[0] == "^"
    options = [_options(word) for word in (written[1:] if at_start else written)]
    for chosen in dict.fromkeys(product(*options)):
        steps = tuple(step for part in chosen for step in part)
        while steps and steps[-1] is None:
            steps = steps[:-1]
        if not steps or steps[0] is None:
            raise ValueError(f"the cue {phrase!r} may begin with a gap")
        yield _Pattern(group, weight, at_start, steps)


def _options(written: str) -> list[tuple[_Step, ...]]:
    """Return the sequences of steps that one word of a cue allows."""
    if written == "...":
        return [(None,) * gap for gap in range(LONGEST_GAP + 1)]
    missing: list[tuple[_Step, ...]] = [()] if written.endswith("?") else []
    word = written.removesuffix("?")
    if word == "_":
        return [(None,), *missing]
    singles, compounds = set(), []
    for alternative in word.split("|"):
        stems = [stem(part) for piece in alternative.split("-") for part in parts(piece)]
        if len(stems) == 1:
            singles.add(stems[0])
        else:
            compounds.append(tuple(frozenset({one}) for one in stems))
    return [*([(frozenset(singles),)] if singles else []), *compounds, *missing]
