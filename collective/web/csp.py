"""The content security policy: nothing inline, nothing from elsewhere.

A template that cannot do without an inline script writes `<script nonce="{{ request.csp_nonce }}">`; the nonce is made,
and named in the policy, only when it is asked for. A view that needs more declares it with `csp_update`.
"""

import functools
import secrets
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils.functional import SimpleLazyObject

POLICY: Mapping[str, tuple[str, ...]] = {
    "default-src": ("'none'",),
    "script-src": ("'self'",),
    "style-src": ("'self'",),
    "img-src": ("'self'", "data:"),
    "font-src": ("'self'",),
    "connect-src": ("'self'",),
    "form-action": ("'self'",),
    "base-uri": ("'none'",),
    "frame-ancestors": ("'none'",),
}

PERMISSIONS_POLICY = ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer",
        "browsing-topics",
        "camera",
        "display-capture",
        "geolocation",
        "gyroscope",
        "magnetometer",
        "microphone",
        "midi",
        "payment",
        "usb",
    )
)

_UPDATES = "_csp_updates"


class ContentSecurityPolicyMiddleware:
    """Set the policy, Permissions-Policy and Cross-Origin-Resource-Policy on every response.

    Cross-Origin-Opener-Policy, Referrer-Policy and nosniff come from Django's SecurityMiddleware. Headers that a view
    has set itself are left alone. Django's own debug pages are inline throughout, so with DEBUG on they go without.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        """Keep the next handler."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request with the security headers set."""
        made: list[str] = []

        def make_nonce() -> str:
            made.append(secrets.token_urlsafe(16))
            return made[0]

        request.csp_nonce = SimpleLazyObject(make_nonce)  # type: ignore[attr-defined]
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if not (settings.DEBUG and response.status_code in {404, 500}):
            updates = dict(getattr(response, _UPDATES, {}))
            if made:
                updates["script-src"] = (*updates.get("script-src", ()), f"'nonce-{made[0]}'")
            response.headers.setdefault("Content-Security-Policy", policy_header(updates))
        return response


def policy_header(updates: Mapping[str, Sequence[str]] | None = None) -> str:
    """Return the header's value: the policy with the sources of `updates` added, directive by directive."""
    sources = {directive: list(values) for directive, values in POLICY.items()}
    for directive, extra in (updates or {}).items():
        kept = [value for value in sources.get(directive, []) if value != "'none'"]
        sources[directive] = kept + [value for value in extra if value not in kept]
    return "; ".join(f"{directive} {' '.join(values)}" for directive, values in sources.items())


def csp_update(**directives: Sequence[str]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Decorate a view whose page needs further sources, e.g. `@csp_update(img_src=["https://example.org"])`.

    Directives are named with underscores. A class-based view is decorated by `method_decorator` on its `dispatch`.
    """
    updates = {name.replace("_", "-"): tuple(values) for name, values in directives.items()}

    def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(view)
        def updated(*args: Any, **kwargs: Any) -> Any:
            response = view(*args, **kwargs)
            merged = {**getattr(response, _UPDATES, {}), **updates}
            setattr(response, _UPDATES, merged)
            return response

        return updated

    return decorate
