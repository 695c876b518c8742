"""Test an edit: the same people on the same prompts, ranked by the spec as it is and by the edited spec.

*Select* decides which edits are worth the look at holdout; *holdout* is looked at once, for those alone. The interval
there is corrected (Bonferroni) for the number of edits looked at: with m of them it has coverage 1 - alpha/m, so that
the chance of recommending any edit that changes nothing is at most alpha in all. Why Bonferroni and not something
sharper: docs/decisions/many-edits-one-error-rate.md.
"""

from collections.abc import Sequence
from math import ceil
from typing import Any

import numpy as np
from numpy.typing import NDArray

from measures.agreement import Difference, compare_rankers
from spec_loop.models import CandidateEdit, SplitPrompt

from .losses import Loss, worst
from .material import Material
from .plan import LoopPlan

Outcome = CandidateEdit.Outcome
Part = SplitPrompt.Part

FEWEST_BEYOND = 50
"""A percentile bound with fewer resamples beyond it moves about with the seed."""
MOST_RESAMPLES = 40_000
FEWEST_TESTED = 0.8
"""Share of a part's prompts that must have been ranked by the edited spec for its test to count."""


def gain(
    material: Material,
    edit: CandidateEdit,
    chosen: NDArray[np.bool_],
    *,
    resamples: int,
    confidence: float,
) -> Difference:
    """Return what an edit changes in agreement, among the rankings chosen (booleans of shape (n,))."""
    return compare_rankers(
        material.rankings.where(chosen),
        material.base,
        material.ranked(edit.spec_hash),
        resamples=resamples,
        seed=abs(material.run.seed),
        confidence=confidence,
    )


def measure_on_select(material: Material, edit: CandidateEdit, plan: LoopPlan) -> None:
    """Measure an edit on the select prompts and set its `select_effect`, and its outcome where it is stopped."""
    chosen = material.within([Part.SELECT])
    found = gain(material, edit, chosen, resamples=plan.resamples, confidence=plan.confidence)
    edit.select_effect = rounded(found.to_json())
    tail = (1 - plan.select_confidence) / 2
    low = found.quantile(tail)
    edit.select_effect["survives_above"] = rounded(low)
    missing = _untested(material, edit, Part.SELECT)
    if missing:
        edit.outcome, edit.reason = Outcome.UNTESTED, missing
    elif not found.changed:
        edit.outcome, edit.reason = Outcome.STOPPED, "It changes no ranking on the select prompts."
    elif low is None or low <= 0:
        edit.outcome = Outcome.STOPPED
        edit.reason = f"Its gain on the select prompts may be chance ({plan.select_confidence:.0%} interval)."


def choose_survivors(edits: Sequence[CandidateEdit], plan: LoopPlan) -> list[CandidateEdit]:
    """Return the edits to be looked at on holdout, the best on select first, and say of the others why not."""
    passed = [edit for edit in edits if edit.outcome == Outcome.UNTESTED and not edit.reason and edit.select_effect]
    passed.sort(key=lambda edit: (-_estimate(edit.select_effect), edit.number))
    for edit in passed[plan.most_survivors :]:
        edit.outcome = Outcome.STOPPED
        edit.reason = f"Only the best {plan.most_survivors} on the select prompts are looked at on holdout."
    return passed[: plan.most_survivors]


def measure_on_holdout(
    material: Material, edit: CandidateEdit, losses: Sequence[Loss], plan: LoopPlan, *, tested: int
) -> None:
    """Measure a survivor on the holdout prompts, once, and set its `holdout_effect`, outcome and reason.

    `tested` is the number of edits looked at on holdout in this run, placebos among them; `losses` are what it does
    to groups of people and to sections.
    """
    found = gain(
        material,
        edit,
        material.within([Part.HOLDOUT]),
        resamples=enough_resamples(plan, tested),
        confidence=plan.confidence,
    )
    tail = plan.alpha / tested / 2
    low, high = found.quantile(tail), found.quantile(1 - tail)
    groups = [loss for loss in losses if loss.kind == Loss.GROUP]
    hit_hardest = worst(groups)
    edit.holdout_effect = rounded(
        {
            **found.to_json(),
            "corrected_low": low,
            "corrected_high": high,
            "tested": tested,
            "groups": [loss.to_json() for loss in groups],
            "sections": [loss.to_json() for loss in losses if loss.kind == Loss.SECTION],
            "worst_group": hit_hardest.to_json() if hit_hardest else None,
        }
    )
    missing = _untested(material, edit, Part.HOLDOUT)
    harmed = worst([loss for loss in losses if loss.exceeds_margin])
    if missing:
        edit.outcome, edit.reason = Outcome.UNTESTED, missing
    elif low is None or low <= 0:
        edit.outcome = Outcome.NOT_CONFIRMED
        edit.reason = f"The gain on holdout is not above zero beyond chance, corrected for {tested} edits looked at."
    elif harmed:
        edit.outcome, edit.reason = Outcome.HARMS, harmed.sentence
    else:
        edit.outcome, edit.reason = Outcome.RECOMMENDED, ""


def enough_resamples(plan: LoopPlan, tested: int) -> int:
    """Return how many resamples the corrected bound of a holdout test needs."""
    return min(MOST_RESAMPLES, max(plan.resamples, ceil(FEWEST_BEYOND * 2 * tested / plan.alpha)))


def rounded(value: Any) -> Any:
    """Return plain JSON with its numbers rounded to six places, which is finer than any of them is known."""
    if isinstance(value, dict):
        return {key: rounded(item) for key, item in value.items()}
    if isinstance(value, list):
        return [rounded(item) for item in value]
    return round(value, 6) if isinstance(value, float) else value


def _untested(material: Material, edit: CandidateEdit, part: SplitPrompt.Part) -> str:
    """Return a sentence if too many prompts of a part were not ranked by both texts, else nothing."""
    of_part = material.parts == part.value
    both = (material.ranked(edit.spec_hash) >= 0) & (material.base >= 0) & of_part
    if both.sum() >= FEWEST_TESTED * of_part.sum():
        return ""
    return f"The ranker answered on only {both.sum()} of {of_part.sum()} {part.label.lower()} prompts."


def _estimate(effect: Any) -> float:
    return float(effect["estimate"])
