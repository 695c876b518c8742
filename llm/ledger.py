"""Look up, take, and settle rows of the ledger.

One process at a time asks a question: it holds an advisory lock of the database, which PostgreSQL lets go of the
moment the process dies, so that another can take the question over at once. A row also says until when it may be
held at the longest; past that time it is taken even from an asker whose machine vanished without closing its
connection.
"""

import hashlib
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import F
from django.db.models.functions import Coalesce, Now
from django.utils import timezone

from . import budgets
from .budgets import Bill, Limits, Reservation
from .errors import ModelUnavailable
from .models import LedgerEntry
from .questions import StructuredAnswer

# Answers received before a question counts as one the model cannot answer: the first, and one asked for with a note.
ANSWERS_PER_QUESTION = 2

LEASE_MARGIN_SECONDS = 0.1


@dataclass(frozen=True)
class Key:
    """What makes a question the same question."""

    model: str
    version: str
    fingerprint: str
    repeat: int

    def find(self) -> LedgerEntry | None:
        """Return the entry of this question, if it was ever asked."""
        return LedgerEntry.objects.filter(
            fingerprint=self.fingerprint, model=self.model, version=self.version, repeat=self.repeat
        ).first()

    @property
    def digest(self) -> str:
        """A hash of the key in hex."""
        text = "\n".join([self.model, self.version, self.fingerprint, str(self.repeat)])
        return hashlib.sha256(text.encode()).hexdigest()

    @property
    def lock_number(self) -> int:
        """The number of the key's advisory lock, a signed 64-bit integer."""
        return int.from_bytes(bytes.fromhex(self.digest[:16]), "big", signed=True)


@contextmanager
def turn(key: Key, *, wait: float) -> Iterator[None]:
    """Wait until nobody else asks this question, and keep others waiting meanwhile.

    Raises:
        ModelUnavailable: somebody else was still at it after `wait` seconds, and may be for a while.
    """
    held = _lock(key, _patience(key, wait))
    if not held and not _is_abandoned(key):
        raise ModelUnavailable("The same question is being asked by another process, which has no answer yet.")
    try:
        yield
    finally:
        if held:
            # With the connection gone, so is the lock.
            with suppress(InterfaceError, OperationalError), connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [key.lock_number])


def take(key: Key, *, purpose: str, account: str) -> LedgerEntry:
    """Return the question's entry, made if it is new, under a token of our own; call it in one's turn only.

    An entry without a usable answer is given as many calls again.
    """
    entry = key.find() or LedgerEntry(
        model=key.model, version=key.version, fingerprint=key.fingerprint, repeat=key.repeat, purpose=purpose
    )
    with transaction.atomic():
        _give_back(entry)
        if entry.status == LedgerEntry.Status.UNUSABLE or not entry.call_limit:
            entry.call_limit = entry.calls + ANSWERS_PER_QUESTION
            entry.error = ""
        entry.status = LedgerEntry.Status.OPEN
        entry.holder = uuid.uuid4().hex
        entry.account = account
        entry.save()
    return entry


def reserve(entry: LedgerEntry, reservation: Reservation, limits: Limits | None, *, lease: float) -> None:
    """Mark an entry as being asked and set its call aside. Raises `BudgetExhausted`; it is then left as it was."""
    with transaction.atomic():
        budgets.reserve(entry.account, reservation, limits)
        entry.status = LedgerEntry.Status.ASKED
        entry.reserved_tokens, entry.reserved_cost = reservation.tokens, reservation.cost
        entry.leased_until = timezone.now() + timedelta(seconds=lease)
        entry.save(update_fields=["status", "reserved_tokens", "reserved_cost", "leased_until"])


def give_up(entry: LedgerEntry, *, reason: str) -> None:
    """Note that the model did not answer, and free what was set aside."""
    with transaction.atomic():
        is_ours = LedgerEntry.objects.filter(pk=entry.pk, holder=entry.holder, status=LedgerEntry.Status.ASKED).update(
            status=LedgerEntry.Status.OPEN, reserved_tokens=0, reserved_cost=0, leased_until=None, error=reason
        )
        if is_ours:
            _give_back(entry)
    entry.status = LedgerEntry.Status.OPEN


@dataclass(frozen=True)
class Outcome:
    """What came of one call: an answer, or why there is none."""

    bill: Bill
    latency_ms: int
    served_by: str = ""
    value: StructuredAnswer | None = None
    error: str = ""
    is_last: bool = True


def settle(entry: LedgerEntry, outcome: Outcome) -> None:
    """Book a call that was answered, and keep its answer.

    If the entry was taken from us meanwhile, what we paid is booked and the row left to its new holder.
    """
    status = LedgerEntry.Status.OPEN
    if outcome.value is not None:
        status = LedgerEntry.Status.DONE
    elif outcome.is_last:
        status = LedgerEntry.Status.UNUSABLE
    bill = outcome.bill
    with transaction.atomic():
        is_ours = (
            LedgerEntry.objects.filter(pk=entry.pk, holder=entry.holder)
            .exclude(status=LedgerEntry.Status.DONE)
            .update(
                status=status,
                answer=None if outcome.value is None else outcome.value.model_dump(mode="json"),
                error=outcome.error,
                served_by=outcome.served_by,
                latency_ms=outcome.latency_ms,
                calls=F("calls") + 1,
                tokens_in=F("tokens_in") + bill.tokens_in,
                tokens_out=F("tokens_out") + bill.tokens_out,
                # An unknown cost makes the sum unknown.
                cost=None if bill.cost is None else Coalesce(F("cost"), 0) + bill.cost,
                reserved_tokens=0,
                reserved_cost=0,
                leased_until=None,
                answered_at=Now(),
            )
        )
        if is_ours:
            _give_back(entry)
        budgets.charge(entry.account, bill)
    entry.status = status
    entry.calls += 1
    entry.error = outcome.error


