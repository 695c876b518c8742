"""What people do to a run: start it, cancel it, resume it, and see how far it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.db.models import Count, Max, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from collective.accounts.models import User
from collective.audit.chain import record
from collective.work.models import WorkState
from elicitation.models import Block, Ranking, Study
from llm.gateway import spent
from spec_loop.agreement import load_rankings
from spec_loop.models import Document, Run, SpecVersion, SplitPrompt, WorkItem
from spec_loop.rankers import UnknownRanker, parse_ranker

from .plan import LoopPlan
from .split import Splittable, draw_split
from .stages import OPEN, lay_out_ranking

Status = Run.Status


class RunRefused(Exception):
    """A run that cannot be started as asked; the message says why."""


class NotPossible(Exception):
    """What was asked for cannot be done to the run in its state; the message says why."""


@dataclass(frozen=True)
class StageProgress:
    """How many of a stage's requests are settled."""

    stage: Run.Stage
    done: int
    failed: int
    total: int


@dataclass(frozen=True)
class Progress:
    """How far a run is and what it has cost. Stages not yet reached have a total of 0."""

    stages: tuple[StageProgress, ...]
    calls: int
    tokens: int
    cost: Decimal

    @property
    def current(self) -> StageProgress | None:
        """The last stage that has requests."""
        laid_out = [stage for stage in self.stages if stage.total]
        return laid_out[-1] if laid_out else None

    @property
    def failed(self) -> int:
        """Requests given up, in all stages."""
        return sum(stage.failed for stage in self.stages)


def start_run(
    *,
    by: User | None,
    study: Study,
    document: Document,
    ranker: str,
    proposer: str,
    block: Block,
    seed: int,
    version: SpecVersion | None = None,
    plan: LoopPlan | None = None,
    max_calls: int | None = None,
    max_tokens: int | None = None,
    max_cost: Decimal | None = None,
) -> Run:
    """Start a run: draw its split, lay out its first stage. Workers find it from there.

    Raises:
        RunRefused: no version, a ranker or proposer the loop cannot ask.
        TooFewPrompts: too few prompts with rankings in this block.
    """
    base = version or document.current
    if base is None or base.document_id != document.pk:
        raise RunRefused(_("The document %(name)s has no such version.") % {"name": repr(document.name)})
    for name in (ranker, proposer):
        check_model(name)
    plan = plan or LoopPlan()
    with transaction.atomic():
        run = Run.objects.create(
            study=study,
            document=document,
            base_version=base,
            block=block,
            ranker=ranker,
            proposer=proposer,
            seed=seed,
            plan=plan.to_json(),
            last_ranking=_last_ranking(study),
            max_calls=max_calls,
            max_tokens=max_tokens,
            max_cost=max_cost,
            created_by=by,
        )
        # Whoever sees the run must be able to read what it edits.
        document.studies.add(study)
        _draw(run, plan)
        lay_out_ranking(run)
        _record(run, by, "run.started", document=document.name, version=base.hash, ranker=ranker, proposer=proposer)
    return run


def cancel_run(*, by: User | None, run: Run) -> Run:
    """Stop a run for good. What was answered stays in the ledger.

    Raises:
        NotPossible: it is finished or cancelled already.
    """
    with transaction.atomic():
        run = _locked(run)
        if run.status in {Status.DONE, Status.CANCELLED, Status.FAILED}:
            raise NotPossible(f"{_named(run)} is {run.get_status_display().lower()} and cannot be cancelled.")
        run.status, run.message, run.finished_at = Status.CANCELLED, "", timezone.now()
        run.save(update_fields=["status", "message", "finished_at"])
        run.items.filter(state__in=OPEN).update(state=WorkState.CANCELLED, leased_until=None, lease_holder="")
        _record(run, by, "run.cancelled")
    return run


