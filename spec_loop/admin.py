"""Specs, runs and proposals in Django's admin: to look at."""

from django.contrib import admin

from collective.web.admin import WindowAdmin

from .models import (
    CandidateEdit,
    Decision,
    Document,
    Evidence,
    Proposal,
    Run,
    SectionRelevance,
    SpecRanking,
    SpecVersion,
    SplitPrompt,
    WorkItem,
)


@admin.register(Document)
class DocumentAdmin(WindowAdmin):
    """Specs by name."""

    list_display = ("name", "title", "current", "created_at")
    list_select_related = ("current__document",)
    search_fields = ("name", "title")


@admin.register(SpecVersion)
class SpecVersionAdmin(WindowAdmin):
    """Texts of specs, never changed."""

    list_display = ("document", "number", "hash", "source", "created_at")
    list_filter = ("source",)
    list_select_related = ("document",)
    search_fields = ("hash", "document__name")


@admin.register(SpecRanking)
class SpecRankingAdmin(WindowAdmin):
    """How rankers ranked."""

    list_display = ("prompt", "ranker", "repeat", "order", "spec_hash")
    list_filter = ("ranker",)
    list_select_related = ("prompt",)
    search_fields = ("prompt__key", "spec_hash")


@admin.register(SectionRelevance)
class SectionRelevanceAdmin(WindowAdmin):
    """How much a section bears on a prompt, by a model."""

    list_display = ("prompt", "grader", "grader_version", "spec_hash", "created_at")
    list_filter = ("grader",)
    list_select_related = ("prompt",)
    search_fields = ("prompt__key", "spec_hash")


@admin.register(Run)
class RunAdmin(WindowAdmin):
    """Runs of the loop."""

    list_display = ("pk", "study", "document", "ranker", "proposer", "status", "stage", "created_at")
    list_filter = ("status", "stage")
    list_select_related = ("study", "document")


@admin.register(SplitPrompt)
class SplitPromptAdmin(WindowAdmin):
    """Which prompts a run looks at for what."""

    list_display = ("run", "prompt", "part")
    list_filter = ("part",)
    list_select_related = ("run__study", "prompt")


@admin.register(CandidateEdit)
class CandidateEditAdmin(WindowAdmin):
    """Edits a run tests."""

    list_display = ("run", "number", "section_id", "is_placebo", "outcome")
    list_filter = ("outcome", "is_placebo")
    list_select_related = ("run__study",)


@admin.register(WorkItem)
class WorkItemAdmin(WindowAdmin):
    """A run's requests to models."""

    list_display = ("key", "run", "stage", "state")
    list_filter = ("stage", "state")
    list_select_related = ("run__study",)
    search_fields = ("key",)


@admin.register(Proposal)
class ProposalAdmin(WindowAdmin):
    """Changes put before people."""

    list_display = ("pk", "study", "document", "section_id", "kind", "status", "is_recommended")
    list_filter = ("status", "kind", "is_recommended")
    list_select_related = ("study", "document")


@admin.register(Evidence)
class EvidenceAdmin(WindowAdmin):
    """Rankings that speak for or against a proposal."""

    list_display = ("proposal", "ranking", "stance", "before", "after")
    list_filter = ("stance",)
    list_select_related = ("proposal", "ranking")


@admin.register(Decision)
class DecisionAdmin(WindowAdmin):
    """What was decided, and why."""

    list_display = ("proposal", "verdict", "decided_by", "decided_at")
    list_filter = ("verdict",)
    list_select_related = ("proposal", "decided_by")
