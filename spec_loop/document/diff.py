"""Compare two documents section by section, and within a section word by word.

Sections are aligned by id. A section whose id is gone and one whose id is new are the same section renamed if their
titles are equal or their words mostly are. A paragraph is one line in the dialect, so lines are aligned first and
words only within lines that differ, which also keeps it fast.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise

from .blocks import lines_of
from .parsing import Section, parse

Words = list[tuple[str, str]]

# How many pairs of neighbouring words two sections must share (Dice coefficient of the multisets) to be one section
# renamed. Between the two public Model Specs renamed sections share .55 and more, any others .30 and less.
SAME_SECTION = 0.45
# Beyond this many pairs of words, two texts that share no line are shown as one replaced by the other.
MAXIMUM_PAIRS = 25_000_000
# A word or sign with the white space before it: on its own, white space would match everywhere and say nothing.
_TOKEN = re.compile(r"\s*(?:\w+(?:['’]\w+)*|[^\w\s])|\s+\Z")


@dataclass(frozen=True)
class SectionDiff:
    """What became of a section.

    `kind` is same, changed, added, removed or renamed (its id changed, and perhaps its text). `words` are
    (operation, text) with the operations equal, insert and delete: the equal and deleted texts joined are the old
    section, the equal and inserted ones the new section. Of a removed section, `section_id` and `title` are the old.
    """

    section_id: str
    title: str
    kind: str
    words: Words
    level: int
    old_id: str
    old_title: str
    old_authority: str
    authority: str
    is_moved: bool = False

    @property
    def changes_authority(self) -> bool:
        """Whether a section that stays has another authority than before, of its own or inherited."""
        return self.kind not in {"added", "removed"} and self.old_authority != self.authority


def diff_documents(old: str, new: str) -> list[SectionDiff]:
    """Return what became of each section, in the order of the new document.

    A removed section stands after the section it followed in the old document.
    """
    before, after = parse(old).sections, parse(new).sections
    pairs = _align(before, after)
    moved = _moved([pairs[number] for number in range(len(after)) if number in pairs])
    diffs: list[SectionDiff] = []
    removed = _removed(before, set(pairs.values()))
    diffs.extend(_gone(section) for section in removed.get(-1, []))
    for number, section in enumerate(after):
        was = pairs.get(number)
        if was is None:
            diffs.append(_new(section))
        else:
            diffs.append(_kept(before[was], section, is_moved=was in moved))
            diffs.extend(_gone(other) for other in removed.get(was, []))
    return diffs


def diff_words(old: str, new: str) -> Words:
    """Return the change from one text to another as (equal | insert | delete, text)."""
    a = [old[line.start : line.end] for line in lines_of(old)]
    b = [new[line.start : line.end] for line in lines_of(new)]
    found: Words = []
    for operation, i, j, k, m in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if operation == "equal":
            found.append(("equal", "".join(a[i:j])))
        else:
            found.extend(_diff_lines("".join(a[i:j]), "".join(b[k:m])))
    return _tidy(found)


# --- aligning sections ----------------------------------------------------------------------------------


def _align(before: Sequence[Section], after: Sequence[Section]) -> dict[int, int]:
    """Return the position in `before` for each position in `after` that was there before."""
    positions = {section.id: number for number, section in reversed(list(enumerate(before)))}
    pairs: dict[int, int] = {}
    for number, section in enumerate(after):
        was = positions.pop(section.id, None)
        if was is not None:
            pairs[number] = was
    used = set(pairs.values())
    lost = [number for number in range(len(before)) if number not in used]
    found = [number for number in range(len(after)) if number not in pairs]
    pairs.update(_renamed(before, after, lost, found))
    return pairs


def _renamed(
    before: Sequence[Section], after: Sequence[Section], lost: Sequence[int], found: Sequence[int]
) -> dict[int, int]:
    pairs_before = {i: _neighbours(before[i]) for i in lost}
    pairs_after = {j: _neighbours(after[j]) for j in found}
    likeness = sorted(
        (
            (1.0 if _same_title(before[i], after[j]) else _dice(pairs_before[i], pairs_after[j]), -abs(i - j), i, j)
            for i in lost
            for j in found
        ),
        reverse=True,
    )
    pairs: dict[int, int] = {}
    for score, _distance, was, number in likeness:
        if score >= SAME_SECTION and number not in pairs and was not in pairs.values():
            pairs[number] = was
    return pairs


def _same_title(one: Section, other: Section) -> bool:
    return bool(one.title) and one.title.casefold() == other.title.casefold()


def _neighbours(section: Section) -> Counter[tuple[str, str]]:
    return Counter(pairwise(re.findall(r"\w+", section.body.casefold())))


def _dice(one: Counter[tuple[str, str]], other: Counter[tuple[str, str]]) -> float:
    total = one.total() + other.total()
    return 2 * (one & other).total() / total if total else 0.0


def _removed(before: Sequence[Section], kept: set[int]) -> dict[int, list[Section]]:
    """Return the removed sections by the position in `before` of the kept section they followed (-1: none)."""
    removed: dict[int, list[Section]] = {}
    follows = -1
    for number, section in enumerate(before):
        if number in kept:
            follows = number
        else:
            removed.setdefault(follows, []).append(section)
    return removed


def _moved(order: Sequence[int]) -> set[int]:
    """Return the fewest positions that must move for the others to be in rising order."""
    tails: list[int] = []
    places: list[int] = []
    for position in order:
        place = bisect_left(tails, position)
        tails[place : place + 1] = [position]
        places.append(place)
    stay: set[int] = set()
    wanted = len(tails) - 1
    for position, place in zip(reversed(order), reversed(places), strict=True):
        if place == wanted:
            stay.add(position)
            wanted -= 1
    return set(order) - stay


def _new(section: Section) -> SectionDiff:
    return SectionDiff(
        section_id=section.id,
        title=section.title,
        kind="added",
        words=[("insert", section.text)],
        level=section.level,
        old_id="",
        old_title="",
        old_authority="",
        authority=section.authority,
    )


def _gone(section: Section) -> SectionDiff:
    return SectionDiff(
        section_id=section.id,
        title=section.title,
        kind="removed",
        words=[("delete", section.text)],
        level=section.level,
        old_id=section.id,
        old_title=section.title,
        old_authority=section.authority,
        authority="",
    )


def _kept(old: Section, new: Section, *, is_moved: bool) -> SectionDiff:
    same = old.text == new.text
    kind = "renamed" if old.id != new.id else "same" if same else "changed"
    return SectionDiff(
        section_id=new.id,
        title=new.title,
        kind=kind,
        words=[("equal", new.text)] if same else diff_words(old.text, new.text),
        level=new.level,
        old_id=old.id,
        old_title=old.title,
        old_authority=old.authority,
        authority=new.authority,
        is_moved=is_moved,
    )


# --- comparing words ------------------------------------------------------------------------------------


def _diff_lines(old: str, new: str) -> Iterator[tuple[str, str]]:
    a, b = _TOKEN.findall(old), _TOKEN.findall(new)
    if not a or not b or len(a) * len(b) > MAXIMUM_PAIRS:
        yield "delete", old
        yield "insert", new
        return
    for operation, i, j, k, m in SequenceMatcher(None, a, b).get_opcodes():
        if operation == "equal":
            yield "equal", "".join(a[i:j])
        else:
            yield "delete", "".join(a[i:j])
            yield "insert", "".join(b[k:m])


def _tidy(words: Words) -> Words:
    """Join neighbours, and do not keep a scrap in common between two longer changes: it only hinders reading."""
    runs = _runs(words)
    changed = True
    while changed:
        changed = False
        for number in range(2, len(runs) - 2, 2):
            equal = runs[number][0]
            if 0 < len(equal) <= min(max(map(len, runs[number - 1])), max(map(len, runs[number + 1]))):
                (old, new), (old_after, new_after) = runs[number - 1], runs[number + 1]
                runs[number - 1 : number + 2] = [(old + equal + old_after, new + equal + new_after)]
                changed = True
                break
    return _flat(_without_shared_edges(runs))


def _without_shared_edges(runs: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Give white space at the edges that both sides of a change have back to the common text around it."""
    found = [runs[0]]
    for number in range(1, len(runs) - 1, 2):
        (old, new), (after, _) = runs[number], runs[number + 1]
        head = _shared_space(old, new)
        old, new = old[len(head) :], new[len(head) :]
        tail = _shared_space(old[::-1], new[::-1])[::-1]
        old, new = old[: len(old) - len(tail)], new[: len(new) - len(tail)]
        found[-1] = (found[-1][0] + head,) * 2
        found.extend([(old, new), (tail + after,) * 2])
    return found


def _shared_space(old: str, new: str) -> str:
    length = 0
    while length < min(len(old), len(new)) and old[length] == new[length] and old[length].isspace():
        length += 1
    return old[:length]


def _runs(words: Words) -> list[tuple[str, str]]:
    """Return common text and changes (old, new) in turn, beginning and ending with common text, perhaps empty."""
    runs: list[tuple[str, str]] = [("", "")]
    for operation, text in words:
        if operation == "equal":
            if len(runs) % 2 == 0:
                runs.append((text, text))
            else:
                runs[-1] = (runs[-1][0] + text,) * 2
        else:
            if len(runs) % 2 == 1:
                runs.append(("", ""))
            old, new = runs[-1]
            runs[-1] = (old + text, new) if operation == "delete" else (old, new + text)
    return runs if len(runs) % 2 else [*runs, ("", "")]


def _flat(runs: Sequence[tuple[str, str]]) -> Words:
    found: Words = []
    for number, (old, new) in enumerate(runs):
        if number % 2 == 0:
            found.append(("equal", old))
        else:
            found.extend([("delete", old), ("insert", new)])
    return [(operation, text) for operation, text in found if text]
