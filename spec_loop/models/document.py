"""A behaviour spec and its versions."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from elicitation.models import Study


class Document(models.Model):
    """A spec under a name. Staff of any of its `studies` may read it; admins may read all."""

    name = models.SlugField(max_length=100, unique=True)
    title = models.CharField(max_length=200)
    studies = models.ManyToManyField(Study, related_name="documents", blank=True)
    current = models.ForeignKey("SpecVersion", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.title


class SpecVersion(models.Model):
    """One text of a document, named by its hash and never changed."""

    class Source(models.TextChoices):
        IMPORT = "import", _("Imported")
        ADOPTION = "adoption", _("Adopted proposal")

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    hash = models.CharField(max_length=64, help_text="SHA-256 of the text's UTF-8 bytes, in hex.")
    text = models.TextField()
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    source = models.CharField(max_length=8, choices=Source.choices)
    note = models.TextField(blank=True, help_text="What changed and why: the changelog entry.")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["document", "number"]
        constraints = [
            models.UniqueConstraint(fields=["document", "hash"], name="one_version_per_text"),
            models.UniqueConstraint(fields=["document", "number"], name="version_numbers_are_unique"),
            models.CheckConstraint(condition=models.Q(hash__regex="^[0-9a-f]{64}$"), name="version_hash_is_sha256"),
        ]

    def __str__(self) -> str:
        return f"{self.document.name} {self.hash[:12]}"
