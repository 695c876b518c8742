"""The core rubric of a prompt."""

from django.db import models

from elicitation.models import Criterion, Prompt


class CoreItem(models.Model):
    """One of the few criteria a crowd rubric is condensed to, with the criteria it was made of."""

    prompt = models.ForeignKey(Prompt, on_delete=models.CASCADE, related_name="core_items")
    position = models.PositiveSmallIntegerField()
    text = models.TextField()
    sources = models.ManyToManyField(Criterion, blank=True, related_name="core_items")

    class Meta:
        ordering = ["prompt", "position"]
        constraints = [models.UniqueConstraint(fields=["prompt", "position"], name="core_positions_are_unique")]

    def __str__(self) -> str:
        return self.text[:80]
