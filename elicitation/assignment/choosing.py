"""Which prompt a person is given next, and why: a pure function of what is free, of the person and of the seed.

1. What the person had begun before its lease ran out: their draft waits in it.
2. An attention item or a re-test that is due. Each is due after a number of tasks that is drawn per person: attention
   items in the middle half of a person's tasks, re-tests in the last quarter, only once the person has answered the
   anchor, and never right after it.
3. Anchors, since everybody answers them.
4. The prompt least covered within the person's quota cell, then the least covered at all, so that coverage grows
   evenly; then, where the study wants it, the one people disagree about most.

Ties are broken by a draw that depends on the study's seed, the person and the prompt, so that the same people arriving
in the same order are given the same prompts again.
"""

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from elicitation.entry import seeded_draw
from elicitation.models import Study

BEGUN: Final = "begun before"
ATTENTION: Final = "attention"
RETEST: Final = "retest"
ANCHOR: Final = "anchor"
LEAST_COVERED: Final = "least covered"


@dataclass(frozen=True)
class Candidate:
    """A prompt of `size` responses that may be given to the person, as it stands now.

    `repeats` is the anchor that a re-test asks again; `disagreement` a posterior variance
    (`measures.disagreement`), None where none was measured; `begun` says whether the person's draft waits in it.
    """

    pk: int
    key: str
    size: int
    is_anchor: bool
    is_attention: bool
    repeats: int | None
    coverage: int
    coverage_in_cell: int
    disagreement: float | None
    begun: bool

    @property
    def is_ordinary(self) -> bool:
        """Whether it is one of the prompts that not everybody is given."""
        return not (self.is_anchor or self.is_attention or self.repeats is not None)


@dataclass(frozen=True)
class Progress:
    """How far the person has come: tasks done, the number after which they may end, what they have answered."""

    key: str
    cell: str
    done: int
    span: int
    answered: frozenset[int]
    last: int | None


def choose(
    candidates: Sequence[Candidate], progress: Progress, study: Study
) -> tuple[Candidate, dict[str, Any]] | None:
    """Choose the next prompt; return it and why, None where nothing can be given."""
    ordinary = [one for one in candidates if one.is_ordinary and one.coverage < study.overlap_target]
    anchors = [one for one in candidates if one.is_anchor and not one.is_attention and one.repeats is None]
    apart = [one for one in candidates if _is_ripe(one, progress)]
    pools = [
        (BEGUN, [one for one in candidates if one.begun and (one in ordinary or not one.is_ordinary)]),
        *_by_kind([one for one in apart if _is_due(one, len(apart), progress, study)]),
        (ANCHOR, anchors),
        (LEAST_COVERED, ordinary),
        *_by_kind(apart),
    ]
    rule, pool = next(((rule, pool) for rule, pool in pools if pool), ("", []))
    if not pool:
        return None
    boosted = rule == LEAST_COVERED and study.boost_disagreement
    best = min(_rank(one, boosted=boosted) for one in pool)
    tied = [one for one in pool if _rank(one, boosted=boosted) == best]
    chosen = min(tied, key=lambda one: (seeded_draw(study.seed, progress.key, one.key, "prompt"), one.pk))
    reason = {
        "rule": rule,
        "coverage": chosen.coverage,
        "target": study.overlap_target,
        "tied": len(tied),
        "candidates": len(ordinary) + len(anchors) + len(apart),
        "seed": study.seed,
    }
    if progress.cell:
        reason |= {"cell": progress.cell, "coverage_in_cell": chosen.coverage_in_cell}
    if boosted:
        reason["disagreement"] = chosen.disagreement
    return chosen, reason


def shuffled_letters(letters: str, *, prompt_key: str, person_key: str, seed: int) -> str:
    """Return a prompt's canonical letters in the order this person is shown them."""
    shown = list(letters)
    random.Random(seeded_draw(seed, person_key, prompt_key, "letters")).shuffle(shown)  # noqa: S311 (reproducible)
    return "".join(shown)


def _rank(one: Candidate, *, boosted: bool) -> tuple[float, ...]:
    """Return what the least of comes first."""
    if not boosted:
        return one.coverage_in_cell, one.coverage
    # A prompt that was never measured has no answers yet: nothing is known of it, which is the most doubt there is.
    return one.coverage_in_cell, one.coverage, -(math.inf if one.disagreement is None else one.disagreement)


def _by_kind(apart: list[Candidate]) -> list[tuple[str, list[Candidate]]]:
    return [
        (ATTENTION, [one for one in apart if one.is_attention]),
        (RETEST, [one for one in apart if not one.is_attention]),
    ]


def _is_ripe(one: Candidate, progress: Progress) -> bool:
    """Return whether an attention item or re-test may be given at all now: never first, never right after its like."""
    if one.repeats is not None:
        return one.repeats in progress.answered and one.repeats != progress.last
    return one.is_attention and progress.done > 0


def _is_due(one: Candidate, waiting: int, progress: Progress, study: Study) -> bool:
    """Return whether the drawn place of an attention item or re-test has come, or no more time is to be lost."""
    span = progress.span
    first, last = (span * 3 // 4, span - 1) if one.repeats is not None else (math.ceil(span / 4), span * 3 // 4)
    draw = seeded_draw(study.seed, progress.key, one.key, "place")
    place = first + int(draw * (max(last, first) - first + 1))
    return progress.done >= place or span - progress.done <= waiting
