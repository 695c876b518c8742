"""Keep accounts within their limits, however many processes spend from them at once.

A call is *reserved* before it is made, in one conditional UPDATE that the database serialises: of two processes that
want the last call of a budget, one gets it. Tokens and money of a call are known only afterwards; an estimate is
reserved for them.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import F, Q, Sum
from django.db.models.functions import Greatest

from .errors import BudgetExhausted
from .models import Account, LedgerEntry


@dataclass(frozen=True)
class Limits:
    """What an account may spend in its whole life; None is no limit."""

    max_calls: int | None = None
    max_tokens: int | None = None
    max_cost: Decimal | None = None


@dataclass(frozen=True)
class Spent:
    """What an account has spent. Of `unpriced_calls` the cost is not known, and not in `cost`."""

    calls: int = 0
    tokens: int = 0
    cost: Decimal = Decimal(0)
    unpriced_calls: int = 0


@dataclass(frozen=True)
class Reservation:
    """What a call is expected to take at most; a cost only where the price is known."""

    tokens: int = 0
    cost: Decimal = Decimal(0)


@dataclass(frozen=True)
class Bill:
    """What a call took; `cost` is None where the price is unknown."""

    tokens_in: int = 0
    tokens_out: int = 0
    cost: Decimal | None = Decimal(0)

    @property
    def tokens(self) -> int:
        """Tokens read and written."""
        return self.tokens_in + self.tokens_out


def spent(account: str) -> Spent:
    """Return what was spent under a name; under the empty name, what nobody in particular paid."""
    if not account:
        return _spent_by_nobody()
    row = Account.objects.filter(name=account).first()
    return Spent(row.calls, row.tokens, row.cost, row.unpriced_calls) if row else Spent()


def require_account(account: str, limits: Limits | None) -> None:
    """Raise ValueError for limits that belong to no account."""
    if limits is not None and not account:
        raise ValueError("Limits are kept per account: name one.")


def open_account(account: str) -> None:
    """Make sure that the account has its row."""
    Account.objects.get_or_create(name=account)


def reserve(account: str, reservation: Reservation, limits: Limits | None) -> None:
    """Set aside one call and what it may take. Raises `BudgetExhausted` if the limits do not allow it."""
    _book(
        account,
        _room(reservation, limits),
        limits,
        reserved_calls=F("reserved_calls") + 1,
        reserved_tokens=F("reserved_tokens") + reservation.tokens,
        reserved_cost=F("reserved_cost") + reservation.cost,
    )


def release(account: str, reservation: Reservation) -> None:
    """Give back what was set aside for a call that was not made or is over."""
    Account.objects.filter(name=account).update(
        reserved_calls=Greatest(F("reserved_calls") - 1, 0),
        reserved_tokens=Greatest(F("reserved_tokens") - reservation.tokens, 0),
        reserved_cost=Greatest(F("reserved_cost") - reservation.cost, Decimal(0)),
    )


def charge(account: str, bill: Bill) -> None:
    """Book a call that was made, whatever it took."""
    _book(
        account,
        Q(),
        None,
        calls=F("calls") + 1,
        tokens=F("tokens") + bill.tokens,
        cost=F("cost") + (bill.cost or 0),
        unpriced_calls=F("unpriced_calls") + int(bill.cost is None),
    )


def exhausted(account: str, limits: Limits | None) -> BudgetExhausted:
    """Return the refusal of a call for which the limits leave no room."""
    used = spent(account)
    parts = [
        f"{used.calls} of {limits.max_calls} calls" if limits and limits.max_calls is not None else "",
        f"{used.tokens} of {limits.max_tokens} tokens" if limits and limits.max_tokens is not None else "",
        f"{used.cost:.4f} of {limits.max_cost} US dollars" if limits and limits.max_cost is not None else "",
    ]
    return BudgetExhausted(
        f"The budget of {account} does not allow another call: {', '.join(filter(None, parts))} spent."
    )


def _book(account: str, room: Q, limits: Limits | None, **changes: Any) -> None:
    """Change an account, opened on its first call, if there is room for one more call."""
    if not account or Account.objects.filter(room, name=account).update(**changes):
        return
    open_account(account)
    if not Account.objects.filter(room, name=account).update(**changes):
        raise exhausted(account, limits)


def _room(reservation: Reservation, limits: Limits | None) -> Q:
    """Return the condition that one more call stays within the limits."""
    room = Q()
    if limits and limits.max_calls is not None:
        room &= Q(calls__lt=limits.max_calls - F("reserved_calls"))
    if limits and limits.max_tokens is not None:
        room &= Q(tokens__lte=limits.max_tokens - reservation.tokens - F("reserved_tokens"))
    if limits and limits.max_cost is not None:
        room &= Q(cost__lte=limits.max_cost - reservation.cost - F("reserved_cost"))
    return room


def _spent_by_nobody() -> Spent:
    found = LedgerEntry.objects.filter(account="").aggregate(
        all_calls=Sum("calls", default=0),
        all_tokens=Sum(F("tokens_in") + F("tokens_out"), default=0),
        all_cost=Sum("cost", default=Decimal(0)),
        unpriced=Sum("calls", filter=Q(cost__isnull=True), default=0),
    )
    return Spent(found["all_calls"], found["all_tokens"], found["all_cost"], found["unpriced"])
