"""Who was given which prompt, and the draft of what they are giving."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from .participant import Participant
from .prompt import Prompt


class Assignment(models.Model):
    """A prompt reserved for a person until the lease runs out, then submitted, expired or returned."""

    class State(models.TextChoices):
        RESERVED = "reserved", _("Reserved")
        SUBMITTED = "submitted", _("Submitted")
        EXPIRED = "expired", _("Expired")
        RETURNED = "returned", _("Returned")

    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="assignments")
    prompt = models.ForeignKey(Prompt, on_delete=models.CASCADE, related_name="assignments")
    state = models.CharField(max_length=9, choices=State.choices, default=State.RESERVED)
    position = models.PositiveSmallIntegerField(help_text="Which task of the person's this is, from 0.")
    shown_order = models.CharField(max_length=6, help_text="Canonical letters in the order shown, e.g. 'CADB'.")
    language = models.CharField(max_length=20, blank=True, help_text="In which language the prompt is shown.")
    reason = models.JSONField(default=dict, help_text="Why this prompt was chosen.")
    idempotency_key = models.UUIDField(unique=True, help_text="Carried by the form; a retry brings it again.")
    leased_until = models.DateTimeField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["participant", "prompt"], name="one_assignment_per_person_and_prompt"),
            models.CheckConstraint(
                condition=models.Q(state__in=["reserved", "submitted", "expired", "returned"]),
                name="assignment_state_is_known",
            ),
        ]
        indexes = [
            models.Index(fields=["leased_until"], condition=models.Q(state="reserved"), name="open_assignments"),
            models.Index(fields=["prompt", "state"]),
        ]

    def __str__(self) -> str:
        return f"{self.prompt} for {self.participant}"


class Draft(models.Model):
    """What a person has filled in so far. `revision` grows by one with every save, so a stale tab is noticed."""

    assignment = models.OneToOneField(Assignment, on_delete=models.CASCADE, related_name="draft")
    fields = models.JSONField(help_text="The form's fields as they were sent.")
    revision = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"draft of {self.assignment}, revision {self.revision}"
