"""The ledger in Django's admin: to look at, never to change."""

import json

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from .models import Account, LedgerEntry


class ReadOnlyAdmin(admin.ModelAdmin):
    """Show rows that the gateway alone writes."""

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002
        """Refuse: an entry is made by asking."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:  # noqa: ARG002
        """Refuse: a changed answer would change every result it went into."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:  # noqa: ARG002
        """Refuse: what was deleted would be paid for again."""
        return False


@admin.register(LedgerEntry)
class LedgerEntryAdmin(ReadOnlyAdmin):
    """Questions and answers, newest first."""

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
    list_per_page = 50
    show_full_result_count = False
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
class AccountAdmin(ReadOnlyAdmin):
    """What was spent under each name."""

    list_display = ["name", "calls", "tokens", "cost", "unpriced_calls", "reserved_calls"]
    search_fields = ["name"]
