"""A study, the versions of its protocol, and who of the staff may do what in it."""

import secrets

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _


def new_link_token() -> str:
    """Return an unguessable token for a link (144 bits)."""
    return secrets.token_urlsafe(18)


class Role(models.TextChoices):
    """What a member of the staff may do in a study; each may do what those before it may."""

    REVIEWER = "reviewer", _("Reviewer")
    RESEARCHER = "researcher", _("Researcher")
    ADMIN = "admin", _("Admin")


class Study(models.Model):
    """A set of prompts put to people under a protocol."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PILOT = "pilot", _("Pilot")
        RUNNING = "running", _("Running")
        PAUSED = "paused", _("Paused")
        CLOSED = "closed", _("Closed")

    slug = models.SlugField(max_length=100, unique=True)
    title = models.CharField(max_length=200)
    description = models.TextField(blank=True, help_text="What the study is about, shown before consent.")
    consent_text = models.TextField(blank=True, help_text="What people agree to; Markdown.")
    thanks_text = models.TextField(blank=True, help_text="Shown on the last page; Markdown.")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DRAFT)
    is_simulated = models.BooleanField(
        default=False,
        help_text="Answers were (partly) made by a program; said on every page that shows them.",
    )
    is_public = models.BooleanField(
        default=False,
        help_text="Named on the first page: visitors may take part while it is open, and see what it changed.",
    )
    link_token = models.CharField(max_length=40, unique=True, default=new_link_token)
    completion_code = models.CharField(max_length=40, blank=True)
    languages = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    seed = models.BigIntegerField(default=0, help_text="Makes assignment and shuffling reproducible.")
    tasks_per_person = models.PositiveSmallIntegerField(default=10)
    overlap_target = models.PositiveIntegerField(default=16, help_text="Finished assessments wanted per prompt.")
    lease_minutes = models.PositiveSmallIntegerField(default=60, help_text="How long a task stays reserved.")
    short_form_share = models.FloatField(default=0.0, help_text="Share of people (0 to 1) who get the short form.")
    created_at = models.DateTimeField(auto_now_add=True)
    staff = models.ManyToManyField(settings.AUTH_USER_MODEL, through="StudyMembership", related_name="studies")

    class Meta:
        verbose_name_plural = "studies"
        ordering = ["title"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(short_form_share__gte=0, short_form_share__lte=1),
                name="short_form_share_is_a_share",
            ),
            models.CheckConstraint(condition=models.Q(tasks_per_person__gte=1), name="a_person_gets_a_task"),
            models.CheckConstraint(condition=models.Q(overlap_target__gte=1), name="overlap_target_is_positive"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        """Whether people can take part now."""
        return self.status in {self.Status.PILOT, self.Status.RUNNING}


class StudyMembership(models.Model):
    """The role a member of the staff has in a study."""

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["study", "user"], name="one_role_per_person_and_study"),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="membership_role_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.role} of {self.study}"


class ProtocolVersion(models.Model):
    """The ordered steps of a study, never changed once people answered under it.

    `steps` is a list of objects `{"key", "question", "asked": {"long": bool, "short": bool}}` in order, with keys
    from `elicitation.protocol`; `intake` is a list of objects `{"key", "question", "kind", "options", "required"}`.
    """

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="protocols")
    number = models.PositiveIntegerField()
    steps = models.JSONField()
    intake = models.JSONField(default=list)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["study", "number"]
        constraints = [models.UniqueConstraint(fields=["study", "number"], name="protocol_numbers_are_unique")]

    def __str__(self) -> str:
        return f"{self.study}, protocol {self.number}"
