"""What came of a run, as plain JSON: for the command line and the API."""

from typing import Any

from spec_loop.models import CandidateEdit, Run

from .concluding import effect_json
from .plan import LoopPlan
from .runs import calls_of, progress


def report(run: Run) -> dict[str, Any]:
    """Return the run's proposals, its placebos and what it cost.

    `status` of a proposal is the outcome of its test (recommended, stopped, not_confirmed, harms); `id` that of the
    proposal, None as long as the run is not through.
    """
    plan, calls = LoopPlan.from_json(run.plan), calls_of(run)
    edits = run.edits.filter(is_placebo=False).exclude(outcome=CandidateEdit.Outcome.INVALID)
    placebo = run.result.get("placebo", {"tested": 0, "accepted": 0})
    spent = progress(run)
    return {
        "run": run.pk,
        "proposals": [
            _proposal(edit, plan, placebo, calls.get(edit.pk, 0))
            for edit in edits.select_related("proposal").order_by("number")
        ],
        "placebo": placebo,
        "calls": spent.calls,
        "tokens": spent.tokens,
    }


def _proposal(edit: CandidateEdit, plan: LoopPlan, placebo: dict[str, int], calls: int) -> dict[str, Any]:
    effect = effect_json(edit, plan, placebo=placebo)
    proposal = getattr(edit, "proposal", None)
    return {
        "id": proposal.pk if proposal else None,
        "section": edit.section_id,
        "intent": edit.intent,
        "status": edit.outcome,
        "reason": edit.reason,
        "select": effect["select"],
        "holdout": effect["holdout"],
        "calls": calls,
    }