def resume_run(
    *,
    by: User | None,
    run: Run,
    max_calls: int | None = None,
    max_tokens: int | None = None,
    max_cost: Decimal | None = None,
) -> Run:
    """Go on with a paused run, with a larger budget where one is given; what had failed is asked again.

    A run that is not paused but active is left as it is, so that resuming twice does no harm.

    Raises:
        NotPossible: it is finished, failed or cancelled.
    """
    with transaction.atomic():
        run = _locked(run)
        if run.status in {Status.DONE, Status.CANCELLED, Status.FAILED}:
            raise NotPossible(f"{_named(run)} is {run.get_status_display().lower()} and cannot be resumed.")
        raised = {"max_calls": max_calls, "max_tokens": max_tokens, "max_cost": max_cost}
        for name, value in raised.items():
            if value is not None:
                setattr(run, name, value)
        if run.status == Status.PAUSED:
            run.status, run.message = Status.RUNNING, ""
            run.items.filter(stage=run.stage, state__in=[WorkState.FAILED, WorkState.PENDING]).update(
                state=WorkState.PENDING, attempts=0, available_at=timezone.now()
            )
        run.save()
        _record(run, by, "run.resumed", **{name: str(value) for name, value in raised.items() if value is not None})
    return run


def progress(run: Run) -> Progress:
    """Return how far a run is, and what the ledger has counted for it."""
    counts = {
        row["stage"]: row
        for row in run.items.values("stage").annotate(
            total=Count("pk"),
            done=Count("pk", filter=Q(state=WorkState.DONE)),
            failed=Count("pk", filter=Q(state=WorkState.FAILED)),
        )
    }
    none = {"done": 0, "failed": 0, "total": 0}
    stages = tuple(
        StageProgress(stage, *(counts.get(stage.value, none)[name] for name in ("done", "failed", "total")))
        for stage in Run.Stage
        if stage != Run.Stage.CONCLUDE
    )
    account = spent(run.ledger_key)
    return Progress(stages=stages, calls=account.calls, tokens=account.tokens, cost=account.cost)


def check_model(name: str) -> None:
    """Raise `RunRefused` unless the loop can ask a ranker or proposer of that name."""
    try:
        ranker = parse_ranker(name)
    except UnknownRanker as error:
        raise RunRefused(_("Use offline or openai:MODEL here, not %(name)s.") % {"name": repr(name[:80])}) from error
    if ranker.path is not None:
        raise RunRefused(_("A file can neither rank by an edited spec nor write edits: use offline or openai:MODEL."))


def active_runs() -> Sequence[Run]:
    """Return the runs that workers should go on with, the oldest first."""
    return list(Run.objects.filter(status__in=[Status.QUEUED, Status.RUNNING]).order_by("created_at"))


def calls_of(run: Run) -> dict[int, int]:
    """Return how many answered requests each edit of a run took, by the edit's id."""
    rows = (
        WorkItem.objects.filter(run=run, edit__isnull=False, state=WorkState.DONE)
        .values("edit_id")
        .annotate(calls=Count("pk"))
        .values_list("edit_id", "calls")
    )
    return dict(rows)


def _last_ranking(study: Study) -> int:
    return Ranking.objects.filter(assessment__prompt__study=study).aggregate(last=Max("pk"))["last"] or 0


def _draw(run: Run, plan: LoopPlan) -> None:
    """Draw and store the split of the prompts that people ranked."""
    found = load_rankings(run.study, Block(run.block))
    ranked = {found.prompts[number].pk for number in set(found.rankings.prompt.tolist())}
    prompts = {prompt.key: prompt for prompt in run.study.prompts.filter(pk__in=ranked)}
    kinds = [Splittable(prompt.key, (prompt.topic, prompt.candidates)) for prompt in prompts.values()]
    parts = draw_split(kinds, plan=plan, seed=run.seed)
    SplitPrompt.objects.bulk_create(
        SplitPrompt(run=run, prompt=prompts[key], part=part) for key, part in sorted(parts.items())
    )


def _locked(run: Run) -> Run:
    return Run.objects.select_for_update(of=("self",)).select_related("study").get(pk=run.pk)


def _named(run: Run) -> str:
    return f"Run {run.pk}"


def _record(run: Run, by: User | None, action: str, **details: str) -> None:
    record(
        by=by,
        action=action,
        target=run.ledger_key,
        study=run.study.slug,
        details=details,
    )
