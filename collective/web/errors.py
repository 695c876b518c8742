"""Answers to requests that went wrong: a page for a person, JSON for a program.

Named by `handler400` to `handler500` in the project's `urls`.
"""

import sys
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from .outage import is_outage, out_of_service

API_PREFIX = "/api/"
_OWN_PAGES: dict[str, Callable[[HttpRequest], str]] = {}


def register_error_page(prefix: str, page: Callable[[HttpRequest], str]) -> None:
    """Let a room say in its own words that something went wrong under `prefix`; `page` must not fail."""
    _OWN_PAGES[prefix] = page


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """Answer a request that could not be understood."""
    return _answer(request, status=400, detail=_("The request could not be understood."))


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """Answer a request for something this person may not see or do."""
    return _answer(request, status=403, detail=_("You may not see or do this."))


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """Answer a request for an address that leads nowhere."""
    return _answer(request, status=404, detail=_("There is nothing at this address."))


def too_large(request: HttpRequest) -> HttpResponse:
    """Answer a request with a larger body than any page takes."""
    return _answer(request, status=413, detail=_("That is more than is taken at once."))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001
    """Answer a form that came without its proof of origin, as after signing in in another tab."""
    return render(request, "403_csrf.html", status=403)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer a request that failed here; the page needs neither database nor session."""
    if is_outage(sys.exception()):
        return out_of_service(request, as_json=request.path.startswith(API_PREFIX))
    detail = _("Something went wrong on our side.")
    if request.path.startswith(API_PREFIX):
        return JsonResponse({"detail": detail}, status=500)
    for prefix, page in _OWN_PAGES.items():
        if request.path.startswith(prefix):
            return HttpResponse(page(request), status=500)
    return HttpResponse(render_to_string("500.html"), status=500)


def _answer(request: HttpRequest, *, status: int, detail: str) -> HttpResponse:
    if request.path.startswith(API_PREFIX):
        return JsonResponse({"detail": detail}, status=status)
    return render(request, f"{status}.html", status=status)
