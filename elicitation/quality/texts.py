"""Texts that are copied: from oneself, from somebody else, from the page."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from measures.likeness import Shingles, containment, near_duplicates, normalise, shingles

from .given import Finding, Given, Material
from .kinds import COPIED_FROM_PAGE, COPIED_FROM_PERSON, REPEATED_TEXT, strength_of

LIKENESS: Final = 0.8
"""Jaccard index of two texts' shingles from which they are nearly the same: a changed word or two in a sentence."""

SHORTEST: Final = 40
"""Length of a normalised text. What is shorter ("clear and helpful answer") people write twice in good faith."""

_FIRST_WIDE: Final = "\u2e80"
"""From here on stand the scripts of East Asia, of which a character says as much as two letters do."""

FEWEST_TASKS: Final = 3
SHARE_REPEATED: Final = 0.3
"""Of the tasks with a text. One in three is beyond a habit of speech."""

FEWEST_SHORT: Final = 8
SHARE_SHORT: Final = 0.9
"""Of tasks with a text: a short one counts as repeated only where it is nearly all a person ever wrote."""

FEWEST_COPIED: Final = 2
"""Texts shared with one and the same other person: of thousands of people many share a plain sentence with somebody."""

SHORTEST_COPIED: Final = 50
LONG: Final = 200
"""Characters. Two people do not write a text as long as this alike by chance; one is enough."""

CONTAINED: Final = 0.8
"""Share of a text's shingles that stand on the page: more than a quotation with a reason around it."""

SHORTEST_ON_PAGE: Final = 60
FEWEST_FROM_PAGE: Final = 2


@dataclass(frozen=True, slots=True)
class _Text:
    given: Given
    words: str
    shingles: Shingles

    @property
    def length(self) -> int:
        """How many letters long it is, or would be."""
        return len(self.words) + sum(character >= _FIRST_WIDE for character in self.words)


def find_copies(material: Material) -> Iterator[Finding]:
    """Flag people who repeat themselves, send what others had sent, or copy the page."""
    texts = _texts(material)
    alike = _pairs(texts)
    yield from _repeated(material, texts, alike)
    yield from _from_people(texts, alike)
    yield from _from_page(material, texts)


def _texts(material: Material) -> list[_Text]:
    """Return all texts in the order in which they were sent; the same text twice on one task stands once."""
    found = []
    for given in sorted(material.everything(), key=lambda each: (each.submitted_at, each.pk)):
        own = dict.fromkeys(normalise(text) for text in given.texts)
        found += [_Text(given, words, shingles(words)) for words in own if words]
    return found


def _pairs(texts: Sequence[_Text]) -> list[tuple[_Text, _Text, float]]:
    """Return pairs of long enough texts of different tasks that are nearly the same, the earlier first."""
    long = [text for text in texts if text.length >= SHORTEST]
    found = near_duplicates([text.shingles for text in long], [text.given.person for text in long], at_least=LIKENESS)
    pairs = ((long[earlier], long[later], likeness) for earlier, later, likeness in found)
    return [pair for pair in pairs if pair[0].given.pk != pair[1].given.pk]


def _repeated(
    material: Material, texts: Sequence[_Text], alike: Sequence[tuple[_Text, _Text, float]]
) -> Iterator[Finding]:
    again: dict[int, dict[int, float]] = defaultdict(dict)
    for earlier, later, likeness in alike:
        if earlier.given.person == later.given.person:
            known = again[later.given.person].get(later.given.pk, 0.0)
            again[later.given.person][later.given.pk] = max(known, likeness)
    by_person: dict[int, list[_Text]] = defaultdict(list)
    for text in texts:
        by_person[text.given.person].append(text)
    for person in material.people:
        written = by_person.get(person, [])
        tasks = len({text.given.pk for text in written})
        repeated = again.get(person, {})
        if len(repeated) >= FEWEST_TASKS and len(repeated) >= SHARE_REPEATED * tasks:
            yield Finding(
                REPEATED_TEXT,
                person,
                strength_of(len(repeated) / tasks, threshold=SHARE_REPEATED, extreme=0.9),
                {
                    "tasks_with_repeated_text": len(repeated),
                    "tasks_with_text": tasks,
                    "likeness": round(float(np.mean(list(repeated.values()))), 3),
                    "assessments": sorted(repeated),
                },
            )
        elif (short := _short_refrain(written, tasks)) is not None:
            yield short


