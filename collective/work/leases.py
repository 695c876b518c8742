"""Claim, finish, give back and sweep rows of leased work.

A claim is a token: only who still holds it may finish the row, so a worker that lost its lease (it was too
slow, or was thought dead) cannot overwrite what its successor wrote.
"""

import uuid
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Now

from .models import LeasedWork, WorkState

Work = TypeVar("Work", bound=LeasedWork)


class LeaseLost(Exception):
    """The row is no longer held under this claim: someone else has it, or it was cancelled."""


def claimable(rows: QuerySet[Work]) -> QuerySet[Work]:
    """Return the rows that may be claimed now: pending and due, or leased to one who let the lease run out."""
    due = Q(state=WorkState.PENDING, available_at__lte=Now())
    abandoned = Q(state=WorkState.LEASED, leased_until__lt=Now())
    return rows.filter(due | abandoned)


def claim(rows: QuerySet[Work], *, limit: int, lease: timedelta) -> list[Work]:
    """Lease up to `limit` claimable rows, in the order of `rows`, passing over those others are claiming.

    Every claim counts as an attempt. Each returned row carries the claim's token in `lease_holder`.
    """
    token = uuid.uuid4().hex
    with transaction.atomic():
        chosen = list(
            claimable(rows).select_for_update(skip_locked=True, of=("self",)).values_list("pk", flat=True)[:limit]
        )
        rows.model._default_manager.filter(pk__in=chosen).update(
            state=WorkState.LEASED, leased_until=Now() + lease, lease_holder=token, attempts=F("attempts") + 1
        )
    return list(rows.filter(pk__in=chosen))


def finish(row: LeasedWork, **values: Any) -> None:
    """Mark a held row done and store `values` with it, in one statement.

    Raises `LeaseLost` when the row is no longer held under this claim; nothing is then changed.
    """
    _settle(row, state=WorkState.DONE, error="", **values)


def fail(row: LeasedWork, *, reason: str) -> None:
    """Mark a held row failed for good. Raises `LeaseLost` as `finish` does."""
    _settle(row, state=WorkState.FAILED, error=reason)


def give_back(row: LeasedWork, *, reason: str, delay: timedelta) -> None:
    """Return a held row to the queue, due again after `delay`. Raises `LeaseLost` as `finish` does."""
    _settle(row, state=WorkState.PENDING, error=reason, available_at=Now() + delay)


def extend(held: Sequence[Work], *, lease: timedelta) -> None:
    """Prolong the leases of rows still held under their claims."""
    if held:
        model = type(held[0])
        model._default_manager.filter(
            pk__in=[row.pk for row in held], lease_holder=held[0].lease_holder, state=WorkState.LEASED
        ).update(leased_until=Now() + lease)


def _settle(row: LeasedWork, **values: Any) -> None:
    changed = (
        type(row)
        ._default_manager.filter(pk=row.pk, lease_holder=row.lease_holder, state=WorkState.LEASED)
        .update(leased_until=None, lease_holder="", **values)
    )
    if not changed:
        raise LeaseLost(f"Row {row.pk} is no longer held under this claim.")
