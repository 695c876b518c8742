"""Do one row of work: put its question to the model, keep the answer, or say what became of it."""

import json
import logging
from datetime import timedelta
from functools import lru_cache
from typing import cast

from django.db import transaction
from django.db.models import Count, Q

from collective.work.leases import LeaseLost, fail, finish, give_back
from collective.work.models import WorkState
from elicitation.models import Prompt
from llm.errors import AnswerUnusable, BudgetExhausted, ModelUnavailable, UnknownModel
from llm.gateway import Limits, ask
from llm.questions import ProposeQuestion, SpecText
from spec_loop.document import Edit, apply_edit, spec_text
from spec_loop.models import Run, SpecVersion, WorkItem
from spec_loop.rankers import grade_sections, rank_prompt

from .cases import make_cases
from .material import load_material
from .plan import LoopPlan
from .stages import ACTIVE, pause, plan_of

logger = logging.getLogger(__name__)

LONGEST_DELAY_SECONDS = 120.0
FEWEST_FAILURES = 5
"""So many requests must have failed, and more than were answered, for a run to pause before its stage is through."""


def perform(item: WorkItem, run: Run) -> None:
    """Do one leased item and settle it, whatever comes of it.

    An answer that came is in the ledger even if the lease was lost meanwhile: whoever does the item again is
    answered from there.
    """
    try:
        _settle(item, run)
    except LeaseLost:
        logger.info("The lease of %s was lost; another worker has it, or it was cancelled.", item)


def limits_of(run: Run) -> Limits:
    """Return a run's budget."""
    return Limits(max_calls=run.max_calls, max_tokens=run.max_tokens, max_cost=run.max_cost)


def _settle(item: WorkItem, run: Run) -> None:
    plan = plan_of(run)
    if item.attempts > plan.attempts:
        _give_up(item, run, item.error or "Whoever worked on it was stopped each time.")
        return
    try:
        answer = _ANSWERERS[item.task["ask"]](item, run)
    except ModelUnavailable as reason:
        if not reason.temporary:
            give_back(item, reason=str(reason), delay=timedelta(0))
            _stop(run, str(reason))
        elif item.attempts >= plan.attempts:
            _give_up(item, run, str(reason))
        else:
            give_back(item, reason=str(reason), delay=_delay(item, plan, reason.retry_after))
    except AnswerUnusable as reason:
        _give_up(item, run, str(reason))
    except (BudgetExhausted, UnknownModel) as reason:
        give_back(item, reason=str(reason), delay=timedelta(0))
        _stop(run, str(reason))
    else:
        finish(item, answer=answer)


def _give_up(item: WorkItem, run: Run, reason: str) -> None:
    """Mark an item failed, and pause the run where nothing comes back from the model any more."""
    fail(item, reason=reason)
    counts = run.items.filter(stage=item.stage).aggregate(
        failed=Count("pk", filter=Q(state=WorkState.FAILED)), done=Count("pk", filter=Q(state=WorkState.DONE))
    )
    if counts["failed"] >= FEWEST_FAILURES and counts["failed"] > counts["done"]:
        _stop(run, f"{counts['failed']} requests failed, more than were answered. The last one: {reason}")


def _stop(run: Run, message: str) -> None:
    with transaction.atomic():
        held = Run.objects.select_for_update().select_related("study").filter(pk=run.pk, status__in=ACTIVE).first()
        if held is not None:
            pause(held, message)


def _delay(item: WorkItem, plan: LoopPlan, wanted: float | None) -> timedelta:
    """Return how long to wait: twice as long each time, and no less than the model asks for."""
    own = min(plan.first_delay_seconds * 2 ** (item.attempts - 1), LONGEST_DELAY_SECONDS)
    return timedelta(seconds=max(own, wanted or 0.0))


# --- questions ---------------------------------------------------------------------------------------------------


def _rank(item: WorkItem, run: Run) -> dict[str, object]:
    ranking = rank_prompt(
        spec=_spec(item, run),
        prompt=_prompt(item),
        ranker=run.ranker,
        repeat=item.task.get("repeat", 0),
        account=run.ledger_key,
        limits=limits_of(run),
    )
    return {"order": ranking.order}


def _propose(item: WorkItem, run: Run) -> dict[str, object]:
    plan, mode = plan_of(run), item.task["mode"]
    cases = make_cases(load_material(run), item.task["prompts"], opinions=plan.opinions_per_case)
    question = ProposeQuestion(
        spec=spec_text(run.base_version.text),
        cases=tuple(cases),
        mode=mode,
        limit=plan.edits_per_batch if mode == "batch" else plan.edits_per_case,
    )
    answer = ask(question, model=run.proposer, account=run.ledger_key, limits=limits_of(run))
    return answer.value.model_dump(mode="json")


def _grade(item: WorkItem, run: Run) -> dict[str, object]:
    grades = grade_sections(
        spec=spec_text(run.base_version.text),
        prompt=_prompt(item),
        grader=run.ranker,
        account=run.ledger_key,
        limits=limits_of(run),
    )
    return {"graded": len(grades.grades)}


_ANSWERERS = {"rank": _rank, "propose": _propose, "relevance": _grade}


def _spec(item: WorkItem, run: Run) -> SpecText:
    if item.edit is None:
        return spec_text(run.base_version.text)
    return _edited(run.base_version_id, json.dumps(item.edit.edit, sort_keys=True))


@lru_cache(maxsize=64)
def _edited(version_id: int, edit: str) -> SpecText:
    """Return an edited text. A version never changes, so a worker need not apply an edit again for each prompt."""
    text = SpecVersion.objects.values_list("text", flat=True).get(pk=version_id)
    return spec_text(apply_edit(text, Edit.from_json(json.loads(edit))))


def _prompt(item: WorkItem) -> Prompt:
    return Prompt.objects.prefetch_related("responses").get(pk=cast(int, item.prompt_id))
