"""What a panel tells by webhook: checked, kept once, and acted upon.

Prolific signs a time stamp and the body with a secret of the workspace (HMAC-SHA256, base64), names every event, and
tells of a submission's new status with the person and the submission (which came to us as SESSION_ID). It tells of
every study in the workspace: what is not ours is kept without the person's id, and nothing follows from it.
"""

import base64
import binascii
import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db import IntegrityError, transaction

from elicitation import finishing
from elicitation.models import Panel, PanelEntry, PanelEvent, Participant

Outcome = Participant.Outcome

MOST_BYTES: Final = 64 * 1024
# How far the panel's clock and the way here may be off; what is older may be a recording.
WINDOW_SECONDS: Final = 300
_SUBMISSION: Final = "submission.status.change"
_ENDS: Final = {
    "RETURNED": Outcome.RETURNED,
    "TIMED-OUT": Outcome.TIMED_OUT,
    # Their place is given to somebody else by the panel. What they did finish stays finished, and is judged here.
    "REJECTED": Outcome.RETURNED,
}

# What can come of a message; `ENDED` is followed by the outcome.
NOBODY: Final = "nobody of this study"
NOTHING: Final = "nothing to do"
ANOTHER: Final = "another submission of this person"
HAD_ENDED: Final = "had ended already"
ENDED: Final = "ended: "


class Unproven(Exception):
    """It cannot be told that the message comes from the panel, or that it is new."""


class Unreadable(Exception):
    """The message comes from the panel, but is not what was agreed."""


@dataclass(frozen=True)
class Message:
    """What a panel told of whom."""

    event_id: str
    kind: str
    external_id: str = ""
    submission: str = ""
    status: str = ""


def hear(*, panel: Panel, headers: Mapping[str, str], body: bytes, now: float | None = None) -> PanelEvent:
    """Take a panel's message and return the event it is kept as; heard again, it is the same and changes nothing.

    Raises `Unproven` and `Unreadable`.
    """
    _prove(panel, headers, body, time.time() if now is None else now)
    message = _read(headers, body)
    entry = panel.entries.filter(external_id=message.external_id).select_related("participant").first()
    try:
        with transaction.atomic():
            event = PanelEvent.objects.create(
                panel=panel,
                event_id=message.event_id,
                kind=f"{message.kind}: {message.status}"[:100] if message.status else message.kind[:100],
                external_id=message.external_id if entry else "",
            )
            event.effect = _act(message, entry)
            event.save(update_fields=["effect"])
            return event
    except IntegrityError:
        return panel.events.get(event_id=message.event_id)


def signature_of(*, secret: str, timestamp: str, body: bytes) -> str:
    """Return the signature Prolific would send."""
    digest = hmac.new(secret.encode(), timestamp.encode() + body, hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


def _prove(panel: Panel, headers: Mapping[str, str], body: bytes, now: float) -> None:
    timestamp = headers.get("X-Prolific-Request-Timestamp", "")
    given = headers.get("X-Prolific-Request-Signature", "")
    if panel.signature != Panel.Signature.PROLIFIC or not panel.webhook_secret:
        raise Unproven("This panel has no secret to prove messages by.")
    wanted = signature_of(secret=panel.webhook_secret, timestamp=timestamp, body=body)
    if not hmac.compare_digest(_bytes_of(given), _bytes_of(wanted)):
        raise Unproven("The signature does not fit.")
    try:
        age = abs(now - float(timestamp))
    except ValueError:
        age = float("inf")
    if not age <= WINDOW_SECONDS:
        raise Unproven("The time stamp is too far from now.")


def _bytes_of(signature: str) -> bytes:
    try:
        return base64.b64decode(signature.strip(), validate=True)
    except (binascii.Error, ValueError):
        return b""


def _read(headers: Mapping[str, str], body: bytes) -> Message:
    try:
        said = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Unreadable("The body is not JSON.") from error
    if not isinstance(said, dict):
        raise Unreadable("The body is not a JSON object.")
    # The same bytes are the same event where the panel does not name it.
    event_id = _text(headers.get("X-Event-ID", "")) or hashlib.sha256(body).hexdigest()
    return Message(
        event_id=event_id,
        kind=_text(said.get("event_type")) or "unknown",
        external_id=_text(said.get("participant_id")),
        submission=_text(said.get("resource_id")),
        status=_text(said.get("status")).upper().replace("_", "-"),
    )


def _text(value: Any) -> str:
    return "".join(character for character in value if character.isprintable())[:200] if isinstance(value, str) else ""


def _act(message: Message, entry: PanelEntry | None) -> str:
    """Do what follows from a message, and say it."""
    if entry is None:
        return NOBODY
    if message.kind != _SUBMISSION or message.status not in _ENDS:
        return NOTHING
    session = entry.captured.get("SESSION_ID", "")
    if session and message.submission and session != message.submission:
        return ANOTHER
    outcome = _ENDS[message.status]
    if message.status == "REJECTED" and entry.participant.outcome:
        return HAD_ENDED
    if finishing.end(participant=entry.participant, outcome=outcome):
        return ENDED + outcome.value
    return HAD_ENDED
