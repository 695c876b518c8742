"""Work on a run for a while, from wherever one is: a Celery task or the command line, alone or beside others."""

import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from enum import Enum

from django.db import DatabaseError, connection
from django.db.models import Case, DurationField, ExpressionWrapper, F, Min, When
from django.db.models.functions import Now

from collective.work.leases import LeaseLost, claim, claimable, extend, give_back
from collective.work.models import WorkState
from spec_loop.models import Run, WorkItem

from .items import perform
from .stages import ACTIVE, enter_next_stage, plan_of

logger = logging.getLogger(__name__)

OFFLINE_BATCH = 16
"""Requests leased at once where an answer takes milliseconds; a paid model's are leased one by one."""


class Outlook(Enum):
    """What is left when a worker stops working on a run."""

    OVER = "over"
    """The run is finished, paused or cancelled."""
    WAITING = "waiting"
    """Nothing can be done now: others hold what is left, or it is not due yet."""
    MORE = "more"
    """Time was up with work left."""


def work_on(run_id: int, *, seconds: float, tell: Callable[[], None] = lambda: None) -> Outlook:
    """Work on a run until nothing can be done now or the time is up; `tell` is called after every step.

    Any number of workers may do this at once. Each may be killed at any line: what it held is done again by another
    when its lease has run out, and whatever was answered is in the ledger.
    """
    end = time.monotonic() + seconds
    while True:
        run = Run.objects.select_related("study", "document", "base_version").get(pk=run_id)
        if not run.is_active:
            return Outlook.OVER
        if time.monotonic() >= end:
            return Outlook.MORE
        items = _claim(run)
        if items:
            _perform_all(items, run, tell)
        elif not enter_next_stage(run_id):
            return Outlook.WAITING
        tell()


def seconds_until_due(run_id: int) -> float | None:
    """Return after how many seconds the next request can be claimed, None where none is left of this stage."""
    run = Run.objects.get(pk=run_id)
    due = Case(
        When(state=WorkState.PENDING, then=F("available_at")), When(state=WorkState.LEASED, then=F("leased_until"))
    )
    wait = Min(ExpressionWrapper(due - Now(), output_field=DurationField()))
    found = run.items.filter(stage=run.stage).aggregate(wait=wait)["wait"]
    return None if found is None else max(0.0, found.total_seconds())


def wanted_workers(run: Run, *, most: int) -> int:
    """Return how many more workers could go on with a run, with at most `most` in all."""
    rows = run.items.filter(stage=run.stage)
    working = rows.filter(state=WorkState.LEASED, leased_until__gte=Now()).values("lease_holder").distinct().count()
    if not rows.filter(state__in=[WorkState.PENDING, WorkState.LEASED]).exists():
        return 1  # somebody must enter the next stage
    return max(0, min(claimable(rows).count(), most - working))


def _claim(run: Run) -> list[WorkItem]:
    Run.objects.filter(pk=run.pk, status=Run.Status.QUEUED).update(status=Run.Status.RUNNING)
    # The stage is asked for in the same statement: a run that was paused or went on meanwhile has nothing to claim.
    rows = WorkItem.objects.filter(run=run, stage=run.stage, run__status__in=ACTIVE).select_related("edit")
    batch = OFFLINE_BATCH if run.ranker == run.proposer == "offline" else 1
    return claim(rows, limit=batch, lease=_lease(run))


def _perform_all(items: Sequence[WorkItem], run: Run, tell: Callable[[], None]) -> None:
    with _kept(items, lease=_lease(run)):
        for number, item in enumerate(items):
            if not Run.objects.filter(pk=run.pk, status__in=ACTIVE).exists():
                _release(items[number:])
                return
            perform(item, run)
            tell()


def _release(items: Sequence[WorkItem]) -> None:
    """Give back requests that were not begun."""
    for item in items:
        try:
            give_back(item, reason=item.error, delay=timedelta(0))
        except LeaseLost:
            logger.info("%s was cancelled.", item)


def _lease(run: Run) -> timedelta:
    return timedelta(seconds=plan_of(run).lease_seconds)


@contextmanager
def _kept(items: Sequence[WorkItem], *, lease: timedelta) -> Iterator[None]:
    """Renew leases three times in each of their terms, from a thread, for as long as the block runs.

    A model may take longer than a lease. The thread dies with its process, and then the lease runs out.
    """
    done = threading.Event()
    thread = threading.Thread(target=_renew, args=(items, lease, done), daemon=True, name="renew-leases")
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def _renew(items: Sequence[WorkItem], lease: timedelta, done: threading.Event) -> None:
    used = False
    while not done.wait(lease.total_seconds() / 3):
        used = True
        try:
            extend(items, lease=lease)
        except DatabaseError as error:
            logger.warning("Leases were not renewed: %s", error)
    if used:
        connection.close()  # this thread's own
