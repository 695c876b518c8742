"""The columns every row of work carries."""

from django.db import models


class WorkState(models.TextChoices):
    """Where a row of work stands. A leased row whose lease has run out counts as pending again."""

    PENDING = "pending", "pending"
    LEASED = "leased", "leased"
    DONE = "done", "done"
    FAILED = "failed", "failed"
    CANCELLED = "cancelled", "cancelled"


class LeasedWork(models.Model):
    """A row of work that one worker at a time holds, for a limited time."""

    state = models.CharField(max_length=10, choices=WorkState.choices, default=WorkState.PENDING)
    available_at = models.DateTimeField(auto_now_add=True, help_text="Not to be claimed before this time.")
    leased_until = models.DateTimeField(null=True, blank=True)
    lease_holder = models.CharField(max_length=64, blank=True, help_text="Token of the claim that holds the row.")
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True, help_text="Why the last attempt failed.")

    class Meta:
        abstract = True
