"""Work for a model that translates a study's texts."""

from django.conf import settings
from django.db import models

from collective.work.models import LeasedWork, WorkState

from .study import Study


class TranslationWork(LeasedWork):
    """Somebody asked to have what is missing in a language translated by a model."""

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="translation_work")
    language = models.CharField(max_length=20)
    model = models.CharField(max_length=120)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    translated = models.PositiveIntegerField(default=0, help_text="Texts translated so far.")

    class Meta:
        verbose_name_plural = "translation work"
        constraints = [
            models.UniqueConstraint(
                fields=["study", "language"],
                condition=models.Q(state__in=[WorkState.PENDING, WorkState.LEASED]),
                name="one_translation_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return f"{self.study} into {self.language}"
