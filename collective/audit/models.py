"""The audit log's one table.

A database trigger (see the migration) refuses UPDATE, DELETE and TRUNCATE, so the table only grows.
"""

from django.db import models


class AuditEntry(models.Model):
    """One act, chained to the one before it by hash."""

    number = models.PositiveBigIntegerField(primary_key=True, help_text="1, 2, 3, ... without a gap.")
    at = models.DateTimeField(help_text="When the act was recorded, UTC.")
    actor = models.CharField(max_length=254, help_text="Who acted: an e-mail address, or 'system'.")
    action = models.CharField(max_length=100, help_text="What was done, e.g. 'proposal.adopted'.")
    target = models.CharField(max_length=200, help_text="What it was done to, e.g. 'proposal:12'.")
    study = models.CharField(max_length=100, blank=True, help_text="Slug of the study concerned, if any.")
    details = models.JSONField(default=dict)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)

    class Meta:
        ordering = ["number"]
        verbose_name_plural = "audit entries"
        indexes = [models.Index(fields=["study", "number"]), models.Index(fields=["target"])]

    def __str__(self) -> str:
        return f"{self.number} {self.action} {self.target}"
