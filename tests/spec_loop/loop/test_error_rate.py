"""Over many studies without any effect, the two gates together let through no more than they promise."""

from scipy.stats import binom

from spec_loop.loop.plan import LoopPlan
from spec_loop.loop.testing import choose_survivors, measure_on_holdout, measure_on_select
from spec_loop.models import CandidateEdit

from .studies_of_noise import edits_of_noise, material_of_noise

STUDIES = 60
EDITS = 8
PLAN = LoopPlan(resamples=300, alpha=0.1)


def recommends(seed: int, plan: LoopPlan, *, corrected: bool = True) -> bool:
    """Return whether the gates recommend any edit of a study of noise."""
    material, edits = material_of_noise(seed=seed, edits=EDITS), edits_of_noise(EDITS)
    for edit in edits:
        measure_on_select(material, edit, plan)
    survivors = choose_survivors(edits, plan)
    for edit in survivors:
        measure_on_holdout(material, edit, [], plan, tested=len(survivors) if corrected else 1)
    return any(edit.outcome == CandidateEdit.Outcome.RECOMMENDED for edit in edits)


def test_among_studies_of_noise_no_more_than_alpha_get_a_recommendation():
    found = sum(recommends(seed, PLAN) for seed in range(STUDIES))
    assert found <= binom.ppf(0.99, STUDIES, PLAN.alpha)


def test_the_same_studies_would_break_the_bound_with_the_gates_open():
    """What the first test would see of a loop that takes any gain on holdout for an effect."""
    open_gates = LoopPlan(resamples=300, alpha=0.98, select_confidence=0.01, most_survivors=EDITS)
    studies = 15
    found = sum(recommends(seed, open_gates, corrected=False) for seed in range(studies))
    assert found > binom.ppf(0.99, studies, PLAN.alpha)
