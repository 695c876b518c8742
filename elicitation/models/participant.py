"""A person who takes part, and what they said about themselves."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from .answers import AnswerState, state_field, valid_state
from .study import ProtocolVersion, Study, new_link_token


class Participant(models.Model):
    """A person in one study. They hold a link (`token`), never an account."""

    class Source(models.TextChoices):
        LINK = "link", _("Study link")
        IMPORTED = "imported", _("Imported")
        SIMULATED = "simulated", _("Simulated by a program")
        PANEL = "panel", _("Panel")

    class Form(models.TextChoices):
        LONG = "long", _("Long form")
        SHORT = "short", _("Short form")

    class Outcome(models.TextChoices):
        COMPLETE = "complete", _("Complete")
        SCREENED_OUT = "screened_out", _("Screened out")
        QUOTA_FULL = "quota_full", _("Quota full")
        NO_CONSENT = "no_consent", _("No consent")
        FAILED_CHECKS = "failed_checks", _("Failed the checks")
        FAULT = "fault", _("Technical fault")
        RETURNED = "returned", _("Returned to the panel")
        TIMED_OUT = "timed_out", _("Out of time")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    class Pilot(models.TextChoices):
        NONE = "", _("Not of a pilot")
        PRESENT = "present", _("Came in the pilot")
        LEFT_OUT = "left_out", _("Pilot, left out of results")

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="participants")
    key = models.CharField(max_length=200, help_text="Name of the person in imports and exports; not a real name.")
    token = models.CharField(max_length=40, unique=True, default=new_link_token)
    source = models.CharField(max_length=10, choices=Source.choices)
    form = models.CharField(max_length=5, choices=Form.choices, default=Form.LONG)
    language = models.CharField(max_length=20, blank=True)
    protocol = models.ForeignKey(
        ProtocolVersion,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="participants",
        help_text="The version they agreed to take part under.",
    )
    cell = models.ForeignKey(
        "Quota",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="members",
        help_text="The first quota they fit: their prompts are spread within it.",
    )
    pilot = models.CharField(
        max_length=8,
        choices=Pilot.choices,
        blank=True,
        default=Pilot.NONE,
        help_text="Whether they came in a pilot, and whether it is over and their answers do not count.",
    )
    created_at = models.DateTimeField(auto_now_add=True)
    consented_at = models.DateTimeField(null=True, blank=True)
    intake_at = models.DateTimeField(null=True, blank=True, help_text="When the intake survey was finished.")
    finished_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(
        max_length=13, choices=Outcome.choices, blank=True, help_text="How it ended; empty while they are under way."
    )
    outcome_at = models.DateTimeField(null=True, blank=True)
    quiz_passed_at = models.DateTimeField(null=True, blank=True)
    excluded_at = models.DateTimeField(null=True, blank=True, help_text="Left out of results by a researcher since.")
    withdrawn_at = models.DateTimeField(null=True, blank=True, help_text="When they took back all they had given.")
    compared_at = models.DateTimeField(
        null=True, blank=True, help_text="When they first looked at how others answered; no corrections from then on."
    )
    paid_at = models.DateTimeField(null=True, blank=True)
    paid_amount = models.DecimalField(
        max_digits=8, decimal_places=2, null=True, blank=True, help_text="In the study's currency, all of it so far."
    )
    wants_to_hear_back = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["study", "key"], name="participant_keys_are_unique_in_a_study"),
            models.CheckConstraint(
                condition=models.Q(outcome="", outcome_at__isnull=True)
                | (~models.Q(outcome="") & models.Q(outcome_at__isnull=False)),
                name="an_outcome_has_its_time",
            ),
        ]

    def __str__(self) -> str:
        return self.key


class IntakeAnswer(models.Model):
    """One answer of the intake survey, as given (`original`) and normalised (`value`)."""

    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="intake_answers")
    key = models.CharField(max_length=100, help_text="The question, e.g. 'country_of_residence'.")
    state = state_field()
    value = models.TextField(blank=True, help_text="NFKC-normalised; what groups are made of.")
    original = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["key", "participant"])]
        constraints = [
            models.UniqueConstraint(fields=["participant", "key"], name="one_intake_answer_per_question"),
            valid_state("state", name="intake_state_is_known"),
            models.CheckConstraint(
                condition=models.Q(state=AnswerState.ANSWERED) | models.Q(value="", original=""),
                name="only_answered_intake_has_a_value",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key}: {self.value or self.state}"
