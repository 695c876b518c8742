"""Where words of people may be repeated outside their own rows, and how they are cut there."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Model, QuerySet

from elicitation.models import Alert, Exclusion, PanelEvent, QualityFlag, Study, WebhookDelivery
from llm.quoting import Quotations


def cut_copies(rows: QuerySet[Any], fields: Sequence[str], quotations: Quotations) -> int:
    """Cut quotations out of text and JSON columns of rows; return how many rows held any."""
    changed = 0
    for row in rows.only("pk", *fields).iterator(chunk_size=500):
        before = {name: getattr(row, name) for name in fields}
        after = {name: quotations.cut(value) for name, value in before.items()}
        if after != before:
            _save(row, after)
            changed += 1
    return changed


def cut_own_copies(study: Study, quotations: Quotations, *, since: datetime) -> None:
    """Cut quotations out of what this room keeps beside the answers: flags of others, reasons, events, deliveries."""
    places: Iterable[tuple[QuerySet[Any], Sequence[str]]] = (
        (QualityFlag.objects.filter(participant__study=study), ["evidence"]),
        (Exclusion.objects.filter(participant__study=study), ["reason", "lifted_reason"]),
        (Alert.objects.filter(study=study, raised_at__gte=since), ["details"]),
        (PanelEvent.objects.filter(panel__study=study, received_at__gte=since), ["external_id", "effect"]),
        (WebhookDelivery.objects.filter(webhook__study=study, created_at__gte=since), ["payload", "error"]),
    )
    for rows, fields in places:
        cut_copies(rows, fields, quotations)


def _save(row: Model, values: dict[str, Any]) -> None:
    for name, value in values.items():
        setattr(row, name, value)
    row.save(update_fields=list(values))