def _short_refrain(written: Sequence[_Text], tasks: int) -> Finding | None:
    """Return the finding that a short text is nearly all a person writes, which is weaker than a long one repeated."""
    counts = Counter(text.words for text in written if text.length < SHORTEST)
    if tasks < FEWEST_SHORT or not counts:
        return None
    words, times = counts.most_common(1)[0]
    if times < SHARE_SHORT * tasks:
        return None
    evidence = {
        "tasks_with_repeated_text": times,
        "tasks_with_text": tasks,
        "characters": len(words),
        "assessments": sorted({text.given.pk for text in written if text.words == words}),
    }
    return Finding(REPEATED_TEXT, written[0].given.person, 0.3, evidence)


def _from_people(texts: Sequence[_Text], alike: Sequence[tuple[_Text, _Text, float]]) -> Iterator[Finding]:
    shared: dict[tuple[int, int], dict[int, tuple[_Text, _Text, float]]] = defaultdict(dict)
    for pair in alike:
        earlier, later, _likeness = pair
        if earlier.given.person != later.given.person and later.length >= SHORTEST_COPIED:
            shared[later.given.person, earlier.given.person].setdefault(later.given.pk, pair)
    copied: dict[int, dict[int, tuple[_Text, _Text, float]]] = defaultdict(dict)
    for (person, _other), pairs in shared.items():
        if len(pairs) >= FEWEST_COPIED or any(later.length >= LONG for _, later, _ in pairs.values()):
            copied[person] |= pairs
    tasks = _tasks_with_text(texts)
    for person, pairs in copied.items():
        longest = max(later.length for _, later, _ in pairs.values())
        evidence = {
            "texts": len(pairs),
            "tasks_with_text": tasks[person],
            "longest_text": longest,
            "likeness": round(float(np.mean([likeness for _, _, likeness in pairs.values()])), 3),
            "people": len({earlier.given.person for earlier, _, _ in pairs.values()}),
            "assessments": sorted(pairs),
            "others": sorted({earlier.given.pk for earlier, _, _ in pairs.values()}),
        }
        yield Finding(
            COPIED_FROM_PERSON, person, strength_of(len(pairs) / tasks[person], threshold=0.1, extreme=0.6), evidence
        )


def _from_page(material: Material, texts: Sequence[_Text]) -> Iterator[Finding]:
    pages: dict[int, Shingles] = {}
    copied: dict[int, dict[int, float]] = defaultdict(dict)
    for text in texts:
        if text.length < SHORTEST_ON_PAGE or text.given.prompt not in material.prompts:
            continue
        if text.given.prompt not in pages:
            written = [shingles(normalise(each)) for each in material.prompts[text.given.prompt].texts]
            pages[text.given.prompt] = np.unique(np.concatenate(written)) if written else shingles("")
        share = containment(text.shingles, pages[text.given.prompt])
        if share >= CONTAINED:
            copied[text.given.person][text.given.pk] = share
    tasks = _tasks_with_text(texts)
    for person, shares in copied.items():
        if len(shares) >= FEWEST_FROM_PAGE and len(shares) >= SHARE_REPEATED * tasks[person]:
            yield Finding(
                COPIED_FROM_PAGE,
                person,
                strength_of(len(shares) / tasks[person], threshold=SHARE_REPEATED, extreme=0.9),
                {
                    "texts": len(shares),
                    "tasks_with_text": tasks[person],
                    "share_on_page": round(float(np.mean(list(shares.values()))), 3),
                    "assessments": sorted(shares),
                },
            )


def _tasks_with_text(texts: Sequence[_Text]) -> Mapping[int, int]:
    tasks: dict[int, set[int]] = defaultdict(set)
    for text in texts:
        tasks[text.given.person].add(text.given.pk)
    return {person: len(given) for person, given in tasks.items()}
