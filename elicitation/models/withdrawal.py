"""What people took back: that they did and how much, never what it was."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .participant import Participant
from .prompt import Prompt


class Withdrawal(models.Model):
    """A person took back all they had given, or a part of it.

    `tasks` counts the tasks handed in that went with it: they were done and are paid. `outcome` is how the person's
    way had ended before they took everything back.
    """

    class Scope(models.TextChoices):
        EVERYTHING = "everything", _("Everything")
        TEXTS = "texts", _("What was written")
        INTAKE = "intake", _("What was said about oneself")
        ANSWER = "answer", _("One answer")

    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="withdrawals")
    scope = models.CharField(max_length=10, choices=Scope.choices)
    prompt = models.ForeignKey(
        Prompt, on_delete=models.CASCADE, null=True, blank=True, related_name="+", help_text="Of one answer."
    )
    tasks = models.PositiveSmallIntegerField(default=0, help_text="Tasks handed in that went with it.")
    outcome = models.CharField(max_length=13, choices=Participant.Outcome.choices, blank=True)
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["participant"], condition=Q(scope="everything"), name="everything_is_taken_back_once"
            ),
            models.CheckConstraint(
                condition=Q(scope__in=["everything", "texts", "intake", "answer"]), name="withdrawal_scope_is_known"
            ),
            models.CheckConstraint(
                condition=Q(prompt__isnull=True) | Q(scope="answer"), name="only_an_answer_has_a_prompt"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scope} of {self.participant}"