# One statement, for a loop keeps thousands of these. Of the account's row it locks the newest state before it looks at
# the limits; the conditions are those of `budgets` for a call that takes no tokens and no money.
_KEEP = """
WITH payer AS (
    SELECT id FROM llm_account
    WHERE name = %(account)s
      AND (%(max_calls)s::bigint IS NULL OR calls + reserved_calls < %(max_calls)s::bigint)
      AND (%(max_tokens)s::bigint IS NULL OR tokens + reserved_tokens <= %(max_tokens)s::bigint)
      AND (%(max_cost)s::numeric IS NULL OR cost + reserved_cost <= %(max_cost)s::numeric)
    FOR UPDATE
), entry AS (
    INSERT INTO llm_ledgerentry (
        model, version, fingerprint, repeat, purpose, account, answer, latency_ms,
        status, calls, call_limit, cost, tokens_in, tokens_out, reserved_tokens, reserved_cost,
        error, served_by, holder, created_at, answered_at
    )
    SELECT
        %(model)s, %(version)s, %(fingerprint)s, %(repeat)s, %(purpose)s, %(account)s, %(answer)s::jsonb, %(latency)s,
        'done', 1, 1, 0, 0, 0, 0, 0, '', '', '', now(), now()
    WHERE %(account)s = '' OR EXISTS (SELECT FROM payer)
    ON CONFLICT (fingerprint, model, version, repeat) DO NOTHING
    RETURNING id
), paid AS (
    UPDATE llm_account SET calls = calls + 1 WHERE name = %(account)s AND EXISTS (SELECT FROM entry)
)
SELECT id, CASE WHEN %(may_lag)s THEN set_config('synchronous_commit', 'off', true) END FROM entry
"""


@dataclass(frozen=True)
class Free:
    """An answer that cost nothing, and who is counted for it."""

    purpose: str
    account: str
    value: StructuredAnswer
    latency_ms: int


def keep(key: Key, free: Free, limits: Limits | None) -> int | None:
    """Insert an answer that cost nothing, count its call, and return the entry's id.

    Outside a transaction the disk is not waited for: what is lost in a crash of the database is worked out again.

    Returns:
        None if another process kept an answer to this question first; nothing is then counted.

    Raises:
        BudgetExhausted: the limits do not allow a call.
    """
    limits = limits or Limits()
    values = {
        "model": key.model,
        "version": key.version,
        "fingerprint": key.fingerprint,
        "repeat": key.repeat,
        "purpose": free.purpose,
        "account": free.account,
        "answer": free.value.model_dump_json(),
        "latency": free.latency_ms,
        "max_calls": limits.max_calls,
        "max_tokens": limits.max_tokens,
        "max_cost": limits.max_cost,
        "may_lag": not connection.in_atomic_block,
    }
    kept = _insert(values)
    if kept is None and free.account and key.find() is None:
        # The account has no room, or no row yet.
        budgets.open_account(free.account)
        kept = _insert(values)
        if kept is None and key.find() is None:
            raise budgets.exhausted(free.account, limits)
    return kept


def _insert(values: dict[str, Any]) -> int | None:
    with connection.cursor() as cursor:
        cursor.execute(_KEEP, values)
        row = cursor.fetchone()
    return int(row[0]) if row else None


def _give_back(entry: LedgerEntry) -> None:
    """Release the reservation of an entry that is, or was left, being asked."""
    if entry.status == LedgerEntry.Status.ASKED:
        budgets.release(entry.account, Reservation(entry.reserved_tokens, entry.reserved_cost))
        entry.reserved_tokens, entry.reserved_cost, entry.leased_until = 0, 0, None


def _lock(key: Key, wait: float) -> bool:
    """Take the key's advisory lock, waiting up to `wait` seconds; return whether we hold it."""
    try:
        # The lock belongs to the session and outlives the transaction that bounds the waiting.
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', %s, true)", [str(max(1, int(wait * 1000)))])
            cursor.execute("SELECT pg_advisory_lock(%s)", [key.lock_number])
    except OperationalError as error:
        if getattr(error.__cause__, "pgcode", "") != "55P03":  # lock_not_available
            raise
        return False
    return True


def _patience(key: Key, wait: float) -> float:
    """Return how long to wait for one's turn: no longer than another asker may hold the question."""
    entry = key.find()
    if entry is None or entry.leased_until is None:
        return wait
    return min(wait, (entry.leased_until - timezone.now()).total_seconds() + LEASE_MARGIN_SECONDS)


def _is_abandoned(key: Key) -> bool:
    """Return whether there is nothing to wait for: the answer is there, or the longest a call may take is over."""
    entry = key.find()
    if entry is None:
        return False
    if entry.leased_until is None:
        return entry.status == LedgerEntry.Status.DONE
    return entry.leased_until < timezone.now()
