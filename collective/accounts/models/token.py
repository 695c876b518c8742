"""A token by which a program acts for an account."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models


class ApiToken(models.Model):
    """The hash of a token, what it may be used for, and until when. It never may more than its account."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=100, help_text="What it is for.")
    token_hash = models.CharField(max_length=64, unique=True)
    hint = models.CharField(max_length=12, help_text="How the token begins, to tell it from others.")
    scopes = ArrayField(models.CharField(max_length=30), help_text="Keys from collective.accounts.tokens.")
    studies = ArrayField(
        models.SlugField(max_length=100), default=list, blank=True, help_text="Only these studies; empty: all."
    )
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("created_at")), name="a_token_expires_after_creation"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} of {self.user}"

    def covers(self, slug: str) -> bool:
        """Return whether the token may be used for a study."""
        return not self.studies or slug in self.studies
