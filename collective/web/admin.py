"""What the admin pages of all rooms have in common: they show, and change nothing.

Whatever changes goes through the rooms' own verbs, which check, and write to the audit log; Django's admin is a
window for admins of the service onto the rows as they are.
"""

from typing import Any

from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect


class WindowAdmin(admin.ModelAdmin):
    """Rows to look at: none can be added, changed or deleted here."""

    show_full_result_count = False
    list_per_page = 50

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002
        """Nobody adds rows here."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG002
        """Nobody changes rows here."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG002
        """Nobody deletes rows here."""
        return False

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:  # noqa: ARG002
        """Offer no action on ticked rows."""
        return {}


def sign_in_first(request: HttpRequest) -> HttpResponse:
    """Stand in for the admin's own sign-in page, which does not slow down guessing."""
    if request.user.is_authenticated:
        raise PermissionDenied
    return redirect_to_login(request.GET.get("next", ""))


def to_own_account(_request: HttpRequest) -> HttpResponse:
    """Stand in for the admin's own page for changing a password, which leaves no trace in the audit log."""
    return redirect("accounts:account")
