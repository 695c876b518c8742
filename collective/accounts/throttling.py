"""Slow down guessing of passwords.

Failed attempts are counted in the shared cache per address and per client; a correct password clears the
address's count. Counting is by fixed windows: at most twice the limit fits across a boundary.
"""

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

WINDOW_SECONDS = 15 * 60
LIMIT_PER_ADDRESS = 8
LIMIT_PER_CLIENT = 40


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
    """Return whether this address or this client has failed too often lately."""
    return any((cache.get(key) or 0) >= limit for key, limit in _keys(request, email))


def count_failure(request: HttpRequest, email: str) -> None:
    """Count one failed attempt."""
    for key, _limit in _keys(request, email):
        cache.add(key, 0, WINDOW_SECONDS)
        cache.incr(key)


def forget_failures(request: HttpRequest, email: str) -> None:
    """Forget the address's failures after a correct password; the client's count stays."""
    (address_key, _limit), _client = _keys(request, email)
    cache.delete(address_key)
