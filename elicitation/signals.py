"""What happens in studies, told to the rooms above, which elicitation may not import.

A room subscribes in its `AppConfig.ready`. All but three are sent after the commit, by
`send_after_commit`: a receiver that fails is logged and hinders nobody. `answers_taken_back` and `person_withdrew` are
sent inside the transaction of the withdrawal, so that what people took back is gone everywhere or nowhere;
`prompt_changed` is sent inside that of the change.
"""

from typing import Any

from django.db import transaction
from django.dispatch import Signal

person_came = Signal()
"""Somebody agreed to take part. Arguments: `participant`."""

person_ended = Signal()
"""A person's way came to an end. Arguments: `participant`, `outcome` (a `Participant.Outcome`)."""

answers_taken_back = Signal()
"""Answers, or the words of some, are about to go: by a withdrawal, or because a correction takes their place.

A room that keeps what was made of them erases that now; it may raise, and nothing is then taken back. Arguments:
`participant`, `taken` (an `elicitation.withdrawal.Taken`).
"""

person_withdrew = Signal()
"""A person has taken something back; it is gone already. Arguments: `participant` (by now perhaps without content),
`withdrawal` (its `scope` says how much), `name_hash` (for a whole withdrawal, what the audit log keeps of the name)."""

prompt_changed = Signal()
"""A prompt says something else now. Arguments: `prompt`. Sent inside the transaction that changes it."""

study_status_changed = Signal()
"""A study was opened, paused or closed. Arguments: `study`, `before`, `after` (values of `Study.Status`)."""


def send_after_commit(signal: Signal, *, sender: type, **arguments: Any) -> None:
    """Send a signal once the transaction under way is committed, at once where there is none."""
    transaction.on_commit(lambda: signal.send_robust(sender=sender, **arguments))
