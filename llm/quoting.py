"""Find where a text repeats another: a quotation of what somebody wrote.

Two texts share a passage where a run of at least six words is the same in both, whatever stands between the words and
however they are capitalised. A text of fewer words counts only as a whole, and only from four words on: shorter ones
("It is honest.") are anybody's. In scripts without spaces every character is taken for a word.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from typing import Any, Final

WITHDRAWN: Final = "[withdrawn]"
"""Stands in the place of what was cut."""

FEWEST_WORDS: Final = 6
FEWEST_WORDS_OF_A_WHOLE: Final = 4
FEWEST_LETTERS: Final = 18
SHORTEST_NAME: Final = 6

_UNSPACED = "\u0e00-\u0e7f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_WORD = re.compile(rf"[{_UNSPACED}]|[^\W_{_UNSPACED}]+(?:['’][^\W_]+)*")

Run = tuple[str, ...]


class Quotations:
    """What is to be found and cut: passages of `texts`, and `names` (keys, ids, addresses) to the letter."""

    def __init__(self, texts: Collection[str], names: Collection[str] = ()) -> None:
        self._runs: set[Run] = set()
        self._wholes: dict[int, set[Run]] = {}
        self._names = {name for name in names if name}
        for text in texts:
            self._learn([word for word, _, _ in _words(text)])

    def __bool__(self) -> bool:
        return bool(self._runs or self._wholes or self._names)

    def occur_in(self, value: Any) -> bool:
        """Return whether a text, or any text in a JSON value, repeats a passage or holds a name."""
        return bool(self.cut(value) != value)

    def cut(self, value: Any) -> Any:
        """Return a text or a JSON value with `WITHDRAWN` in the place of every passage and name."""
        if isinstance(value, str):
            return self._cut_text(value)
        if isinstance(value, list):
            return [self.cut(part) for part in value]
        if isinstance(value, dict):
            return {self._cut_text(key): self.cut(part) for key, part in value.items()}
        return value

    def _learn(self, words: Sequence[str]) -> None:
        runs = {run for _, _, run in _runs(words)}
        if runs:
            self._runs |= runs
        elif len(words) >= FEWEST_WORDS_OF_A_WHOLE and _letters(words) >= FEWEST_LETTERS:
            self._wholes.setdefault(len(words), set()).add(tuple(words))

    def _cut_text(self, text: str) -> str:
        if text in self._names:
            return WITHDRAWN
        for name in self._names:
            if len(name) >= SHORTEST_NAME:
                text = text.replace(name, WITHDRAWN)
        found = _words(text)
        words = [word for word, _, _ in found]
        spans = [(start, end) for start, end, run in _runs(words) if run in self._runs]
        for length, wholes in self._wholes.items():
            spans += [
                (start, start + length)
                for start in range(len(words) - length + 1)
                if tuple(words[start : start + length]) in wholes
            ]
        for start, end in reversed(_merged(spans)):
            text = text[: found[start][1]] + WITHDRAWN + text[found[end - 1][2] :]
        return text


def _words(text: str) -> list[tuple[str, int, int]]:
    """Return the words of a text in lower case, each with where it begins and ends."""
    return [(match[0].casefold().replace("’", "'"), match.start(), match.end()) for match in _WORD.finditer(text)]


def _runs(words: Sequence[str]) -> Iterator[tuple[int, int, Run]]:
    """Yield the shortest run from each word on that is long enough, with its bounds.

    Where a run ends depends on its own words alone, so a passage has the same runs wherever it stands.
    """
    for start in range(len(words) - FEWEST_WORDS + 1):
        end, letters = start, 0
        while end < len(words) and (end - start < FEWEST_WORDS or letters < FEWEST_LETTERS):
            letters += _weight(words[end])
            end += 1
        if end - start >= FEWEST_WORDS and letters >= FEWEST_LETTERS:
            yield start, end, tuple(words[start:end])


def _letters(words: Sequence[str]) -> int:
    return sum(map(_weight, words))


def _weight(word: str) -> int:
    """Return how many letters a word counts for: a character of a script without spaces says as much as two."""
    return len(word) if len(word) > 1 or word.isascii() else 2


def _merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
