"""Wake-up calls for elicitation; what is to be done stands in rows."""

from celery import shared_task

from . import boost, finishing, webhooks
from .assignment import expire_overdue


@shared_task(name="elicitation.tasks.release_expired")  # type: ignore[untyped-decorator]
def release_expired() -> int:
    """End the reservations whose lease has run out, so that others may be given their prompts; return how many."""
    return expire_overdue()


@shared_task(name="elicitation.tasks.end_overdue")  # type: ignore[untyped-decorator]
def end_overdue() -> int:
    """End the people whose days are over, so that others may have their places; return how many."""
    return finishing.end_all_overdue()


@shared_task(name="elicitation.tasks.measure_disagreement")  # type: ignore[untyped-decorator]
def measure_disagreement() -> int:
    """Measure where people disagree, in the open studies that want to know; return how many those are."""
    return boost.measure_open_studies()


@shared_task(name="elicitation.tasks.deliver_webhooks")  # type: ignore[untyped-decorator]
def deliver_webhooks() -> int:
    """Send the events that are queued for other systems; return how many arrived. Runs every 5 seconds."""
    return webhooks.deliver_due()
