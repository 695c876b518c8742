"""Write down that something happened, for every address that is told of it."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from elicitation.models import Study, Webhook, WebhookDelivery

from .addresses import TEST


def emit(*, study: Study, event: str, data: Mapping[str, Any]) -> int:
    """Queue an event for the addresses told of it, in the caller's transaction; return how many there are.

    `data` names people by `Participant.key` and holds nothing they wrote. Raises `TransactionManagementError` outside
    a transaction.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("An event is queued in the transaction that makes it true.")
    told = Webhook.objects.filter(study=study, is_active=True, events__contains=[event])
    event_id = uuid.uuid4()
    payload = _payload(event_id, study, event, data)
    queued = WebhookDelivery.objects.bulk_create(
        WebhookDelivery(webhook=webhook, event_id=event_id, event=event, payload=payload) for webhook in told
    )
    return len(queued)


def emit_test(*, webhook: Webhook) -> WebhookDelivery:
    """Queue an event that says nothing, to try an address."""
    event_id = uuid.uuid4()
    payload = _payload(event_id, webhook.study, TEST, {})
    return WebhookDelivery.objects.create(webhook=webhook, event_id=event_id, event=TEST, payload=payload)


def _payload(event_id: uuid.UUID, study: Study, event: str, data: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": str(event_id),
        "event": event,
        "study": study.slug,
        "at": timezone.now().isoformat(timespec="seconds"),
        "data": dict(data),
    }
