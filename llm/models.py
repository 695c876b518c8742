"""The ledger: what was asked of which model, what it answered, what it cost, and who paid."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Account(models.Model):
    """What was spent under one name (a run, say), kept beside the ledger so that a budget is one row to lock.

    What is *reserved* belongs to calls under way; it counts against a budget and is not spent yet.
    """

    name = models.CharField(max_length=120, unique=True)
    calls = models.PositiveIntegerField(default=0, help_text="Answers received, whether of use or not.")
    tokens = models.PositiveBigIntegerField(default=0)
    cost = models.DecimalField(max_digits=14, decimal_places=6, default=0, help_text="US dollars.")
    unpriced_calls = models.PositiveIntegerField(default=0, help_text="Calls whose cost nobody knows.")
    reserved_calls = models.PositiveIntegerField(default=0)
    reserved_tokens = models.PositiveBigIntegerField(default=0)
    reserved_cost = models.DecimalField(max_digits=14, decimal_places=6, default=0)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class LedgerEntry(models.Model):
    """A question put to a model, once, with its answer.

    The question's own words are not kept, only their hash: they may be long, and belong to the people they come from.
    """

    class Status(models.TextChoices):
        OPEN = "open", _("Not answered yet")
        ASKED = "asked", _("Being asked")
        DONE = "done", _("Answered")
        UNUSABLE = "unusable", _("No usable answer")

    # What makes a question the same question.
    model = models.CharField(max_length=120, help_text="`offline` or `openai:NAME`.")
    version = models.CharField(max_length=40, blank=True, help_text="Of a model that has versions of ours.")
    fingerprint = models.CharField(max_length=64, help_text="SHA-256 of everything asked.")
    repeat = models.PositiveIntegerField(default=0)

    purpose = models.CharField(max_length=20)
    status = models.CharField(max_length=8, choices=Status.choices, default=Status.OPEN)
    answer = models.JSONField(null=True, blank=True)
    error = models.TextField(blank=True, help_text="Why the last answer or attempt was of no use.")
    served_by = models.CharField(max_length=120, blank=True, help_text="The model the server says has answered.")

    account = models.CharField(max_length=120, blank=True, db_index=True, help_text="Who paid last.")
    calls = models.PositiveIntegerField(default=0, help_text="Answers received, whether of use or not.")
    call_limit = models.PositiveIntegerField(default=0, help_text="When to stop asking for a usable answer.")
    tokens_in = models.PositiveBigIntegerField(default=0)
    tokens_out = models.PositiveBigIntegerField(default=0)
    cost = models.DecimalField(
        max_digits=14, decimal_places=6, null=True, blank=True, help_text="US dollars; empty if the price is unknown."
    )
    latency_ms = models.PositiveIntegerField(null=True, blank=True, help_text="Of the last answer.")

    # Only while it is being asked.
    reserved_tokens = models.PositiveBigIntegerField(default=0)
    reserved_cost = models.DecimalField(max_digits=14, decimal_places=6, default=0)
    holder = models.CharField(max_length=32, blank=True, help_text="Token of the process that asks.")
    leased_until = models.DateTimeField(null=True, blank=True)

    created_at = models.DateTimeField(auto_now_add=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "ledger entries"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["fingerprint", "model", "version", "repeat"], name="a_question_is_in_the_ledger_once"
            ),
            models.CheckConstraint(
                condition=Q(status="done", answer__isnull=False) | (~Q(status="done") & Q(answer__isnull=True)),
                name="an_entry_is_done_when_it_has_an_answer",
            ),
            models.CheckConstraint(condition=Q(fingerprint__regex="^[0-9a-f]{64}$"), name="fingerprint_is_sha256"),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.model} {self.fingerprint[:12]}"
