"""Who is signed in."""

from typing import Any, Protocol

from .models import User


class _Request(Protocol):
    """A request of Django or of REST framework."""

    @property
    def user(self) -> Any: ...


def signed_in_user(request: _Request) -> User:
    """Return who is signed in; only for views that nobody else gets to (`login_required`, `IsAuthenticated`)."""
    assert isinstance(request.user, User)  # noqa: S101 (the view's guard has seen to it)
    return request.user
