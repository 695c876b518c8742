"""A plan is fixed when a run starts: what it says must be possible, and survive storage."""

import json

import pytest

from spec_loop.loop.plan import LoopPlan, PlanRefused


def test_a_stored_plan_comes_back_as_it_was():
    plan = LoopPlan(explore=0.25, placebos=7, lease_seconds=3)
    assert LoopPlan.from_json(json.loads(json.dumps(plan.to_json()))) == plan


def test_figures_a_stored_plan_does_not_name_are_the_defaults():
    assert LoopPlan.from_json({"placebos": 2}) == LoopPlan(placebos=2)


@pytest.mark.parametrize(
    ("figures", "named"),
    [
        ({"placebo": 3}, "placebo"),
        ({"alpha": 0}, "alpha"),
        ({"alpha": 1.0}, "alpha"),
        ({"explore": 0.5, "select": 0.5}, "holdout"),
        ({"resamples": 10}, "resamples"),
        ({"batch_size": 0}, "batch_size"),
        ({"batch_size": 2.5}, "batch_size"),
        ({"group_margin": -0.1}, "group_margin"),
        ({"attempts": True}, "attempts"),
        ({"most_edits": "12"}, "most_edits"),
    ],
)
def test_a_plan_that_cannot_be_carried_out_is_refused_by_the_figure_at_fault(figures, named):
    with pytest.raises(PlanRefused, match=named):
        LoopPlan.from_json(figures)


def test_holdout_gets_what_explore_and_select_leave():
    assert LoopPlan(explore=0.2, select=0.3).holdout == pytest.approx(0.5)
