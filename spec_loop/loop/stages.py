"""Lay out a run's work, stage by stage.

A stage is entered once: under a lock on the run's row, when every request of the stage before is settled. All rows it
needs are made in that same transaction, with keys that are unique in the run, so that a worker killed at any line
leaves either the old stage or the whole new one. What is decided on the way in depends on the settled answers and the
run's seed, never on the order in which they came.
"""

from collections.abc import Callable, Iterable

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone

from collective.audit.chain import record
from collective.work.models import WorkState
from llm.questions import Proposed
from spec_loop.models import CandidateEdit, Run, SplitPrompt, WorkItem

from . import candidates, concluding, testing
from .cases import widest_gaps
from .harm import find_losses
from .material import load_material
from .plan import LoopPlan

Part = SplitPrompt.Part
Stage = Run.Stage

OPEN = (WorkState.PENDING, WorkState.LEASED)
ACTIVE = (Run.Status.QUEUED, Run.Status.RUNNING)


def lay_out_ranking(run: Run) -> None:
    """Lay out the first stage: every prompt ranked by the spec as it is, and some of them twice."""
    split = list(run.split.select_related("prompt").order_by("prompt__position"))
    rows = [_rank_item(run, Stage.RANK, row.prompt_id) for row in split]
    again = [row for row in split if row.part == Part.EXPLORE][: plan_of(run).reruns]
    rows += [_rank_item(run, Stage.RANK, row.prompt_id, repeat=1) for row in again]
    _lay_out(rows)


def enter_next_stage(run_id: int) -> bool:
    """Enter the stage after the current one if all of its requests are settled; return whether anything changed.

    A run of whose requests too many failed is paused instead.
    """
    with transaction.atomic():
        run = (
            Run.objects.select_for_update(skip_locked=True, of=("self",))
            .filter(pk=run_id, status__in=ACTIVE)
            .select_related("study", "document", "base_version")
            .first()
        )
        if run is None or run.items.filter(stage=run.stage, state__in=OPEN).exists():
            return False
        trouble = _trouble(run)
        if trouble:
            pause(run, trouble)
        else:
            _ENTER[Stage(run.stage)](run)
            run.save()
        return True


def pause(run: Run, message: str) -> None:
    """Stop working on a run until somebody resumes it. The caller holds the run's row in a transaction."""
    run.status, run.message = Run.Status.PAUSED, message
    run.save(update_fields=["status", "message"])
    record(
        by=run.ledger_key,
        action="run.paused",
        target=run.ledger_key,
        study=run.study.slug,
        details={"message": message},
    )


def plan_of(run: Run) -> LoopPlan:
    """Return the plan stored with a run."""
    return LoopPlan.from_json(run.plan)


def _trouble(run: Run) -> str:
    """Return why the run cannot go on with what was answered, or nothing."""
    counts = run.items.filter(stage=run.stage).aggregate(
        all=Count("pk"), failed=Count("pk", filter=Q(state=WorkState.FAILED))
    )
    most = 1.0 if run.stage == Stage.PROPOSE else plan_of(run).most_failed
    if not counts["failed"] or (counts["failed"] <= most * counts["all"] and counts["failed"] < counts["all"]):
        return ""
    last = run.items.filter(stage=run.stage, state=WorkState.FAILED).order_by("-pk").values_list("error", flat=True)
    return (
        f"{counts['failed']} of {counts['all']} requests of this stage were not answered, too many to go on. "
        f"The last one: {last[0]} Resuming asks them again."
    )


# --- entering ---------------------------------------------------------------------------------------------------


def _propose(run: Run) -> None:
    """Show the proposer what differs most on explore: in large batches, and one conversation at a time."""
    plan, material = plan_of(run), load_material(run)
    concluding.note_ranker(run, material)
    prompts = [material.study.prompts[number].pk for number in widest_gaps(material)]
    batches = [prompts[start : start + plan.batch_size] for start in range(0, len(prompts), plan.batch_size)]
    rows = [
        _item(run, Stage.PROPOSE, f"propose:batch:{number}", ask="propose", mode="batch", prompts=batch)
        for number, batch in enumerate(batches)
    ]
    rows += [
        _item(run, Stage.PROPOSE, f"propose:single:{pk}", ask="propose", mode="single", prompts=[pk])
        for pk in prompts[: plan.single_cases]
    ]
    _lay_out(rows)
    run.stage = Stage.PROPOSE


