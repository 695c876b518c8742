"""Studies and what people gave, in Django's admin: to look at."""

from django.contrib import admin

from collective.web.admin import WindowAdmin

from .models import (
    Assessment,
    Assignment,
    Criterion,
    Draft,
    IntakeAnswer,
    Participant,
    Prompt,
    ProtocolVersion,
    Ranking,
    Response,
    Score,
    Study,
    StudyMembership,
    UnacceptableFlag,
    Withdrawal,
)


@admin.register(Study)
class StudyAdmin(WindowAdmin):
    """Studies; their settings are changed on their own pages."""

    list_display = ("slug", "title", "status", "is_simulated", "is_public", "created_at")
    list_filter = ("status", "is_simulated", "is_public")
    search_fields = ("slug", "title")


@admin.register(StudyMembership)
class StudyMembershipAdmin(WindowAdmin):
    """Who has which role where."""

    list_display = ("study", "user", "role")
    list_filter = ("role",)
    list_select_related = ("study", "user")
    search_fields = ("study__slug", "user__email")


@admin.register(ProtocolVersion)
class ProtocolVersionAdmin(WindowAdmin):
    """What was asked."""

    list_display = ("study", "number", "created_at")
    list_select_related = ("study",)


@admin.register(Prompt)
class PromptAdmin(WindowAdmin):
    """What people are asked about."""

    list_display = ("key", "study", "position", "topic", "candidates", "is_anchor")
    list_select_related = ("study",)
    search_fields = ("key", "topic", "study__slug")


@admin.register(Response)
class ResponseAdmin(WindowAdmin):
    """Candidate responses."""

    list_display = ("prompt", "letter", "source", "model", "viewpoint")
    list_filter = ("source",)
    list_select_related = ("prompt",)
    search_fields = ("prompt__key", "model")


@admin.register(Criterion)
class CriterionAdmin(WindowAdmin):
    """What people score."""

    list_display = ("text", "prompt", "origin")
    list_filter = ("origin",)
    list_select_related = ("prompt",)
    search_fields = ("text", "prompt__key")


@admin.register(Participant)
class ParticipantAdmin(WindowAdmin):
    """People who take part. Their link is not shown: whoever has it answers as them."""

    list_display = ("key", "study", "source", "form", "created_at", "finished_at")
    list_filter = ("source", "form")
    list_select_related = ("study",)
    search_fields = ("key", "study__slug")
    exclude = ("token",)


@admin.register(IntakeAnswer)
class IntakeAnswerAdmin(WindowAdmin):
    """What people said about themselves."""

    list_display = ("participant", "key", "state", "value")
    list_filter = ("state",)
    list_select_related = ("participant",)
    search_fields = ("participant__key", "key")


@admin.register(Assignment)
class AssignmentAdmin(WindowAdmin):
    """Who was given which prompt, and why."""

    list_display = ("participant", "prompt", "state", "leased_until")
    list_filter = ("state",)
    list_select_related = ("participant", "prompt")
    search_fields = ("participant__key", "prompt__key")


@admin.register(Draft)
class DraftAdmin(WindowAdmin):
    """What people have filled in but not sent."""

    list_display = ("assignment", "revision", "saved_at")
    list_select_related = ("assignment__participant", "assignment__prompt")


@admin.register(Assessment)
class AssessmentAdmin(WindowAdmin):
    """What people gave on a prompt."""

    list_display = ("participant", "prompt", "submitted_at", "importance", "representativeness", "subjectivity")
    list_select_related = ("participant", "prompt")
    search_fields = ("participant__key", "prompt__key", "prompt__study__slug")


@admin.register(Ranking)
class RankingAdmin(WindowAdmin):
    """Rankings with their reasons."""

    list_display = ("assessment", "block", "state", "order")
    list_filter = ("block", "state")
    list_select_related = ("assessment__participant", "assessment__prompt")
    search_fields = ("assessment__participant__key", "assessment__prompt__key")


@admin.register(UnacceptableFlag)
class UnacceptableFlagAdmin(WindowAdmin):
    """Responses marked unacceptable."""

    list_display = ("assessment", "letter")
    list_select_related = ("assessment__participant", "assessment__prompt")


@admin.register(Score)
class ScoreAdmin(WindowAdmin):
    """Scores of criteria."""

    list_display = ("participant", "criterion", "state", "value")
    list_filter = ("state",)
    list_select_related = ("participant", "criterion")
    search_fields = ("participant__key",)


@admin.register(Withdrawal)
class WithdrawalAdmin(WindowAdmin):
    """That people took something back; of what it was, nothing is left."""

    list_display = ("participant", "scope", "tasks", "made_at")
    list_filter = ("scope",)
    list_select_related = ("participant",)
