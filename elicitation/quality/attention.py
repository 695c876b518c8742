"""Attention items: prompts whose text tells which response to put first."""

from collections.abc import Iterator
from typing import Final

from .contradictions import first_group
from .given import Finding, Material
from .kinds import ATTENTION_FAILED

PUT_LAST: Final = 1.0
TIED_FIRST: Final = 0.4
"""Strengths. Who ties the right one with others has read something."""


def find_attention_failed(material: Material) -> Iterator[Finding]:
    """Flag assessments of attention items whose rankings put another response first.

    A person who was asked for two rankings is given the better of them, and a skipped one is no failure: people may
    skip whatever they are asked.
    """
    for each in material.everything():
        best = material.prompts[each.prompt].attention_best
        firsts = {block: first_group(ranked.order) for block, ranked in each.rankings.items() if ranked.order}
        if not best or not firsts or [best] in firsts.values():
            continue
        tied = any(best in first for first in firsts.values())
        yield Finding(
            ATTENTION_FAILED,
            each.person,
            TIED_FIRST if tied else PUT_LAST,
            {"asked_for": best, "first": firsts, "assessments": [each.pk]},
            each.pk,
        )
