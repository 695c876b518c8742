"""Tell other systems of a study's events, signed, at least once, in no promised order.

An event is a row per address (`WebhookDelivery`), written in the transaction that makes it true: it is told if and
only if it happened. Rows are leased and sent by workers, tried again with growing pauses, and given up after about a
day. What is told names people by their key in exports and holds nothing they wrote.
"""

from .addresses import EVENTS, WebhookRefused, add_webhook, change_webhook, new_secret, remove_webhook
from .delivering import deliver_due, retry
from .emitting import emit, emit_test
from .signing import signature, verify

__all__ = [
    "EVENTS",
    "WebhookRefused",
    "add_webhook",
    "change_webhook",
    "deliver_due",
    "emit",
    "emit_test",
    "new_secret",
    "remove_webhook",
    "retry",
    "signature",
    "verify",
]
