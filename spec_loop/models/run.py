"""A run of the automated loop, the prompts it may look at, and its rows of work."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from collective.work.models import LeasedWork, WorkState
from elicitation.models import Block, Prompt, Study

from .document import Document, SpecVersion


class Run(models.Model):
    """One run of the automated loop: a study, a spec version, a ranker, a proposer and a seed."""

    class Status(models.TextChoices):
        QUEUED = "queued", _("Waiting")
        RUNNING = "running", _("Running")
        PAUSED = "paused", _("Paused")
        DONE = "done", _("Finished")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")

    class Stage(models.TextChoices):
        RANK = "rank", _("Ranking every prompt by the spec as it is")
        PROPOSE = "propose", _("Reading disagreement and proposing edits")
        SELECT = "select", _("Testing each edit on the select prompts")
        HOLDOUT = "holdout", _("Testing the survivors once on the holdout prompts")
        CONCLUDE = "conclude", _("Finished")

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="runs")
    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="runs")
    base_version = models.ForeignKey(SpecVersion, on_delete=models.PROTECT, related_name="runs")
    block = models.CharField(max_length=8, choices=Block.choices)
    ranker = models.CharField(max_length=120)
    proposer = models.CharField(max_length=120)
    seed = models.BigIntegerField(default=0)
    last_ranking = models.BigIntegerField(
        default=0, help_text="Highest id of a ranking when the run started; later ones do not enter its figures."
    )
    plan = models.JSONField(default=dict, help_text="Sizes and margins, as spec_loop.loop.plan.LoopPlan has them.")
    status = models.CharField(max_length=9, choices=Status.choices, default=Status.QUEUED)
    stage = models.CharField(max_length=8, choices=Stage.choices, default=Stage.RANK)
    message = models.TextField(blank=True, help_text="Why it is paused or failed, for people.")
    max_calls = models.PositiveIntegerField(null=True, blank=True)
    max_tokens = models.PositiveBigIntegerField(null=True, blank=True)
    max_cost = models.DecimalField(max_digits=12, decimal_places=4, null=True, blank=True, help_text="US dollars.")
    result = models.JSONField(default=dict, blank=True, help_text="Figures of the run as a whole.")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"run {self.pk} of {self.study}"

    @property
    def ledger_key(self) -> str:
        """The name under which the ledger counts this run's calls."""
        return f"run:{self.pk}"

    @property
    def is_active(self) -> bool:
        """Whether workers should go on with it."""
        return self.status in {self.Status.QUEUED, self.Status.RUNNING}


class SplitPrompt(models.Model):
    """The part a prompt plays in a run, drawn once and frozen."""

    class Part(models.TextChoices):
        EXPLORE = "explore", _("Explore")
        SELECT = "select", _("Select")
        HOLDOUT = "holdout", _("Holdout")

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="split")
    prompt = models.ForeignKey(Prompt, on_delete=models.CASCADE, related_name="+")
    part = models.CharField(max_length=7, choices=Part.choices)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "prompt"], name="a_prompt_plays_one_part_in_a_run")]

    def __str__(self) -> str:
        return f"{self.prompt}: {self.part}"


class CandidateEdit(models.Model):
    """An edit a run tests: proposed by a model, or a placebo (a rewording without meaning)."""

    PLACEBO = "placebo"

    class Outcome(models.TextChoices):
        UNTESTED = "untested", _("Not tested")
        INVALID = "invalid", _("Does not apply to the spec")
        STOPPED = "stopped", _("Stopped on the select prompts")
        NOT_CONFIRMED = "not_confirmed", _("Not confirmed on the holdout prompts")
        HARMS = "harms", _("Helps overall, but a group or a section loses too much")
        RECOMMENDED = "recommended", _("Recommended")

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="edits")
    number = models.PositiveIntegerField(help_text="Order in the run, from 1.")
    edit = models.JSONField(help_text="As spec_loop.document.edits.Edit has it.")
    section_id = models.CharField(max_length=200)
    intent = models.TextField(blank=True)
    kind_of_change = models.CharField(max_length=30, blank=True, help_text="clarification or change_of_principle.")
    is_placebo = models.BooleanField(default=False)
    proposed_by = models.CharField(max_length=20, help_text="batch, single or placebo.")
    sources = models.JSONField(default=list, help_text="Keys of the explore prompts it was made from.")
    times_proposed = models.PositiveIntegerField(default=1, help_text="Answers that held it, before they were merged.")
    spec_hash = models.CharField(
        max_length=64, blank=True, help_text="Of the text with the edit applied; empty where it is not tested."
    )
    outcome = models.CharField(max_length=13, choices=Outcome.choices, default=Outcome.UNTESTED)
    reason = models.TextField(blank=True, help_text="Why that outcome, for people.")
    select_effect = models.JSONField(null=True, blank=True)
    holdout_effect = models.JSONField(null=True, blank=True)

    class Meta:
        ordering = ["run", "number"]
        constraints = [models.UniqueConstraint(fields=["run", "number"], name="edit_numbers_are_unique_in_a_run")]

    def __str__(self) -> str:
        return f"edit {self.number} of {self.run}"


class WorkItem(LeasedWork):
    """One request of a run to a model: rank a prompt by a text, or propose edits from some prompts.

    `key` names it within the run, so that laying out a stage twice lays out the same rows.
    """

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="items")
    stage = models.CharField(max_length=8, choices=Run.Stage.choices)
    key = models.CharField(max_length=200)
    prompt = models.ForeignKey(Prompt, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    edit = models.ForeignKey(CandidateEdit, on_delete=models.CASCADE, null=True, blank=True, related_name="items")
    task = models.JSONField(default=dict, blank=True, help_text="What else the request needs to know.")
    answer = models.JSONField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["run", "stage", "state"])]
        constraints = [
            models.UniqueConstraint(fields=["run", "key"], name="work_keys_are_unique_in_a_run"),
            models.CheckConstraint(condition=models.Q(state__in=WorkState.values), name="work_state_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.key} of {self.run}"
