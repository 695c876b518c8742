"""A person who takes part, and what they said about themselves."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from .answers import AnswerState, state_field, valid_state
from .study import Study, new_link_token


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

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="participants")
    key = models.CharField(max_length=200, help_text="Name of the person in imports and exports; not a real name.")
    token = models.CharField(max_length=40, unique=True, default=new_link_token)
    source = models.CharField(max_length=10, choices=Source.choices)
    form = models.CharField(max_length=5, choices=Form.choices, default=Form.LONG)
    language = models.CharField(max_length=20, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    consented_at = models.DateTimeField(null=True, blank=True)
    intake_at = models.DateTimeField(null=True, blank=True, help_text="When the intake survey was finished.")
    finished_at = models.DateTimeField(null=True, blank=True)
    wants_to_hear_back = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["study", "key"], name="participant_keys_are_unique_in_a_study")]

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
