"""Core rubrics in Django's admin: to look at."""

from django.contrib import admin

from collective.web.admin import WindowAdmin

from .models import CoreItem


@admin.register(CoreItem)
class CoreItemAdmin(WindowAdmin):
    """What a crowd rubric was condensed to."""

    list_display = ("text", "prompt", "position")
    list_select_related = ("prompt",)
