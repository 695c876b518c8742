"""Who calls: a browser's session, or a program with a token."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from collective.accounts.models import ApiToken, User
from collective.accounts.tokens import recognise


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer col_...`: the account of the token, within the token's scopes (see `scopes`)."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        """Return the account and its token; None where the request carries none."""
        kind, _space, text = get_authorization_header(request).decode("latin-1").partition(" ")
        if kind.lower() != "bearer":
            return None
        token = recognise(text.strip())
        if token is None:
            raise AuthenticationFailed("This token is unknown, revoked or expired. Your account page makes new ones.")
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        """Return what a 401 asks for."""
        return 'Bearer realm="api"'


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the description of the API names a token."""

    target_class = "collective.api.authentication.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """Return the OpenAPI security scheme."""
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "A token made on your account page. It expires, and may only do what its scopes say.",
        }
