"""Wake-up calls of the API."""

from celery import shared_task

from .idempotency import forget_old


@shared_task(name="collective.api.tasks.forget_old_answers")  # type: ignore[untyped-decorator]
def forget_old_answers() -> int:
    """Delete the answers kept for idempotency keys that are too old to be asked for again; return how many."""
    return forget_old()
