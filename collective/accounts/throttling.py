"""Slow down guessing of passwords.

Failed attempts are counted in the shared cache per address and per client; a correct password clears the
address's count. Counting is by fixed windows: at most twice the limit fits across a boundary. Where nothing can be
counted, nobody is let in.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest
from django.utils.connection import ConnectionProxy
from django.utils.translation import gettext as _
from redis import RedisError

WINDOW_SECONDS = 15 * 60
LIMIT_PER_ADDRESS = 8
LIMIT_PER_CLIENT = 40

cache = ConnectionProxy(caches, "counters")


class Throttled(Exception):
    """No password is looked at now; the message says why. `status` is that of the HTTP response."""

    status = 429


class ThrottleUnavailable(Throttled):
    """Failures cannot be counted at the moment."""

    status = 503


@contextmanager
def _counting() -> Iterator[None]:
    try:
        yield
    except (RedisError, OSError) as error:
        raise ThrottleUnavailable(_("Passwords cannot be checked at the moment. Try again in a minute.")) from error


def _keys(request: HttpRequest, email: str) -> tuple[tuple[str, int], tuple[str, int]]:
    return (
        (f"sign-in:address:{email.strip().lower()}", LIMIT_PER_ADDRESS),
        (f"sign-in:client:{_client(request)}", LIMIT_PER_CLIENT),
    )


def _client(request: HttpRequest) -> str:
    """Return the address a request came from; behind our own proxy, the one that the proxy saw."""
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "") if settings.BEHIND_PROXY else ""
    # The last entry is the proxy's; those before it are whatever the client claims.
    return forwarded.rpartition(",")[2].strip() or request.META.get("REMOTE_ADDR", "unknown")


def is_throttled(request: HttpRequest, email: str) -> bool:
    """Return whether this address or this client has failed too often lately. Raises `ThrottleUnavailable`."""
    with _counting():
        return any((cache.get(key) or 0) >= limit for key, limit in _keys(request, email))


def require_patience(request: HttpRequest, email: str) -> None:
    """Raise `Throttled` while this address or this client may not try a password."""
    if is_throttled(request, email):
        raise Throttled(_("Too many attempts. Wait a quarter of an hour, then try again."))


def count_failure(request: HttpRequest, email: str) -> None:
    """Count one failed attempt. Raises `ThrottleUnavailable`."""
    with _counting():
        for key, _ceiling in _keys(request, email):
            if not cache.add(key, 1, WINDOW_SECONDS):
                with suppress(ValueError):  # its window has ended between the two
                    cache.incr(key)


def forget_failures(request: HttpRequest, email: str) -> None:
    """Forget the address's failures after a correct password; the client's count stays.

    Raises `ThrottleUnavailable`.
    """
    (address_key, _ceiling), _client_key = _keys(request, email)
    with _counting():
        cache.delete(address_key)
