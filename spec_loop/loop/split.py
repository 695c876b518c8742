"""Draw, once and for good, which prompts a run may read, test on, and look at only at the end."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from django.utils.translation import gettext as _

from spec_loop.models import SplitPrompt

from .plan import LoopPlan

Part = SplitPrompt.Part

FEWEST_PER_PART = 5
"""A bootstrap over fewer prompts has hardly any different resamples to draw from."""


class TooFewPrompts(Exception):
    """The study has too few prompts with rankings to be split in three."""


@dataclass(frozen=True)
class Splittable:
    """A prompt to be put into a part: its key, and the kind (its topic, say) that all parts should hold alike."""

    key: str
    kind: Hashable = ""


def draw_split(prompts: Sequence[Splittable], *, plan: LoopPlan, seed: int) -> dict[str, SplitPrompt.Part]:
    """Return the part of each prompt by its key, drawn at random within kinds.

    The draw depends on keys, kinds and the seed only, so that it can be repeated from an export of the study.
    Prompts are dealt out kind by kind, each to the part that is furthest behind its share.

    Raises:
        TooFewPrompts: a part would get fewer than `FEWEST_PER_PART` prompts.
    """
    rng = np.random.default_rng([abs(seed), 0x5917])
    shares = {Part.HOLDOUT: plan.holdout, Part.EXPLORE: plan.explore, Part.SELECT: plan.select}
    counts = dict.fromkeys(shares, 0)
    parts: dict[str, SplitPrompt.Part] = {}
    for number, prompt in enumerate(_shuffled_by_kind(prompts, rng), start=1):
        part = max(shares, key=lambda name: (round(shares[name] * number - counts[name], 9), shares[name]))
        counts[part] += 1
        parts[prompt.key] = part
    if min(counts.values()) < FEWEST_PER_PART:
        raise TooFewPrompts(
            _(
                "The study has %(prompts)s prompts with rankings; the loop needs about %(needed)s, so that exploring, "
                "selecting and the holdout test each get %(each)s."
            )
            % {"prompts": len(prompts), "needed": _fewest(plan), "each": FEWEST_PER_PART}
        )
    return parts


def _shuffled_by_kind(prompts: Sequence[Splittable], rng: np.random.Generator) -> list[Splittable]:
    kinds: dict[str, list[Splittable]] = {}
    for prompt in sorted(prompts, key=lambda prompt: prompt.key):
        kinds.setdefault(repr(prompt.kind), []).append(prompt)
    groups = [kinds[name] for name in sorted(kinds)]
    return [
        groups[group][index] for group in rng.permutation(len(groups)) for index in rng.permutation(len(groups[group]))
    ]


def _fewest(plan: LoopPlan) -> int:
    return int(np.ceil(round(FEWEST_PER_PART / min(plan.explore, plan.select, plan.holdout), 9)))
