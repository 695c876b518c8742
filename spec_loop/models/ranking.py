"""How a ranker ranks a prompt by a spec, and which sections of the spec it finds to bear on it."""

from django.db import models

from elicitation.models import Prompt


class SpecRanking(models.Model):
    """A ranker's ranking of one prompt by one spec text (its hash: a tested edit is no version yet)."""

    spec_hash = models.CharField(max_length=64)
    prompt = models.ForeignKey(Prompt, on_delete=models.CASCADE, related_name="spec_rankings")
    ranker = models.CharField(max_length=120, help_text="`offline` or `openai:MODEL`.")
    ranker_version = models.CharField(
        max_length=40, blank=True, help_text="Of a ranker that has versions of ours; rows of another one are outdated."
    )
    repeat = models.PositiveSmallIntegerField(default=0)
    order = models.CharField(max_length=11, help_text="Canonical text; ties in letter order.")
    cited = models.JSONField(default=list, help_text="Ids of the sections relied on.")
    shown_order = models.CharField(max_length=6, help_text="Canonical letters in the order the ranker saw.")
    reason = models.TextField(blank=True)
    ledger_entry = models.BigIntegerField(null=True, blank=True, help_text="Id of the request in the ledger.")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["spec_hash", "prompt", "ranker", "repeat"], name="one_ranking_per_question_and_repeat"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ranker}: {self.order}"


class SectionRelevance(models.Model):
    """How far the sections of a spec bear on a prompt, graded by a model from 1 (not at all) to 5 (directly)."""

    spec_hash = models.CharField(max_length=64)
    prompt = models.ForeignKey(Prompt, on_delete=models.CASCADE, related_name="section_relevance")
    grader = models.CharField(max_length=120, help_text="`offline` or `openai:MODEL`.")
    grader_version = models.CharField(
        max_length=40, blank=True, help_text="Of a grader that has versions of ours; rows of another one are outdated."
    )
    grades = models.JSONField(help_text="Section id to grade; sections without one have grade 1.")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name_plural = "section relevance"
        constraints = [
            models.UniqueConstraint(fields=["spec_hash", "prompt", "grader"], name="one_relevance_per_question"),
        ]

    def __str__(self) -> str:
        return f"{self.grader} on {self.prompt}"
