"""Refuse requests that no page could do anything with, before anything reads them."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from .errors import bad_request, too_large


class UnfitRequestMiddleware:
    """Answer 413 to a body larger than any page takes, 400 to an address or cookie with a NUL character.

    A body would be written to disk whole before its form is looked at; PostgreSQL takes no NUL in a text, and forms
    refuse it by themselves.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        """Keep the next handler."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass on what is fit."""
        if _announced_size(request) > settings.MAX_REQUEST_BYTES:
            return too_large(request)
        if "\0" in request.path or any("\0" in value for value in request.COOKIES.values()):
            return bad_request(request, ValueError("a NUL character"))
        return self.get_response(request)


def _announced_size(request: HttpRequest) -> int:
    """Return the size of the body; of one that is not announced, Django reads nothing."""
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0
