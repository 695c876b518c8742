"""Read the audit log: filter it, and say whether its chain is whole."""

from dataclasses import dataclass

from django.db.models import QuerySet

from collective.audit.chain import Verification, verify
from collective.audit.models import AuditEntry

CHECKED_AT_ONCE = 5000
"""Up to so many entries the chain is checked whenever the page is opened (some 0.1 s); beyond, when asked."""


@dataclass(frozen=True)
class LogState:
    """How long the log is and how it ends; `verification` is None where the chain was not checked now."""

    entries: int
    last_hash: str
    verification: Verification | None


def find_entries(*, study: str = "", action: str = "", actor: str = "") -> QuerySet[AuditEntry]:
    """Return entries, the latest first; an empty argument narrows nothing."""
    found = AuditEntry.objects.order_by("-number")
    if study:
        found = found.filter(study=study)
    if action:
        found = found.filter(action=action)
    if actor:
        found = found.filter(actor__icontains=actor.strip())
    return found


def log_state(*, check: bool) -> LogState:
    """Return the state of the whole log; with `check`, or where it is short, its chain is recomputed."""
    last = AuditEntry.objects.order_by("-number").first()
    entries = AuditEntry.objects.count()
    verification = verify() if check or entries <= CHECKED_AT_ONCE else None
    return LogState(entries=entries, last_hash=last.hash if last else "", verification=verification)


def known(field: str) -> list[str]:
    """Return the values of a column of the log, in the order of the alphabet."""
    return list(AuditEntry.objects.exclude(**{field: ""}).order_by(field).values_list(field, flat=True).distinct())
