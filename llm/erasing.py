"""Erase answers of models that repeat what a person has taken back.

The ledger keeps no question, only its hash, but an answer may quote what the question held, or translate it.
"""

from datetime import datetime
from typing import Final

from .models import LedgerEntry
from .quoting import Quotations

ERASED: Final = "The answer was erased: it repeated words that somebody has taken back."

NEVER_TOLD: Final = frozenset({"rank", "relevance"})
"""Questions that hold a spec and a prompt and nothing that people wrote."""


def erase_quotations(quotations: Quotations, *, since: datetime) -> int:
    """Erase the answers given since a time that repeat any of the quotations; return how many.

    Hash, calls, tokens and cost stay. Should the very question be asked again, it is asked anew. Within the caller's
    transaction.
    """
    if not quotations:
        return 0
    rows = LedgerEntry.objects.exclude(purpose__in=NEVER_TOLD).filter(created_at__gte=since)
    found = [
        pk
        for pk, answer, error in rows.values_list("pk", "answer", "error").iterator(chunk_size=500)
        if quotations.occur_in(answer) or quotations.occur_in(error)
    ]
    LedgerEntry.objects.filter(pk__in=found).update(status=LedgerEntry.Status.UNUSABLE, answer=None, error=ERASED)
    return len(found)
