"""How a ranker ranks a prompt by a spec."""

from django.db import models

from elicitation.models import Prompt


class SpecRanking(models.Model):
    """A ranker's ranking of one prompt by one spec text (its hash: a tested edit is no version yet)."""

    spec_hash = models.CharField(max_length=64)
    prompt = models.ForeignKey(Prompt, on_delete=models.CASCADE, related_name="spec_rankings")
    ranker = models.CharField(max_length=120, help_text="`offline` or `openai:MODEL`.")
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
