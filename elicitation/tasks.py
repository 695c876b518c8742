"""Wake-up calls for elicitation; what is to be done stands in rows."""

import logging

from celery import shared_task
from kombu.exceptions import OperationalError

from . import alerts, boost, finishing, reading, retention, translating, webhooks, withdrawal
from .assignment import expire_overdue
from .invitations import send_queued
from .models import Study
from .quality.recomputing import ask_anew, due_studies, recompute

logger = logging.getLogger(__name__)


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


def call_for_flags(study: Study) -> None:
    """Have a worker find a study's flags anew; where the broker is down, the first sweep after it is back does."""
    ask_anew(study)
    try:
        find_flags.delay(study.pk)
    except OperationalError:
        logger.warning("The flags of study %s wait for the next sweep: the broker cannot be reached.", study.pk)


@shared_task(name="elicitation.tasks.find_flags")  # type: ignore[untyped-decorator]
def find_flags(study_id: int) -> None:
    """Find the quality flags of a study anew."""
    study = Study.objects.filter(pk=study_id).first()
    if study is not None:
        recompute(study)


@shared_task(name="elicitation.tasks.sweep_quality")  # type: ignore[untyped-decorator]
def sweep_quality() -> None:
    """Find the flags of all studies whose answers have changed. Runs every minute; a study rests between findings."""
    for study in due_studies():
        recompute(study)


@shared_task(name="elicitation.tasks.send_invitations")  # type: ignore[untyped-decorator]
def send_invitations() -> int:
    """Send the invitations and reminders that are queued; return how many left."""
    return send_queued()


@shared_task(name="elicitation.tasks.check_alerts")  # type: ignore[untyped-decorator]
def check_alerts() -> int:
    """Raise, clear and mail alerts about the studies that people take part in; return how many mails went out."""
    return alerts.check_all()


@shared_task(name="elicitation.tasks.translate_texts")  # type: ignore[untyped-decorator]
def translate_texts() -> int:
    """Have a model translate a study's texts where somebody asked for it; return how many. Runs every 10 seconds."""
    return translating.work_on()


@shared_task(name="elicitation.tasks.read_texts")  # type: ignore[untyped-decorator]
def read_texts() -> int:
    """Detect the languages of what people wrote, and translate it for researchers; return how many were read."""
    read = reading.recognise_some()
    reading.render_some()
    return read


@shared_task(name="elicitation.tasks.apply_retention")  # type: ignore[untyped-decorator]
def apply_retention() -> int:
    """Delete what could identify people where the day for it has passed; return in how many studies. Runs every hour.

    Also forgets how people who took everything back were to be paid, once they are.
    """
    withdrawal.forget_who_was_paid()
    return retention.apply_all()
