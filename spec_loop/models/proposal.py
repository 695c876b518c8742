"""A proposed change of a spec, its evidence, and what people decided."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from elicitation.models import Ranking, Study

from .document import Document, SpecVersion
from .run import CandidateEdit


class Proposal(models.Model):
    """An edit put before people, with what was measured of it."""

    class Kind(models.TextChoices):
        CLARIFICATION = "clarification", _("Clarification")
        CHANGE_OF_PRINCIPLE = "change_of_principle", _("Change of principle")

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        TESTED = "tested", _("Tested")
        IN_REVIEW = "in_review", _("In review")
        ADOPTED = "adopted", _("Adopted")
        DEFERRED = "deferred", _("Deferred")
        DECLINED = "declined", _("Declined")

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="proposals")
    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="proposals")
    base_version = models.ForeignKey(SpecVersion, on_delete=models.PROTECT, related_name="proposals")
    candidate = models.OneToOneField(
        CandidateEdit, on_delete=models.SET_NULL, null=True, blank=True, related_name="proposal"
    )
    edit = models.JSONField(help_text="As spec_loop.document.edits.Edit has it.")
    section_id = models.CharField(max_length=200)
    authority = models.CharField(max_length=20, blank=True, help_text="Authority of the section it touches.")
    intent = models.TextField()
    kind = models.CharField(max_length=20, choices=Kind.choices)
    status = models.CharField(max_length=9, choices=Status.choices, default=Status.DRAFT)
    is_recommended = models.BooleanField(default=False)
    effect = models.JSONField(default=dict, blank=True, help_text="What was measured, by split.")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-is_recommended", "pk"]

    def __str__(self) -> str:
        return f"proposal {self.pk}: {self.intent[:60]}"

    @property
    def is_decided(self) -> bool:
        """Whether people have said yes or no; a deferred proposal can still be decided."""
        return self.status in {self.Status.ADOPTED, self.Status.DECLINED}


class Evidence(models.Model):
    """A person's ranking with its reason that speaks for or against a proposal."""

    class Stance(models.TextChoices):
        FOR = "for", _("Speaks for it")
        AGAINST = "against", _("Speaks against it")

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="evidence")
    ranking = models.ForeignKey(Ranking, on_delete=models.CASCADE, related_name="+")
    stance = models.CharField(max_length=7, choices=Stance.choices)
    before = models.FloatField(help_text="The person's agreement with the ranker by the spec as it is.")
    after = models.FloatField(help_text="The person's agreement with the ranker by the edited spec.")

    class Meta:
        verbose_name_plural = "evidence"
        constraints = [models.UniqueConstraint(fields=["proposal", "ranking"], name="a_ranking_is_evidence_once")]

    def __str__(self) -> str:
        return f"{self.ranking} {self.stance} {self.proposal}"


class Decision(models.Model):
    """What somebody decided on a proposal, and why. Never changed; a later decision follows it."""

    class Verdict(models.TextChoices):
        ADOPT = "adopt", _("Adopt")
        DEFER = "defer", _("Defer")
        DECLINE = "decline", _("Decline")

    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="decisions")
    verdict = models.CharField(max_length=7, choices=Verdict.choices)
    reason = models.TextField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True)
    decided_at = models.DateTimeField(auto_now_add=True)
    version = models.ForeignKey(
        SpecVersion, on_delete=models.PROTECT, null=True, blank=True, help_text="The version adoption wrote."
    )

    class Meta:
        ordering = ["decided_at"]
        constraints = [
            models.CheckConstraint(condition=~models.Q(reason=""), name="a_decision_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.verdict} {self.proposal}"
