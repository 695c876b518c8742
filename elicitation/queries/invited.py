"""Who was invited by e-mail, and how far each has come."""

from typing import Final

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from elicitation.invitations import UNCLEAR_AFTER
from elicitation.models import InvitedPerson, Study

STATES: Final = ("new", "queued", "sent", "reminded", "come", "failed", "unclear")


def invited_people(study: Study, *, state: str = "", q: str = "") -> QuerySet[InvitedPerson]:
    """Return who was invited, the latest first, by where they stand and letters of their address."""
    found = study.invited.order_by("-pk")
    if q:
        found = found.filter(email__icontains=q.strip())
    return found.filter(_states().get(state, Q()))


def invited_counts(study: Study) -> dict[str, int]:
    """Return how many stand where."""
    numbers = study.invited.aggregate(**{f"n_{state}": Count("pk", filter=where) for state, where in _states().items()})
    return {state: numbers[f"n_{state}"] for state in STATES}


def state_of(invited: InvitedPerson) -> str:
    """Return where somebody stands, one of `STATES`. Whoever has come is not asked about mails any more."""
    if invited.participant_id is not None:
        return "come"
    if invited.error:
        return "failed"
    if invited.queued:
        taken = invited.sending_at is not None and invited.sending_at < timezone.now() - UNCLEAR_AFTER
        return "unclear" if taken else "queued"
    if invited.reminded_at:
        return "reminded"
    return "sent" if invited.sent_at else "new"


def _states() -> dict[str, Q]:
    """Return the same as `state_of`, as conditions that exclude one another."""
    absent, fine, idle = Q(participant=None), Q(error=""), Q(queued="")
    taken = Q(sending_at__isnull=False, sending_at__lt=timezone.now() - UNCLEAR_AFTER)
    waiting = absent & fine & ~idle
    return {
        "new": absent & fine & idle & Q(sent_at=None, reminded_at=None),
        "queued": waiting & (Q(sending_at=None) | Q(sending_at__gte=timezone.now() - UNCLEAR_AFTER)),
        "sent": absent & fine & idle & Q(sent_at__isnull=False, reminded_at=None),
        "reminded": absent & fine & idle & Q(reminded_at__isnull=False),
        "come": Q(participant__isnull=False),
        "failed": absent & ~fine,
        "unclear": waiting & taken,
    }