def _select(run: Run) -> None:
    """Make the edits of what was proposed, add placebos, and have the select prompts ranked by each."""
    plan, text = plan_of(run), run.base_version.text
    found = candidates.collect(text, _suggestions(run))
    placebo = candidates.placebo_suggestions(text, seed=run.seed, count=plan.placebos)
    candidates.lay_out_candidates(run, found, candidates.collect(text, placebo), plan)
    select = _prompts(run, Part.SELECT)
    _lay_out(_rank_item(run, Stage.SELECT, pk, edit=edit) for edit in candidates.to_test(run) for pk in select)
    run.stage = Stage.SELECT


def _holdout(run: Run) -> None:
    """Measure every edit on select; have the holdout prompts ranked by the survivors, and graded by section."""
    plan, material = plan_of(run), load_material(run)
    edits = candidates.to_test(run)
    for edit in edits:
        testing.measure_on_select(material, edit, plan)
    survivors = testing.choose_survivors(edits, plan)
    CandidateEdit.objects.bulk_update(edits, ["select_effect", "outcome", "reason"])
    holdout = _prompts(run, Part.HOLDOUT)
    rows = [_rank_item(run, Stage.HOLDOUT, pk, edit=edit) for edit in survivors for pk in holdout]
    if survivors:
        rows += [_item(run, Stage.HOLDOUT, f"relevance:{pk}", ask="relevance", prompt_id=pk) for pk in holdout]
    _lay_out(rows)
    run.stage = Stage.HOLDOUT


def _conclude(run: Run) -> None:
    """Look at holdout once, for the survivors; put what was found before people."""
    plan, material = plan_of(run), load_material(run)
    survivors = list(run.edits.filter(items__stage=Stage.HOLDOUT).distinct().order_by("number"))
    for edit in survivors:
        testing.measure_on_holdout(material, edit, find_losses(material, edit, plan), plan, tested=len(survivors))
    CandidateEdit.objects.bulk_update(survivors, ["holdout_effect", "outcome", "reason"])
    concluding.conclude(run, material, plan)
    run.stage, run.status, run.message, run.finished_at = Stage.CONCLUDE, Run.Status.DONE, "", timezone.now()
    recommended = run.edits.filter(outcome=CandidateEdit.Outcome.RECOMMENDED, is_placebo=False).count()
    record(
        by=run.ledger_key,
        action="run.finished",
        target=run.ledger_key,
        study=run.study.slug,
        details={"recommended": recommended, "tested_on_holdout": len(survivors)},
    )


_ENTER: dict[Run.Stage, Callable[[Run], None]] = {
    Stage.RANK: _propose,
    Stage.PROPOSE: _select,
    Stage.SELECT: _holdout,
    Stage.HOLDOUT: _conclude,
}


# --- rows ---------------------------------------------------------------------------------------------------------


def _suggestions(run: Run) -> list[candidates.Suggestion]:
    keys = dict(run.split.values_list("prompt_id", "prompt__key"))
    return [
        candidates.suggestion_of(proposed, mode=item.task["mode"], sources=[keys[pk] for pk in item.task["prompts"]])
        for item in run.items.filter(stage=Stage.PROPOSE, state=WorkState.DONE).order_by("pk")
        for proposed in Proposed.model_validate(item.answer).edits
    ]


def _prompts(run: Run, part: SplitPrompt.Part) -> list[int]:
    return list(run.split.filter(part=part).order_by("prompt__position").values_list("prompt_id", flat=True))


def _rank_item(
    run: Run, stage: Run.Stage, prompt_id: int, *, edit: CandidateEdit | None = None, repeat: int = 0
) -> WorkItem:
    key = f"rank:{edit.number if edit else 'base'}:{prompt_id}:{repeat}"
    return _item(run, stage, key, ask="rank", prompt_id=prompt_id, edit=edit, repeat=repeat)


def _item(
    run: Run,
    stage: Run.Stage,
    key: str,
    *,
    prompt_id: int | None = None,
    edit: CandidateEdit | None = None,
    **task: object,
) -> WorkItem:
    return WorkItem(run=run, stage=stage, key=key, prompt_id=prompt_id, edit=edit, task=task)


def _lay_out(rows: Iterable[WorkItem]) -> None:
    """Make the rows that are not there yet."""
    WorkItem.objects.bulk_create(list(rows), ignore_conflicts=True, batch_size=1000)
