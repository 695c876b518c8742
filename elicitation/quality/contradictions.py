"""Answers that contradict themselves: first place to what is unacceptable, words that name another winner."""

from collections.abc import Iterator
from typing import Final

from .given import Asked, Finding, Given, Material
from .kinds import OTHER_WINNER, UNACCEPTABLE_FIRST
from .naming import letters_named_best, letters_named_worst

ALONE_FIRST: Final = 1.0
TIED_FIRST: Final = 0.5
TIED_WITH_ALL: Final = 0.2
"""Strengths: who puts an unacceptable response first alone says more against themselves than who ties it with all."""


def find_unacceptable_first(material: Material) -> Iterator[Finding]:
    """Flag assessments that put a response first which they call unacceptable, though there are others."""
    for each in material.everything():
        asked = material.prompts[each.prompt]
        if not each.flags or len(each.flags) >= asked.candidates:
            continue
        strengths = {
            block: _how_far_first(first_group(ranked.order), each.flags, asked)
            for block, ranked in each.rankings.items()
            if ranked.order and set(each.flags) & set(first_group(ranked.order))
        }
        if strengths:
            yield Finding(
                UNACCEPTABLE_FIRST,
                each.person,
                max(strengths.values()),
                {
                    "unacceptable": list(each.flags),
                    "first": {block: first_group(each.rankings[block].order) for block in strengths},
                    "assessments": [each.pk],
                },
                each.pk,
            )


def _how_far_first(first: list[str], flags: str, asked: Asked) -> float:
    if len(first) == asked.candidates:
        return TIED_WITH_ALL
    return ALONE_FIRST if set(first) <= set(flags) else TIED_FIRST


def find_other_winner(material: Material) -> Iterator[Finding]:
    """Flag assessments whose justification calls best what the ranking does not put first, by its letter on the screen.

    Where it is not known in which order responses were shown (imports), a letter cannot be read.
    """
    for each in material.everything():
        if each.shown_order:
            found = {block: said for block in each.rankings if (said := _contradiction(each, block))}
            if found:
                yield Finding(
                    OTHER_WINNER,
                    each.person,
                    max(strength for strength, _ in found.values()),
                    {block: named for block, (_, named) in found.items()} | {"assessments": [each.pk]},
                    each.pk,
                )


def _contradiction(each: Given, block: str) -> tuple[float, dict[str, list[str]]] | None:
    """Return how strongly a justification contradicts its ranking, and what it says; None where it does not."""
    ranked = each.rankings[block]
    if ">" not in ranked.order or not ranked.why:
        return None
    first = sorted(map(each.shown, first_group(ranked.order)))
    last = sorted(map(each.shown, ranked.order.split(">")[-1].split("=")))
    letters = "ABCDEF"[: len(each.shown_order)]
    best, worst = letters_named_best(ranked.why, letters), letters_named_worst(ranked.why, letters)
    if best and not best & set(first):
        # What comes last by the ranking and best by the words is no matter of a hair.
        return (1.0 if best & set(last) else 0.6), {"says_best": sorted(best), "ranked_first": first}
    if worst and not worst - set(first) and not worst & set(last):
        return 0.8, {"says_worst": sorted(worst), "ranked_first": first}
    return None


def first_group(order: str) -> list[str]:
    """Return the letters in the first place of a canonical ranking."""
    return order.split(">", 1)[0].split("=")
