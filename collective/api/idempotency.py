"""Do what a request asks once, however often it is sent.

A POST may carry an `Idempotency-Key`. What it does and the answer to it are committed together, so a retry finds
either both or neither: it is given the stored answer, or it is carried out. Two at once take turns on the unique row.
Only successes are kept; a refusal changes nothing, and may come out otherwise next time.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.utils import timezone
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.request import Request

from collective.accounts.signed_in import signed_in_user

from .models import AnsweredRequest

HEADER = "Idempotency-Key"
LONGEST_KEY = 200
KEPT_FOR = timedelta(days=2)


class KeyReused(APIException):
    """The key came before with another request."""

    status_code = 422
    default_detail = "This idempotency key was used for another request. Use a new key for each."
    default_code = "key_reused"


class Answered(Exception):
    """The request was carried out before; `row` holds the answer."""

    def __init__(self, row: AnsweredRequest) -> None:
        super().__init__(row.key)
        self.row = row


@dataclass
class Claim:
    """The place of a key in the running transaction, to be filled with the answer."""

    row: AnsweredRequest

    def settle(self, response: HttpResponse) -> None:
        """Keep a success; forget the key of anything else."""
        if 200 <= response.status_code < 300:
            self.row.status, self.row.body = response.status_code, response.content.decode()
            self.row.save(update_fields=["status", "body"])
        else:
            self.row.delete()


def key_of(request: Request) -> str:
    """Return the key a request carries, "" for none. Raises `ValidationError` for one that is no key."""
    key = request.headers.get(HEADER, "")
    if key and (len(key) > LONGEST_KEY or not key.isascii() or not key.isprintable()):
        raise ValidationError({HEADER: [f"A key has up to {LONGEST_KEY} printable ASCII characters."]})
    return key


def claim(request: Request, key: str) -> Claim:
    """Take the key within the caller's transaction. Raises `Answered` and `KeyReused`."""
    user, fingerprint = signed_in_user(request), _fingerprint(request)
    try:
        with transaction.atomic():
            # Waits here while another request with the key is under way, until that one's transaction ends.
            row = AnsweredRequest.objects.create(user=user, key=key, fingerprint=fingerprint)
    except IntegrityError:
        row = AnsweredRequest.objects.get(user=user, key=key)
        if row.fingerprint != fingerprint:
            raise KeyReused from None
        raise Answered(row) from None
    return Claim(row)


def replay(row: AnsweredRequest) -> HttpResponse:
    """Return the stored answer."""
    answer = HttpResponse(row.body, status=row.status, content_type="application/json")
    answer.headers["Idempotent-Replayed"] = "true"
    return answer


def forget_old() -> int:
    """Delete answers nobody will ask for again; return how many."""
    return AnsweredRequest.objects.filter(made_at__lt=timezone.now() - KEPT_FOR).delete()[0]


def carry_out(handle: Callable[[], HttpResponse]) -> HttpResponse:
    """Run a request's handling in a transaction of its own, with what it does to keys."""
    with transaction.atomic():
        return handle()


def _fingerprint(request: Request) -> str:
    whole = b"\0".join((str(request.method).encode(), request.get_full_path().encode(), request.body))
    return hashlib.sha256(whole).hexdigest()
