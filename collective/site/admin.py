"""Accounts and the audit log in Django's admin: to look at.

Accounts are made, switched off and given new passwords on the page of accounts; `/audit/` also checks the log's chain.
They stand here because `collective.accounts` and `collective.audit` know nothing of pages.
"""

from django.contrib import admin
from django.contrib.auth.models import Group

from collective.accounts.models import Invitation, User
from collective.audit.models import AuditEntry
from collective.web.admin import WindowAdmin

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


@admin.register(AuditEntry)
class AuditEntryAdmin(WindowAdmin):
    """What was done, by whom, to what."""

    list_display = ("number", "at", "actor", "action", "target", "study")
    list_filter = ("action",)
    search_fields = ("actor", "target", "study")
    ordering = ("-number",)
