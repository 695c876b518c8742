"""Send what is queued: lease a few rows, post each, and note what became of it."""

import json
import time
from datetime import timedelta
from typing import Final

from django.utils import timezone

from collective.work.leases import LeaseLost, claim, fail, finish, give_back
from collective.work.models import WorkState
from elicitation.models import WebhookDelivery

from .posting import NotSent, post
from .signing import HEADER, signature

AT_ONCE: Final = 5
LEASE: Final = timedelta(minutes=2)
"""More than `AT_ONCE` addresses take that all let the time run out."""
PAUSES: Final = tuple(timedelta(seconds=seconds) for seconds in (10, 60, 300, 1800, 3600, 10800, 21600, 43200))
"""How long to wait after the first, second, ... failure; after as many and one more it is given up, about a day on."""


def deliver_due(*, seconds: float = 20.0) -> int:
    """Send queued deliveries that are due until none is left or the time is up; return how many arrived."""
    deadline, arrived = time.monotonic() + seconds, 0
    rows = WebhookDelivery.objects.filter(webhook__is_active=True).select_related("webhook").order_by("pk")
    while time.monotonic() < deadline:
        held = claim(rows, limit=AT_ONCE, lease=LEASE)
        if not held:
            break
        arrived += sum(_deliver(row) for row in held)
    return arrived


def retry(*, delivery: WebhookDelivery) -> None:
    """Queue a delivery that was given up once more."""
    WebhookDelivery.objects.filter(pk=delivery.pk, state=WorkState.FAILED).update(
        state=WorkState.PENDING, attempts=0, available_at=timezone.now()
    )


def _deliver(row: WebhookDelivery) -> bool:
    """Send one delivery; return whether it arrived. A receiver that got it twice knows it by its id."""
    body = json.dumps(row.payload, separators=(",", ":"), ensure_ascii=False).encode()
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Collective-Webhooks/1",
        "Collective-Event": row.event,
        "Collective-Event-Id": str(row.event_id),
        HEADER: signature(secret=row.webhook.secret, body=body, at=int(time.time())),
    }
    try:
        status = post(row.webhook.url, body=body, headers=headers)
        problem = "" if 200 <= status < 300 else f"The receiver answered with status {status}."
    except NotSent as refusal:
        status, problem = None, str(refusal)
    WebhookDelivery.objects.filter(pk=row.pk).update(last_status=status)
    try:
        _settle(row, problem)
    except LeaseLost:  # too slow: whoever holds it now sends it again
        return False
    return not problem


def _settle(row: WebhookDelivery, problem: str) -> None:
    if not problem:
        finish(row, delivered_at=timezone.now())
    elif row.attempts > len(PAUSES):
        fail(row, reason=problem)
    else:
        give_back(row, reason=problem, delay=PAUSES[row.attempts - 1])
