"""Record acts in a hash chain, and verify the chain.

Every entry's hash covers its own content and the hash before it, so that changing, removing or inserting an
entry breaks every hash that follows. Cutting entries off the *end* leaves a valid shorter chain; therefore
`verify` also reports the count and the last hash, which an operator can note down elsewhere.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import connection, transaction

from .models import AuditEntry

GENESIS = "0" * 64
# Any fixed number will do: it names the lock that makes entries queue up for their place in the chain.
CHAIN_LOCK = 7_201_954_221


def entry_hash(entry: AuditEntry) -> str:
    """Return the SHA-256 (64 hex digits) of an entry's content and its predecessor's hash."""
    content = [
        entry.number,
        entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        entry.actor,
        entry.action,
        entry.target,
        entry.study,
        entry.details,
        entry.previous_hash,
    ]
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def record(
    *,
    by: AbstractBaseUser | str | None,
    action: str,
    target: str,
    study: str = "",
    details: Mapping[str, Any] | None = None,
) -> AuditEntry:
    """Append an entry within the caller's transaction, so that act and entry stand or fall together.

    Writers queue on an advisory lock until that transaction ends: record late in it.

    Args:
        by: who acts: a user, None for the command line, or the name of what acts by itself, such as "run:12".
        action: what is done, such as "proposal.adopted".
        target: what it is done to, such as "proposal:12".
        study: slug of the study concerned.
        details: plain JSON without floats that do not survive a round trip.

    Raises `TransactionManagementError` when called outside a transaction.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("An act is recorded in the transaction that performs it.")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CHAIN_LOCK])
    last = AuditEntry.objects.order_by("-number").first()
    entry = AuditEntry(
        number=last.number + 1 if last else 1,
        at=datetime.now(UTC),
        actor=_name(by),
        action=action,
        target=target,
        study=study,
        details=dict(details or {}),
        previous_hash=last.hash if last else GENESIS,
    )
    entry.hash = entry_hash(entry)
    entry.save(force_insert=True)
    return entry


def _name(by: AbstractBaseUser | str | None) -> str:
    if by is None:
        return "command line"
    return by if isinstance(by, str) else by.get_username()


@dataclass(frozen=True)
class Verification:
    """What a walk along the chain found: `broken` names the first bad entry, with the reason."""

    entries: int
    last_hash: str
    broken: int | None = None
    reason: str = ""


def verify() -> Verification:
    """Recompute the chain from its first entry and stop at the first that does not fit."""
    previous, count = GENESIS, 0
    for entry in AuditEntry.objects.order_by("number").iterator(chunk_size=2000):
        expected = count + 1
        if entry.number != expected:
            return Verification(count, previous, expected, f"entry {expected} is missing")
        if entry.previous_hash != previous:
            return Verification(count, previous, expected, "it does not continue the entry before it")
        if entry_hash(entry) != entry.hash:
            return Verification(count, previous, expected, "its content does not match its hash")
        previous, count = entry.hash, expected
    return Verification(count, previous)
