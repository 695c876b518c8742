"""What was sent to a study's webhooks."""

from django.db.models import QuerySet

from elicitation.models import Study, WebhookDelivery


def latest_deliveries(study: Study, *, limit: int | None = 30) -> QuerySet[WebhookDelivery]:
    """Return the deliveries to a study's addresses, the latest first, with their webhooks."""
    rows = WebhookDelivery.objects.filter(webhook__study=study).select_related("webhook").order_by("-pk")
    return rows if limit is None else rows[:limit]
