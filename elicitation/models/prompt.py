"""What people are asked about: prompts, candidate responses, criteria."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from .study import Study


class Prompt(models.Model):
    """A chat transcript with `candidates` responses, lettered A, B, C, ..."""

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="prompts")
    key = models.CharField(max_length=200, help_text="Name of the prompt in imports and exports.")
    position = models.PositiveIntegerField(help_text="Order in the study, from 0.")
    topic = models.CharField(max_length=100, blank=True)
    language = models.CharField(max_length=20, blank=True)
    messages = models.JSONField(help_text="List of {role, content}.")
    candidates = models.PositiveSmallIntegerField(help_text="How many responses there are, 2 to 6 (K).")
    is_anchor = models.BooleanField(default=False, help_text="Shown to everybody.")
    retest_of = models.ForeignKey(
        "self",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="retests",
        help_text="The anchor that this one asks again, to see how steady a person is; not counted as an answer.",
    )
    attention_best = models.CharField(
        max_length=1, blank=True, help_text="Of an attention item: the letter that reading it tells to put first."
    )
    disagreement = models.FloatField(
        null=True, blank=True, help_text="How much people disagree, as last measured; see measures.disagreement."
    )
    translations = models.JSONField(
        default=dict, blank=True, help_text="Messages in other languages; see elicitation.wording."
    )
    metadata = models.JSONField(default=dict, blank=True, help_text="Fields of the source that have no column.")

    class Meta:
        ordering = ["study", "position"]
        constraints = [
            models.UniqueConstraint(fields=["study", "key"], name="prompt_keys_are_unique_in_a_study"),
            models.UniqueConstraint(fields=["study", "position"], name="prompt_positions_are_unique_in_a_study"),
            models.CheckConstraint(
                condition=models.Q(candidates__gte=2, candidates__lte=6),
                name="a_prompt_has_2_to_6_candidates",
            ),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def letters(self) -> str:
        """The canonical letters of the candidates, e.g. "ABCD"."""
        return "ABCDEF"[: self.candidates]


class Response(models.Model):
    """A candidate response and where it comes from."""

    class Source(models.TextChoices):
        WRITTEN = "written", _("Written")
        IMPORTED = "imported", _("Imported")
        GENERATED = "generated", _("Generated")

    prompt = models.ForeignKey(Prompt, on_delete=models.CASCADE, related_name="responses")
    letter = models.CharField(max_length=1)
    messages = models.JSONField(help_text="List of {role, content}.")
    source = models.CharField(max_length=10, choices=Source.choices)
    model = models.CharField(max_length=100, blank=True, help_text="Which model wrote it.")
    viewpoint = models.CharField(max_length=200, blank=True, help_text="The opinion it was asked to take.")
    parameters = models.JSONField(default=dict, blank=True, help_text="Sampling parameters, prompt, anything else.")
    translations = models.JSONField(
        default=dict, blank=True, help_text="Messages in other languages; see elicitation.wording."
    )
    made_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["prompt", "letter"]
        constraints = [
            models.UniqueConstraint(fields=["prompt", "letter"], name="one_response_per_letter"),
            models.CheckConstraint(condition=models.Q(letter__regex="^[A-F]$"), name="response_letter_is_a_to_f"),
        ]

    def __str__(self) -> str:
        return f"{self.prompt} {self.letter}"

    @property
    def text(self) -> str:
        """What the assistant says, its messages joined by blank lines."""
        return "\n\n".join(message["content"] for message in self.messages)


class Criterion(models.Model):
    """A statement about responses to one prompt, which people score from -10 to +10."""

    class Origin(models.TextChoices):
        SEEDED = "seeded", _("Written beforehand")
        PARTICIPANT = "participant", _("Written by a participant")
        MODEL = "model", _("Written by a model")
        IMPORTED = "imported", _("Imported, origin unknown")

    prompt = models.ForeignKey(Prompt, on_delete=models.CASCADE, related_name="criteria")
    key = models.CharField(max_length=200, help_text="Name of the criterion in imports and exports.")
    position = models.PositiveIntegerField(help_text="Order within the prompt, from 0.")
    text = models.TextField()
    origin = models.CharField(max_length=11, choices=Origin.choices)
    translations = models.JSONField(
        default=dict, blank=True, help_text="The text in other languages; see elicitation.wording."
    )
    author = models.ForeignKey(
        "Participant", on_delete=models.SET_NULL, null=True, blank=True, related_name="authored_criteria"
    )

    class Meta:
        verbose_name_plural = "criteria"
        ordering = ["prompt", "position"]
        constraints = [models.UniqueConstraint(fields=["prompt", "key"], name="criterion_keys_are_unique_in_a_prompt")]

    def __str__(self) -> str:
        return self.text[:80]
