"""A study, the versions of its protocol, and who of the staff may do what in it."""

import secrets
from decimal import Decimal

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

    class Part(models.TextChoices):
        RESULTS = "results", _("Results: shares, agreement, proposals and decisions")
        RANKINGS = "rankings", _("Every person's rankings and scores")
        JUSTIFICATIONS = "justifications", _("What people wrote: justifications, reasons, criteria")
        DEMOGRAPHICS = "demographics", _("What people said about themselves")

    slug = models.SlugField(max_length=100, unique=True)
    title = models.CharField(max_length=200)
    description = models.TextField(blank=True, help_text="What the study is about, shown before consent.")
    information_text = models.TextField(
        blank=True, help_text="Who asks, what for, what happens with the answers, whom to write to; Markdown."
    )
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
    languages = ArrayField(
        models.CharField(max_length=20),
        default=list,
        blank=True,
        help_text="Codes of the languages people may choose from, the first one the study is written in.",
    )
    translations = models.JSONField(
        default=dict, blank=True, help_text="Texts in other languages; see elicitation.wording."
    )
    seed = models.BigIntegerField(default=0, help_text="Makes assignment and shuffling reproducible.")
    tasks_per_person = models.PositiveSmallIntegerField(default=10, help_text="How many tasks a person gets at most.")
    fewest_tasks = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="After how many tasks a person may stop and is done; empty: after all of them."
    )
    days_to_finish = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Days from consent within which a person may answer; empty: no limit."
    )
    correction_days = models.PositiveSmallIntegerField(
        default=7, help_text="Days after handing in within which a person may correct an answer."
    )
    overlap_target = models.PositiveIntegerField(default=16, help_text="Finished assessments wanted per prompt.")
    lease_minutes = models.PositiveSmallIntegerField(default=60, help_text="How long a task stays reserved.")
    short_form_share = models.FloatField(default=0.0, help_text="Share of people (0 to 1) who get the short form.")
    boost_disagreement = models.BooleanField(
        default=False, help_text="Among equally covered prompts, prefer those people disagree about."
    )
    admits_others = models.BooleanField(default=True, help_text="Whether people who fit no quota may take part.")
    admits_open_link = models.BooleanField(
        default=False,
        help_text="Whether people without a panel's id or an invitation may take part while a panel is active.",
    )
    currency = models.CharField(max_length=3, blank=True, help_text="ISO 4217 code of the pay, e.g. EUR.")
    pay_base = models.DecimalField(max_digits=8, decimal_places=2, default=Decimal(0), help_text="For finishing.")
    pay_per_task = models.DecimalField(max_digits=8, decimal_places=2, default=Decimal(0))
    pay_screened_out = models.DecimalField(
        max_digits=8, decimal_places=2, default=Decimal(0), help_text="For those sent away by a quota or a check."
    )
    publishes = ArrayField(
        models.CharField(max_length=20, choices=Part.choices),
        default=list,
        blank=True,
        help_text="What is made public; people are told before they agree.",
    )
    retention_until = models.DateField(
        null=True, blank=True, help_text="When what identifies people is deleted; told before they agree."
    )
    alert_emails = ArrayField(
        models.EmailField(), default=list, blank=True, help_text="Who is told of no-shows and returns."
    )
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
            models.CheckConstraint(
                condition=models.Q(fewest_tasks__isnull=True)
                | models.Q(fewest_tasks__gte=1, fewest_tasks__lte=models.F("tasks_per_person")),
                name="fewest_tasks_within_tasks_per_person",
            ),
            models.CheckConstraint(
                condition=models.Q(pay_base__gte=0, pay_per_task__gte=0, pay_screened_out__gte=0),
                name="pay_is_not_negative",
            ),
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
    """What a study asks, in order; never changed once it is in force.

    The version in force is the one with the highest number among those with `published_at`; a later one without it is
    a draft that researchers still write. `texts` are the study's texts as they stood when the version came into force
    (`information`, `consent`, `thanks`, `publishes`), so that it is known what a person agreed to. `quiz` is empty or
    `{"items": [...], "pass_mark": share, "attempts": number}`; see `elicitation.quiz`.

    `steps` is a list of objects `{"key", "question", "asked": {"long": bool, "short": bool}}` in order, with keys
    from `elicitation.protocol`; `intake` is a list of objects `{"key", "question", "kind", "options", "required"}`.
    """

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="protocols")
    number = models.PositiveIntegerField()
    steps = models.JSONField()
    intake = models.JSONField(default=list)
    quiz = models.JSONField(default=dict, blank=True)
    texts = models.JSONField(default=dict, blank=True)
    translations = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    published_at = models.DateTimeField(null=True, blank=True, help_text="When it came into force.")

    class Meta:
        ordering = ["study", "number"]
        constraints = [models.UniqueConstraint(fields=["study", "number"], name="protocol_numbers_are_unique")]

    def __str__(self) -> str:
        return f"{self.study}, protocol {self.number}"
