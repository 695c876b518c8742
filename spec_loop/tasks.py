"""Wake-up calls for runs. What is to be done stands in rows; a task that is lost, doubled or killed does no harm."""

import logging

from celery import shared_task
from kombu.exceptions import OperationalError

from .loop.runs import active_runs
from .loop.working import Outlook, wanted_workers, work_on
from .models import Run

logger = logging.getLogger(__name__)

SECONDS_PER_CALL = 20.0
"""A call works for so long and then calls for the next, so that runs and other tasks get their turn."""
WORKERS_PER_RUN = 4
"""More at once would meet a model's rate limit before it met the end of the work."""
CALL_EXPIRES_SECONDS = 30
"""A sweep repeats every call that is still needed: old ones need not pile up while no worker listens."""


def call_worker(run: Run) -> None:
    """Have a worker look at a run at once.

    Where the broker is down, the run has been started all the same: the first sweep after it is back finds it.
    """
    try:
        advance.delay(run.pk)
    except OperationalError:
        logger.warning("Run %s waits for the next sweep: the broker cannot be reached.", run.pk)


@shared_task(name="spec_loop.tasks.advance")  # type: ignore[untyped-decorator]
def advance(run_id: int) -> None:
    """Work on a run for a while; call again where work is left."""
    run = Run.objects.filter(pk=run_id).first()
    # Counted anew each time: calls that came twice thin out by themselves.
    if run is None or not run.is_active or not wanted_workers(run, most=WORKERS_PER_RUN):
        return
    if work_on(run_id, seconds=SECONDS_PER_CALL) is Outlook.MORE:
        call_worker(run)


@shared_task(name="spec_loop.tasks.sweep")  # type: ignore[untyped-decorator]
def sweep() -> None:
    """Call workers to every active run that could use more of them. Runs every 10 seconds.

    This also picks up what a killed worker left: its requests count as waiting again when their leases have run out.
    """
    for run in active_runs():
        for _ in range(wanted_workers(run, most=WORKERS_PER_RUN)):
            advance.apply_async((run.pk,), expires=CALL_EXPIRES_SECONDS)
