"""The home page and the health check."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from .health import check_services


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Say what this is, and lead on."""
    return render(request, "site/home.html")


@never_cache
@require_safe
def health(_request: HttpRequest) -> HttpResponse:
    """Answer 200 while the database and Redis answer, else 503; for load balancers and `make run`."""
    found = check_services()
    well = set(found.values()) == {"ok"}
    return JsonResponse({"status": "ok" if well else "failing", **found}, status=200 if well else 503)
