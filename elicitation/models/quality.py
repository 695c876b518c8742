"""Signs beside the data: flags, exclusions, quiz attempts, readings of texts, alerts."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from .assessment import Assessment, Ranking
from .participant import IntakeAnswer, Participant
from .prompt import Criterion
from .study import ProtocolVersion, Study


class QualityFlag(models.Model):
    """A sign that a person's answers, or one assessment, deserve a look. It never removes anything by itself.

    `kind` is a key of `elicitation.quality`, `strength` in [0, 1] says how far beyond its threshold the sign is, and
    `evidence` holds the numbers and references behind it.
    """

    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="quality_flags")
    assessment = models.ForeignKey(
        Assessment, on_delete=models.CASCADE, null=True, blank=True, related_name="quality_flags"
    )
    kind = models.CharField(max_length=30)
    strength = models.FloatField()
    evidence = models.JSONField(default=dict, blank=True)
    found_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["kind", "participant"])]
        constraints = [
            models.UniqueConstraint(
                fields=["participant", "assessment", "kind"],
                nulls_distinct=False,
                name="one_flag_per_kind_and_place",
            ),
            models.CheckConstraint(condition=Q(strength__gte=0, strength__lte=1), name="flag_strength_is_a_share"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.participant}"


class QualityReport(models.Model):
    """When a study's flags were last found, and figures of the study as a whole.

    `seen` is a digest of the answers the flags were found in: another one means that they are due again. `asked_at` is
    set by whoever wants them found anew.
    """

    study = models.OneToOneField(Study, on_delete=models.CASCADE, related_name="quality_report")
    seen = models.CharField(max_length=64, blank=True)
    asked_at = models.DateTimeField(null=True, blank=True)
    found_at = models.DateTimeField(null=True, blank=True)
    people = models.PositiveIntegerField(default=0, help_text="Who had given anything.")
    figures = models.JSONField(default=dict, blank=True, help_text="Reliability and re-test, each with how many.")

    def __str__(self) -> str:
        return f"quality of {self.study}"


class Exclusion(models.Model):
    """A researcher's decision to leave a person out of results, until it is lifted."""

    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="exclusions")
    reason = models.TextField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="exclusions"
    )
    excluded_at = models.DateTimeField(auto_now_add=True)
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="lifted_exclusions"
    )
    lifted_reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["participant"], condition=Q(lifted_at__isnull=True), name="one_standing_exclusion_per_person"
            )
        ]

    def __str__(self) -> str:
        return f"{self.participant} excluded"


class QuizAttempt(models.Model):
    """One try at the onboarding quiz: the option chosen per item, and how many were right."""

    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="quiz_attempts")
    protocol = models.ForeignKey(ProtocolVersion, on_delete=models.PROTECT, related_name="quiz_attempts")
    number = models.PositiveSmallIntegerField(help_text="From 1.")
    answers = models.JSONField()
    right = models.PositiveSmallIntegerField()
    passed = models.BooleanField()
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["participant", "number"], name="quiz_attempts_are_numbered")]

    def __str__(self) -> str:
        return f"attempt {self.number} of {self.participant}"


class TextReading(models.Model):
    """The detected language of a text a person wrote, and a machine translation for researchers beside it.

    Exactly one of `ranking` (its justification), `assessment` (the reason for what is unacceptable), `criterion` and
    `intake_answer` names the text. `digest` is the SHA-256 of the text that was read: another text is read anew.
    """

    ranking = models.OneToOneField(Ranking, on_delete=models.CASCADE, null=True, blank=True, related_name="reading")
    assessment = models.OneToOneField(
        Assessment, on_delete=models.CASCADE, null=True, blank=True, related_name="reading"
    )
    criterion = models.OneToOneField(Criterion, on_delete=models.CASCADE, null=True, blank=True, related_name="reading")
    intake_answer = models.OneToOneField(
        IntakeAnswer, on_delete=models.CASCADE, null=True, blank=True, related_name="reading"
    )
    digest = models.CharField(max_length=64)
    language = models.CharField(max_length=20, blank=True, help_text="Detected; empty where it is not clear.")
    certainty = models.FloatField(null=True, blank=True)
    translation = models.TextField(blank=True)
    translated_to = models.CharField(max_length=20, blank=True)
    model = models.CharField(max_length=100, blank=True, help_text="Which model translated it.")
    read_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ranking__isnull=False, assessment__isnull=True, criterion__isnull=True, intake_answer=None)
                | Q(ranking__isnull=True, assessment__isnull=False, criterion__isnull=True, intake_answer=None)
                | Q(ranking__isnull=True, assessment__isnull=True, criterion__isnull=False, intake_answer=None)
                | Q(ranking__isnull=True, assessment__isnull=True, criterion=None, intake_answer__isnull=False),
                name="a_reading_is_of_one_text",
            )
        ]

    def __str__(self) -> str:
        return f"{self.language or 'unknown'}: {self.translation[:40]}"


class Alert(models.Model):
    """Something about a running study that its staff was told of, until it is over."""

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="alerts")
    kind = models.CharField(max_length=30)
    details = models.JSONField(default=dict, blank=True)
    raised_at = models.DateTimeField(auto_now_add=True)
    mailed_at = models.DateTimeField(null=True, blank=True)
    cleared_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["study", "kind"], condition=Q(cleared_at__isnull=True), name="one_standing_alert_per_kind"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} in {self.study}"
