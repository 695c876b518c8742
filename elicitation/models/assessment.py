"""What a person gave on a prompt: rankings, flags, scales, scores."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .answers import AnswerState, answered_exactly_when_present, state_field, valid_state
from .assignment import Assignment
from .participant import Participant
from .prompt import Criterion, Prompt
from .study import ProtocolVersion

# Adjacent letters inside a tie stand in letter order: no letter follows "later=" with an earlier one.
_TIE_OUT_OF_ORDER = "(B=A|C=[AB]|D=[A-C]|E=[A-D]|F=[A-E])"


class Block(models.TextChoices):
    """Which of the two rankings: what is best for me, or best for the world."""

    PERSONAL = "personal", _("Personal")
    WORLD = "world", _("World")


class Assessment(models.Model):
    """One person's answers on one prompt, submitted at once.

    `importance` has levels 1 to 3, `representativeness` 1 to 5 and `subjectivity` 1 to 4, labelled in
    `elicitation.protocol`. `originals` keeps the source's own wording of what an import normalised.
    """

    prompt = models.ForeignKey(Prompt, on_delete=models.CASCADE, related_name="assessments")
    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="assessments")
    protocol = models.ForeignKey(ProtocolVersion, on_delete=models.PROTECT, related_name="assessments")
    assignment = models.OneToOneField(Assignment, on_delete=models.SET_NULL, null=True, blank=True)
    idempotency_key = models.UUIDField(null=True, blank=True, unique=True)
    position = models.PositiveIntegerField(default=0, help_text="Order among the person's assessments, from 0.")
    submitted_at = models.DateTimeField()
    language = models.CharField(max_length=20, blank=True)
    device_class = models.CharField(max_length=10, blank=True, help_text="phone, tablet or desktop.")
    shown_order = models.CharField(max_length=6, blank=True, help_text="Canonical letters in the order shown.")
    step_seconds = models.JSONField(default=dict, blank=True, help_text="Seconds spent per protocol step.")
    importance_state = state_field()
    importance = models.PositiveSmallIntegerField(null=True, blank=True)
    representativeness_state = state_field()
    representativeness = models.PositiveSmallIntegerField(null=True, blank=True)
    subjectivity_state = state_field()
    subjectivity = models.PositiveSmallIntegerField(null=True, blank=True)
    unacceptable_state = state_field()
    unacceptable_rationale = models.TextField(blank=True)
    is_surplus = models.BooleanField(
        default=False, help_text="Came late, when the prompt had all the answers it needs: kept and paid, not counted."
    )
    typing = models.JSONField(
        default=dict, blank=True, help_text="How texts came: counts of typed and pasted characters per field."
    )
    corrected_at = models.DateTimeField(null=True, blank=True, help_text="When the person last corrected it.")
    originals = models.JSONField(default=dict, blank=True)

    class Meta:
        indexes = [models.Index(fields=["participant", "position"])]
        constraints = [
            models.UniqueConstraint(fields=["prompt", "participant"], name="one_assessment_per_person_and_prompt"),
            answered_exactly_when_present("importance", name="importance_answered_when_present"),
            answered_exactly_when_present("representativeness", name="representativeness_answered_when_present"),
            answered_exactly_when_present("subjectivity", name="subjectivity_answered_when_present"),
            models.CheckConstraint(condition=Q(importance__range=(1, 3)), name="importance_has_3_levels"),
            models.CheckConstraint(
                condition=Q(representativeness__range=(1, 5)), name="representativeness_has_5_levels"
            ),
            models.CheckConstraint(condition=Q(subjectivity__range=(1, 4)), name="subjectivity_has_4_levels"),
            valid_state("importance_state", name="importance_state_is_known"),
            valid_state("representativeness_state", name="representativeness_state_is_known"),
            valid_state("subjectivity_state", name="subjectivity_state_is_known"),
            valid_state("unacceptable_state", name="unacceptable_state_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.participant} on {self.prompt}"


class Ranking(models.Model):
    """A weak order of the candidates in canonical text, e.g. `A>B=D>C`, with its justification.

    A block that was not asked has no row; one that was asked and skipped has a row without an order.
    """

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="rankings")
    block = models.CharField(max_length=8, choices=Block.choices)
    state = state_field()
    order = models.CharField(max_length=11, blank=True, help_text="Canonical text; ties in letter order.")
    candidates = models.PositiveSmallIntegerField(help_text="How many responses the prompt has (K).")
    justification = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["assessment", "block"], name="one_ranking_per_block"),
            models.CheckConstraint(condition=Q(block__in=Block.values), name="ranking_block_is_known"),
            models.CheckConstraint(
                condition=Q(state=AnswerState.SKIPPED, order="") | (Q(state=AnswerState.ANSWERED) & ~Q(order="")),
                name="ranking_answered_when_present",
            ),
            models.CheckConstraint(
                condition=Q(order="") | Q(order__regex="^[A-F]([>=][A-F])*$"),
                name="ranking_is_letters_and_signs",
            ),
            models.CheckConstraint(condition=~Q(order__regex=r"([A-F]).*\1"), name="ranking_has_each_letter_once"),
            models.CheckConstraint(condition=~Q(order__regex=_TIE_OUT_OF_ORDER), name="ranking_ties_in_letter_order"),
            models.CheckConstraint(
                condition=Q(order="")
                | Q(candidates=2, order__regex="^[AB>=]{3}$")
                | Q(candidates=3, order__regex="^[A-C>=]{5}$")
                | Q(candidates=4, order__regex="^[A-D>=]{7}$")
                | Q(candidates=5, order__regex="^[A-E>=]{9}$")
                | Q(candidates=6, order__regex="^[A-F>=]{11}$"),
                name="ranking_has_every_letter_of_the_prompt",
            ),
        ]

    def __str__(self) -> str:
        return self.order or self.state


class UnacceptableFlag(models.Model):
    """A response the person marked unacceptable (the reason is the assessment's)."""

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="unacceptable_flags")
    letter = models.CharField(max_length=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["assessment", "letter"], name="one_flag_per_response"),
            models.CheckConstraint(condition=Q(letter__regex="^[A-F]$"), name="flagged_letter_is_a_to_f"),
        ]

    def __str__(self) -> str:
        return f"{self.letter} unacceptable"


class Score(models.Model):
    """A person's score of a criterion, -10 (argues against a response) to +10 (argues for it)."""

    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="scores")
    criterion = models.ForeignKey(Criterion, on_delete=models.CASCADE, related_name="scores")
    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, null=True, blank=True, related_name="scores")
    state = state_field()
    value = models.SmallIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["participant", "criterion"], name="one_score_per_person_and_criterion"),
            models.CheckConstraint(condition=Q(value__range=(-10, 10)), name="score_within_minus_10_and_10"),
            models.CheckConstraint(
                condition=Q(state=AnswerState.ANSWERED, value__isnull=False)
                | Q(state=AnswerState.SKIPPED, value__isnull=True),
                name="score_answered_when_present",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.value}"
