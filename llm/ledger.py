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


def keep(key: Key, *, purpose: str, account: str, value: StructuredAnswer, latency_ms: int) -> LedgerEntry:
    """Insert the answer of a model that costs nothing. Raises IntegrityError if another process was first."""
    return LedgerEntry.objects.create(
        model=key.model,
        version=key.version,
        fingerprint=key.fingerprint,
        repeat=key.repeat,
        purpose=purpose,
        status=LedgerEntry.Status.DONE,
        answer=value.model_dump(mode="json"),
        account=account,
        calls=1,
        call_limit=1,
        cost=0,
        latency_ms=latency_ms,
        answered_at=timezone.now(),
    )


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
