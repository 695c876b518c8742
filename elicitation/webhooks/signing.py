"""Sign what is sent, so that a receiver knows who sent it and when.

The header `Collective-Signature` is `t=<unix seconds>,v1=<hex>`, where the hex is HMAC-SHA256 with the webhook's
secret over the seconds, a dot and the body's bytes. A receiver refuses old times, and so a replay.
"""

import hashlib
import hmac

HEADER = "Collective-Signature"
TOLERANCE_SECONDS = 300


def signature(*, secret: str, body: bytes, at: int) -> str:
    """Return the header's value for a body sent at a time (Unix seconds)."""
    return f"t={at},v1={_digest(secret, body, at)}"


def verify(*, secret: str, body: bytes, header: str, now: float) -> bool:
    """Return whether a header was made with the secret for this body, not more than five minutes ago.

    What a receiver does, in Python; `docs/webhooks.md` shows it.
    """
    parts = dict(part.partition("=")[::2] for part in header.split(","))
    if not parts.get("t", "").isdigit() or abs(now - int(parts["t"])) > TOLERANCE_SECONDS:
        return False
    return hmac.compare_digest(parts.get("v1", ""), _digest(secret, body, int(parts["t"])))


def _digest(secret: str, body: bytes, at: int) -> str:
    return hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
