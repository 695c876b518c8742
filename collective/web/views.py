"""The style page: every component once, for whoever builds a page."""

from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from . import samples


@require_safe
def style(request: HttpRequest) -> HttpResponse:
    """Show all components to staff, and to anybody where DEBUG is on; `?dir=rtl` turns the page round."""
    user: Any = getattr(request, "user", None)
    if not (settings.DEBUG or (user is not None and user.is_authenticated)):
        raise PermissionDenied
    context = samples.context(request)
    context["text_direction"] = "rtl" if request.GET.get("dir") == "rtl" else ""
    return render(request, "web/style.html", context)
