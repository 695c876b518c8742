"""How many people of which kind a study takes in."""

from django.db import models

from .participant import Participant
from .study import Study


class Quota(models.Model):
    """A number of places for people whose intake answers fit.

    `conditions` maps intake questions to the answers that fit: `{"age": ["18-24", "25-34"], "gender": ["Female"]}`;
    a person fits who gave one of them to each. Without conditions everybody fits.
    """

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="quotas")
    label = models.CharField(max_length=200)
    position = models.PositiveSmallIntegerField(help_text="Order in the study, from 0.")
    conditions = models.JSONField(default=dict, blank=True)
    places = models.PositiveIntegerField(help_text="How many people are taken in.")

    class Meta:
        ordering = ["study", "position"]
        constraints = [
            models.UniqueConstraint(fields=["study", "label"], name="quota_labels_are_unique_in_a_study"),
        ]

    def __str__(self) -> str:
        return self.label


class QuotaPlace(models.Model):
    """A place that a person holds in a quota, from the intake until they give it back."""

    quota = models.ForeignKey(Quota, on_delete=models.CASCADE, related_name="taken")
    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="quota_places")
    taken_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["quota", "participant"], name="one_place_per_person_and_quota")]

    def __str__(self) -> str:
        return f"{self.participant} in {self.quota}"
