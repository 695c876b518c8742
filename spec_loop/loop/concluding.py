"""Put what a run found before people: proposals with their effects and evidence, and the run's own figures."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from measures.agreement import NOT_RANKED, Rankings, measure_agreement, pair_agreement_of
from measures.rankings import Floats
from spec_loop.document import parse
from spec_loop.models import CandidateEdit, Evidence, Proposal, Run, SplitPrompt

from .material import Material
from .plan import LoopPlan
from .testing import rounded

Outcome = CandidateEdit.Outcome
Part = SplitPrompt.Part

LOOKED_AT = (Part.SELECT, Part.HOLDOUT)


def note_ranker(run: Run, material: Material) -> None:
    """Keep in the run's result how the ranker agrees with people by the spec as it is, and with itself."""
    plan = LoopPlan.from_json(run.plan)
    found = measure_agreement(
        material.rankings, material.base, resamples=plan.resamples, seed=abs(run.seed), confidence=plan.confidence
    )
    run.result["agreement"] = rounded(found.to_json())
    run.result["prompts"] = {part.value: int((material.parts == part.value).sum()) for part in Part}
    run.result["people"] = len(np.unique(material.rankings.person))
    run.result["rerun"] = _agreement_with_itself(material)


def conclude(run: Run, material: Material, plan: LoopPlan) -> None:
    """Make a proposal of every edit that was tested, and note how many placebos got through.

    A proposal exists for edits that failed, too: what was tried is part of what was found, and a person may see in
    it what the test could not. Only those that passed are recommended.
    """
    edits = list(run.edits.exclude(spec_hash="").order_by("number"))
    placebos = [edit for edit in edits if edit.is_placebo]
    accepted = [edit for edit in placebos if edit.outcome == Outcome.RECOMMENDED]
    placebo = {"tested": len(placebos), "accepted": len(accepted)}
    run.result["placebo"] = placebo
    run.result["edits"] = {
        "proposed": sum(run.edits.filter(is_placebo=False).values_list("times_proposed", flat=True)),
        "tested": len(edits) - len(placebos),
        "looked_at": sum(edit.holdout_effect is not None for edit in edits),
        "recommended": sum(edit.outcome == Outcome.RECOMMENDED for edit in edits if not edit.is_placebo),
    }
    authorities = {section.id: section.authority for section in parse(run.base_version.text).sections}
    for edit in edits:
        if not edit.is_placebo and edit.outcome != Outcome.UNTESTED:
            _propose(run, edit, material, plan, placebo=placebo, authority=authorities.get(edit.section_id, ""))


def effect_json(edit: CandidateEdit, plan: LoopPlan, *, placebo: dict[str, int]) -> dict[str, Any]:
    """Return an edit's effect as a proposal keeps it; `holdout` is None where the edit was stopped on select."""
    select, holdout = edit.select_effect or {}, edit.holdout_effect
    figures = ("estimate", "low", "high", "p_value", "corrected_low", "corrected_high", "tested", "prompts", "changed")
    return {
        "select": {name: select.get(name) for name in ("estimate", "low", "high", "prompts", "changed")},
        "holdout": {name: holdout.get(name) for name in figures} if holdout else None,
        "sections": holdout["sections"] if holdout else [],
        "groups": holdout["groups"] if holdout else [],
        "worst_group": holdout["worst_group"] if holdout else None,
        "margin": plan.group_margin,
        "placebo": placebo,
        "outcome": edit.outcome,
        "reason": edit.reason,
    }


def _propose(
    run: Run, edit: CandidateEdit, material: Material, plan: LoopPlan, *, placebo: dict[str, int], authority: str
) -> None:
    proposal = Proposal.objects.create(
        study=run.study,
        document=run.document,
        base_version=run.base_version,
        candidate=edit,
        edit=edit.edit,
        section_id=edit.section_id,
        authority=authority or "",
        intent=edit.intent,
        kind=edit.kind_of_change or Proposal.Kind.CHANGE_OF_PRINCIPLE,
        status=Proposal.Status.TESTED,
        is_recommended=edit.outcome == Outcome.RECOMMENDED,
        effect=effect_json(edit, plan, placebo=placebo),
    )
    Evidence.objects.bulk_create(_evidence(proposal, edit, material, most=plan.evidence))


def _evidence(proposal: Proposal, edit: CandidateEdit, material: Material, *, most: int) -> list[Evidence]:
    """Return the rankings of the tested prompts that gain most and those that lose most."""
    before = pair_agreement_of(material.rankings, material.base)
    after = pair_agreement_of(material.rankings, material.ranked(edit.spec_hash))
    gains = np.where(material.within(LOOKED_AT), after - before, np.nan)
    rows = []
    for stance, signed in ((Evidence.Stance.FOR, gains), (Evidence.Stance.AGAINST, -gains)):
        rows += [
            Evidence(
                proposal=proposal,
                ranking_id=material.study.ranking_ids[number],
                stance=stance,
                before=float(before[number]),
                after=float(after[number]),
            )
            for number in _largest(signed, most)
        ]
    return rows


def _largest(values: Floats, most: int) -> Sequence[int]:
    """Return the numbers of the largest values above zero; equal ones in the order of the rankings."""
    order = np.argsort(-np.nan_to_num(values, nan=-np.inf), kind="stable")[:most]
    return [int(number) for number in order if values[number] > 0]


def _agreement_with_itself(material: Material) -> dict[str, Any]:
    """Return how the ranker's second rankings agree with its first ones: what no test of it can be surer than."""
    first, second = material.base, material.ranked(material.run.base_version.hash, repeat=1)
    both = np.flatnonzero((first != NOT_RANKED) & (second != NOT_RANKED))
    if not both.size:
        return {"prompts": 0, "pair_agreement": None, "identical": None}
    own = Rankings(both, np.zeros(both.size, dtype=np.intp), first[both], material.rankings.sizes)
    agreement = pair_agreement_of(own, second)
    known = agreement[~np.isnan(agreement)]
    return {
        "prompts": int(both.size),
        "pair_agreement": round(float(known.mean()), 6) if known.size else None,
        "identical": int((first[both] == second[both]).sum()),
    }
