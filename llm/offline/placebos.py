"""Edits that change words and no meaning: what a loop accepts of them is its error rate.

Three kinds: a word or phrase exchanged for one that means the same, two words around "and" or "or" swapped, and a
sentence added that asks for nothing. They touch any section, also cue words, so that a ranker that hangs on wording
shows it.
"""

import re
from collections.abc import Iterator
from typing import Final

import numpy as np

from llm.questions import ProposedEdit, SpecSection, SpecText

from .proposing import anchor_of
from .spec_weights import Instruction, instructing_text
from .words import sentences

SAME_MEANING: Final = (
    ("in order to", "to"),
    ("for example", "for instance"),
    ("for instance", "for example"),
    ("such as", "like"),
    ("because(?! of)", "since"),
    ("whether or not", "whether"),
    ("by default", "as a rule"),
    ("should(?! not)", "ought to"),
    ("should not", "ought not to"),
    ("must not", "is not allowed to"),
    ("explain", "make clear"),
    ("acknowledge", "recognise"),
    ("recommend", "suggest"),
    ("however", "even so"),
    ("although", "even though"),
    ("often", "frequently"),
    ("usually", "in most cases"),
    ("generally", "in general"),
    ("somebody", "someone"),
    ("anybody", "anyone"),
    ("as well as", "and also"),
    ("clearly", "in clear terms"),
    ("avoid", "stay away from"),
    ("try to", "seek to"),
    ("a lot of", "much"),
    ("in line with", "in keeping with"),
    ("so that", "in such a way that"),
    ("depends on", "is determined by"),
    ("unless", "except where"),
    ("sometimes", "at times"),
    ("carefully", "with care"),
    ("begin", "start"),
    ("whole", "entire"),
    ("quickly", "with speed"),
)
"""Phrases (as regular expressions) and what may stand for them."""

ADDED: Final = (
    "This section should be read as a whole.",
    "What is said elsewhere in this document holds here too.",
    "The order of these sentences carries no weight.",
    "These words are meant as they stand.",
    "Nothing in this section depends on its place in the document.",
    "This applies from the first message of a conversation to the last.",
)
"""Sentences that ask for nothing."""

_SWAP: Final = re.compile(
    r"\b(?P<before>of|in|with|be|is|are) (?P<a>[a-z]{3,}) (?P<link>and|or) (?P<b>[a-z]{3,})(?=[.,;])"
)
_INTENT: Final = "Placebo: reword a sentence without changing what it asks for."


def placebo_edits(spec: SpecText, count: int, seed: int) -> list[ProposedEdit]:
    """Return up to `count` edits without meaning, each of another sentence; the same seed gives the same ones."""
    rng = np.random.default_rng(seed)
    pools: list[list[ProposedEdit]] = [[], [], []]
    for section in spec.sections:
        for anchor in _sentences(section):
            for pool, text in zip(pools, (_synonym(anchor, rng), _swapped(anchor), anchor), strict=True):
                if text:
                    pool.append(_edit(section, anchor, text, rng))
    shuffled = [[pool[place] for place in rng.permutation(len(pool))] for pool in pools]
    chosen: dict[tuple[str, str], ProposedEdit] = {}
    for edit in _in_turn(shuffled):
        if len(chosen) >= count:
            break
        chosen.setdefault((edit.section_id, edit.anchor), edit)
    return list(chosen.values())


def _sentences(section: SpecSection) -> Iterator[str]:
    for sentence in sentences(instructing_text(section.text)):
        if len(sentence.tokens) >= 5:
            anchor = anchor_of(section.text, Instruction(sentence.start, sentence.end, ()))
            if anchor:
                yield anchor


def _synonym(anchor: str, rng: np.random.Generator) -> str:
    """Return the sentence with one phrase exchanged, or '' if it holds none that can be."""
    found = [(old, new) for old, new in SAME_MEANING if re.search(rf"\b{old}\b", anchor)]
    if not found:
        return ""
    old, new = found[int(rng.integers(len(found)))]
    return re.sub(rf"\b{old}\b", new, anchor, count=1)


def _swapped(anchor: str) -> str:
    """Return the sentence with two words around "and" or "or" swapped, or ''."""
    found = _SWAP.search(anchor)
    if not found or found["a"] == found["b"]:
        return ""
    swapped = f"{found['before']} {found['b']} {found['link']} {found['a']}"
    return anchor[: found.start()] + swapped + anchor[found.end() :]


def _edit(section: SpecSection, anchor: str, text: str, rng: np.random.Generator) -> ProposedEdit:
    if text == anchor:
        added = ADDED[int(rng.integers(len(ADDED)))]
        return ProposedEdit(
            intent="Placebo: add a sentence that asks for nothing.",
            kind="clarification",
            operation="insert_text",
            section_id=section.id,
            anchor=anchor,
            text=added,
        )
    return ProposedEdit(
        intent=_INTENT, kind="clarification", operation="replace", section_id=section.id, anchor=anchor, text=text
    )


def _in_turn(pools: list[list[ProposedEdit]]) -> Iterator[ProposedEdit]:
    for place in range(max((len(pool) for pool in pools), default=0)):
        yield from (pool[place] for pool in pools if place < len(pool))
