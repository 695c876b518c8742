"""The change from one version to another as a page shows it: long unchanged stretches are left out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from .document import SectionDiff, Words, diff_documents

# How much of unchanged text is kept beside a change, and how much more there must be for the rest to be left out.
KEPT = 260
SLACK = 120
SKIP = "skip"


@dataclass(frozen=True)
class Stretch:
    """Sections one after the other that are all unchanged, or one that is not (`changed`, with its shortened words)."""

    unchanged: Sequence[SectionDiff] = ()
    changed: SectionDiff | None = None
    words: Words = field(default_factory=list)


@dataclass(frozen=True)
class Comparison:
    """Two versions compared, with the number of sections of each kind of change."""

    stretches: tuple[Stretch, ...]
    counts: dict[str, int]

    @property
    def changed(self) -> list[SectionDiff]:
        """The sections that are not as they were."""
        return [stretch.changed for stretch in self.stretches if stretch.changed]


def compare(old: str, new: str) -> Comparison:
    """Compare two texts of a document for a page."""
    diffs = diff_documents(old, new)
    counts = dict.fromkeys(("changed", "renamed", "added", "removed", "same"), 0)
    for diff in diffs:
        counts[diff.kind] += 1
    return Comparison(tuple(_stretches(diffs)), counts)


def is_unchanged(diff: SectionDiff) -> bool:
    """Return whether nothing of a section has changed: neither its text nor its authority nor its place."""
    return diff.kind == "same" and not diff.changes_authority and not diff.is_moved


def _stretches(diffs: Sequence[SectionDiff]) -> Iterator[Stretch]:
    for unchanged, group in groupby(diffs, key=is_unchanged):
        if unchanged:
            yield Stretch(unchanged=list(group))
        else:
            yield from (Stretch(changed=diff, words=shorten(diff.words)) for diff in group)


def shorten(words: Words) -> Words:
    """Cut long unchanged text, keeping some before and after each change, and put `skip` in its place.

    Unchanged blank lines at the end are left out too.
    """
    if words and words[-1][0] == "equal":
        words = [*words[:-1], ("equal", words[-1][1].rstrip("\r\n"))]
    found: Words = []
    for number, (operation, text) in enumerate(words):
        if operation != "equal":
            found.append((operation, text))
            continue
        head = KEPT if number else 0
        tail = KEPT if number < len(words) - 1 else 0
        if len(text) <= head + tail + SLACK:
            found.append((operation, text))
            continue
        start, end = _start_kept(text, head), _end_kept(text, tail)
        found.extend(pair for pair in (("equal", start), (SKIP, ""), ("equal", end)) if pair[1] or pair[0] == SKIP)
    return found


def _start_kept(text: str, length: int) -> str:
    """Return at most `length` characters from the start: whole lines, or whole words of a long line."""
    kept = text[:length]
    line_end = kept.rfind("\n")
    if line_end > length / 4:
        return kept[: line_end + 1]
    return kept.rsplit(maxsplit=1)[0] if kept.split() else ""


def _end_kept(text: str, length: int) -> str:
    """Return at most `length` characters from the end: whole lines, or whole words of a long line."""
    kept = text[-length:] if length else ""
    line_end = kept.find("\n")
    if 0 <= line_end < length * 3 / 4:
        return kept[line_end + 1 :]
    return kept.split(maxsplit=1)[-1] if kept.split() else ""
