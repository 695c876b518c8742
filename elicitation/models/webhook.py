"""Who is told of a study's events, and what was sent to them."""

import secrets
import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from collective.work.models import LeasedWork

from .study import Study


def new_signing_secret() -> str:
    """Return a secret that signs deliveries (256 bits)."""
    return secrets.token_urlsafe(32)


class Webhook(models.Model):
    """An address that is sent a study's events, signed with `secret`."""

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="webhooks")
    url = models.URLField(max_length=500)
    secret = models.CharField(max_length=100, default=new_signing_secret)
    events = ArrayField(models.CharField(max_length=50), help_text="Names from elicitation.webhooks.")
    is_active = models.BooleanField(default=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="webhooks"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["study", "url"], name="one_webhook_per_address")]

    def __str__(self) -> str:
        return self.url


class WebhookDelivery(LeasedWork):
    """An event on its way to one address; written in the transaction that makes it true."""

    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="deliveries")
    event_id = models.UUIDField(default=uuid.uuid4)
    event = models.CharField(max_length=50)
    payload = models.JSONField()
    created_at = models.DateTimeField(auto_now_add=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    last_status = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "webhook deliveries"
        indexes = [models.Index(fields=["state", "available_at"])]
        constraints = [models.UniqueConstraint(fields=["webhook", "event_id"], name="an_event_is_sent_once")]

    def __str__(self) -> str:
        return f"{self.event} to {self.webhook}"
