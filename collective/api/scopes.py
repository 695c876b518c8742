"""What a token may be used for. A person's session is not limited by scopes, only by roles."""

from typing import Any

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from collective.accounts.models import ApiToken

READING = frozenset({"GET", "HEAD", "OPTIONS"})


class WithinScope(BasePermission):
    """The token has the scope the endpoint names; an endpoint that names none takes no token."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Return whether the caller's token, if there is one, may do this."""
        if not isinstance(request.auth, ApiToken):
            return True
        needed = scope_of(view, reading=request.method in READING)
        self.message = f"This takes a token with the scope {needed}." if needed else "No token is taken here."
        return needed in request.auth.scopes


def scope_of(view: Any, *, reading: bool) -> str:
    """Return the scope that an endpoint asks for, "" where no token is taken."""
    return getattr(view, "scope_to_read" if reading else "scope_to_write", "")


def covers(request: Request, slug: str) -> bool:
    """Return whether the caller's token, if there is one, may be used for a study."""
    return not isinstance(request.auth, ApiToken) or request.auth.covers(slug)


def only_studies(request: Request) -> list[str]:
    """Return the names of the studies the caller's token is limited to, none where it is not."""
    return list(request.auth.studies) if isinstance(request.auth, ApiToken) else []
