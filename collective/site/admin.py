"""Accounts, the audit log and the ledger of language models in Django's admin: to look at.

Accounts are made, switched off and given new passwords on the page of accounts; `/audit/` also checks the log's chain.
They stand here because `collective.accounts`, `collective.audit` and `llm` know nothing of pages.
"""

import json

from django.contrib import admin
from django.contrib.auth.models import Group
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from collective.accounts.models import ApiToken, Invitation, User
from collective.audit.models import AuditEntry
from collective.web.admin import WindowAdmin
from llm.models import Account, LedgerEntry

admin.site.site_header = admin.site.site_title = "Collective"
admin.site.index_title = "Rows as they are: to look at, not to change"
admin.site.unregister(Group)  # roles are held per study, see elicitation.permissions


@admin.register(User)
class UserAdmin(WindowAdmin):
    """Who can sign in; a password's hash is not shown."""

    list_display = ("email", "name", "is_active", "is_superuser", "date_joined", "last_login")
    list_filter = ("is_active", "is_superuser")
    search_fields = ("email", "name")
    fields = ("email", "name", "is_active", "is_superuser", "date_joined", "last_login")


@admin.register(Invitation)
class InvitationAdmin(WindowAdmin):
    """Which links are out; a token's hash is not shown."""

    list_display = ("user", "created_at", "expires_at", "used_at")
    list_select_related = ("user",)
    fields = ("user", "created_at", "expires_at", "used_at")


@admin.register(ApiToken)
class ApiTokenAdmin(WindowAdmin):
    """Which tokens programs hold; their hashes are not shown."""

    list_display = ("name", "user", "hint", "scopes", "expires_at", "last_used_at", "revoked_at")
    list_select_related = ("user",)
    exclude = ("token_hash",)


@admin.register(AuditEntry)
class AuditEntryAdmin(WindowAdmin):
    """What was done, by whom, to what."""

    list_display = ("number", "at", "actor", "action", "target", "study")
    list_filter = ("action",)
    search_fields = ("actor", "target", "study")
    ordering = ("-number",)


@admin.register(LedgerEntry)
class LedgerEntryAdmin(WindowAdmin):
    """Questions to language models and their answers, newest first."""

    list_display = [
        "id",
        "created_at",
        "purpose",
        "model",
        "status",
        "account",
        "calls",
        "tokens",
        "cost",
        "latency_ms",
    ]
    list_filter = ["status", "purpose", "model"]
    search_fields = ["fingerprint", "account"]
    exclude = ["answer", "holder"]
    readonly_fields = ["answer_text"]

    @admin.display(description=_("tokens"))
    def tokens(self, entry: LedgerEntry) -> int:
        """Return tokens read and written."""
        return entry.tokens_in + entry.tokens_out

    @admin.display(description=_("answer"))
    def answer_text(self, entry: LedgerEntry) -> str:
        """Return the answer as indented JSON."""
        return format_html("<pre>{}</pre>", json.dumps(entry.answer, indent=2, ensure_ascii=False))


@admin.register(Account)
class AccountAdmin(WindowAdmin):
    """What was spent on language models under each name."""

    list_display = ["name", "calls", "tokens", "cost", "unpriced_calls", "reserved_calls"]
    search_fields = ["name"]
