"""What happens in studies, told to the rooms above, which elicitation may not import.

A room subscribes in its `AppConfig.ready`. All but `person_withdrew` are sent after the commit, by
`send_after_commit`: a receiver that fails is logged and hinders nobody. `person_withdrew` is sent inside the
transaction of the withdrawal, so that what people took back is gone everywhere or nowhere.
"""

from typing import Any

from django.db import transaction
from django.dispatch import Signal

person_came = Signal()
"""Somebody agreed to take part. Arguments: `participant`."""

person_ended = Signal()
"""A person's way came to an end. Arguments: `participant`, `outcome` (a `Participant.Outcome`)."""

person_withdrew = Signal()
"""A person takes back answers. Arguments: `participant`, and what else the withdrawal says of its reach."""

study_status_changed = Signal()
"""A study was opened, paused or closed. Arguments: `study`, `before`, `after` (values of `Study.Status`)."""


def send_after_commit(signal: Signal, *, sender: type, **arguments: Any) -> None:
    """Send a signal once the transaction under way is committed, at once where there is none."""
    transaction.on_commit(lambda: signal.send_robust(sender=sender, **arguments))
