"""Studies and what people gave, in Django's admin: to look at."""

from django.contrib import admin

from collective.web.admin import WindowAdmin

from .models import (
    Alert,
    Assessment,
    Assignment,
    Criterion,
    Draft,
    Exclusion,
    IntakeAnswer,
    InvitationLetter,
    InvitedPerson,
    Panel,
    PanelEntry,
    PanelEvent,
    Participant,
    Prompt,
    ProtocolVersion,
    QualityFlag,
    QualityReport,
    QuizAttempt,
    Quota,
    QuotaPlace,
    Ranking,
    Response,
    Score,
    Study,
    StudyMembership,
    TextReading,
    TranslationWork,
    UnacceptableFlag,
    Webhook,
    WebhookDelivery,
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


@admin.register(Quota, QuotaPlace, QuizAttempt, QualityReport, TextReading, TranslationWork, InvitationLetter, Alert)
class PlainAdmin(WindowAdmin):
    """Tables whose rows say themselves what they are."""


@admin.register(Panel)
class PanelAdmin(WindowAdmin):
    """Where people come from. What signs a panel's messages, and where they go, is not shown."""

    list_display = ("name", "study", "preset", "id_parameter", "is_active")
    list_filter = ("preset", "is_active")
    list_select_related = ("study",)
    exclude = ("webhook_token", "webhook_secret")


@admin.register(PanelEntry)
class PanelEntryAdmin(WindowAdmin):
    """People as their panel knows them."""

    list_display = ("external_id", "panel", "participant", "entered_at")
    list_select_related = ("panel", "participant")


@admin.register(PanelEvent)
class PanelEventAdmin(WindowAdmin):
    """What panels told, and what came of it."""

    list_display = ("panel", "kind", "effect", "received_at")
    list_select_related = ("panel",)


@admin.register(InvitedPerson)
class InvitedPersonAdmin(WindowAdmin):
    """Who was invited. Their link is not shown, nor who of the people they are."""

    list_display = ("email", "study", "language", "sent_at", "reminded_at", "error")
    list_select_related = ("study",)
    exclude = ("token", "participant")


@admin.register(QualityFlag)
class QualityFlagAdmin(WindowAdmin):
    """Signs that answers deserve a look."""

    list_display = ("participant", "kind", "strength", "assessment", "found_at")
    list_filter = ("kind",)
    list_select_related = ("participant", "assessment__participant", "assessment__prompt")


@admin.register(Exclusion)
class ExclusionAdmin(WindowAdmin):
    """Who is left out of results, and why."""

    list_display = ("participant", "by", "excluded_at", "lifted_at")
    list_select_related = ("participant", "by")


@admin.register(Webhook)
class WebhookAdmin(WindowAdmin):
    """Who is told of events; what signs them is not shown."""

    list_display = ("url", "study", "events", "is_active")
    list_select_related = ("study",)
    exclude = ("secret",)


@admin.register(WebhookDelivery)
class WebhookDeliveryAdmin(WindowAdmin):
    """What was sent to whom."""

    list_display = ("event", "webhook", "state", "attempts", "last_status", "created_at")
    list_filter = ("state", "event")
    list_select_related = ("webhook",)
