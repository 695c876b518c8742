"""The one way to a language model: every question goes through the ledger and is paid for once.

`ask` answers from the ledger where the same question was answered before, in whatever run or process. Otherwise the
model is asked, within the limits of the account that pays, and the answer is kept before it is returned. A model is
`offline` (the offline baseline: deterministic, no network) or `openai:NAME` (any OpenAI-compatible server).
"""

import time
from dataclasses import dataclass
from decimal import Decimal
from typing import Generic, TypeVar, cast

from django.conf import settings
from django.db import transaction

from . import budgets, ledger, offline
from .budgets import Bill, Limits, Reservation, Spent, spent
from .errors import (
    AnswerUnusable,
    BudgetExhausted,
    GatewayError,
    ModelUnavailable,
    PriceUnknown,
    UnknownModel,
)
from .models import LedgerEntry
from .prices import Price, price_of
from .providers.base import Deadline, Provider, Reply, Request
from .questions import AnswerRejected, Question, StructuredAnswer

__all__ = [
    "OFFLINE",
    "Answer",
    "AnswerUnusable",
    "BudgetExhausted",
    "GatewayError",
    "Limits",
    "ModelUnavailable",
    "PriceUnknown",
    "Spent",
    "UnknownModel",
    "ask",
    "longest_ask_seconds",
    "require_model",
    "spent",
]

A = TypeVar("A", bound=StructuredAnswer)

OFFLINE = "offline"
OPENAI_PREFIX = "openai:"
LONGEST_MODEL_NAME = 120

# What a call is expected to take, for its reservation: English has about four characters to a token.
CHARACTERS_PER_TOKEN = 4
EXPECTED_OUTPUT_TOKENS = 1000


@dataclass(frozen=True)
class Answer(Generic[A]):
    """An answer, where it is kept, and what was paid for it now: nothing, if it came from the ledger."""

    value: A
    entry_id: int
    from_ledger: bool
    tokens: int = 0
    cost: Decimal | None = Decimal(0)


def require_model(model: str) -> None:
    """Raise `UnknownModel` unless the name is `offline` or `openai:NAME`."""
    name = model.removeprefix(OPENAI_PREFIX)
    if model != OFFLINE and (name == model or not name.strip() or len(model) > LONGEST_MODEL_NAME):
        raise UnknownModel(f"There is no model {model[:60]!r}: use offline or openai:NAME.")


def longest_ask_seconds() -> float:
    """Return how long `ask` may take at most; who holds a lease meanwhile needs a longer one."""
    return settings.OPENAI_DEADLINE_SECONDS + 30


def ask(
    question: Question[A], *, model: str, account: str = "", repeat: int = 0, limits: Limits | None = None
) -> Answer[A]:
    """Return the answer to a question, from the ledger or from the model.

    Args:
        question: what to ask.
        model: `offline` or `openai:NAME`.
        account: who pays, such as `run:12`; no name, no budget.
        repeat: asks the same question anew, independently of other repeats.
        limits: what the account may spend in all. Answers from the ledger are free.

    Raises:
        UnknownModel: no such model, or a limit in money for a model without a price.
        ModelUnavailable: no answer now; nothing was counted.
        AnswerUnusable: refused or garbage, asked again with a note. The same account gets this refusal again without
            paying; another account, or none, has the model try anew.
        BudgetExhausted: the limits do not allow the call.
    """
    require_model(model)
    budgets.require_account(account, limits)
    key = ledger.Key(model, _version(model), question.fingerprint(), repeat)
    known = _answered(key, question, account)
    if known:
        return known
    if model == OFFLINE:
        return _ask_offline(question, key, account, limits)
    return _ask_provider(question, key, account, limits)


def _version(model: str) -> str:
    return offline.VERSION if model == OFFLINE else ""


def _answered(key: ledger.Key, question: Question[A], account: str) -> Answer[A] | None:
    """Return what the ledger holds; raise the refusal this account has paid for already."""
    entry = key.find()
    if entry is None:
        return None
    if entry.status == LedgerEntry.Status.DONE:
        value = cast(A, question.answer_type.model_validate(entry.answer))
        return Answer(value=value, entry_id=entry.pk, from_ledger=True)
    if entry.status == LedgerEntry.Status.UNUSABLE and account and entry.account == account:
        raise AnswerUnusable(entry.error)
    return None


# --- the offline baseline ---------------------------------------------------------------------------


def _ask_offline(question: Question[A], key: ledger.Key, account: str, limits: Limits | None) -> Answer[A]:
    """Work the answer out and keep it. Two processes may work out the same; one of them is counted."""
    started = time.perf_counter()
    try:
        value = question.accept(offline.answer(question))
    except AnswerRejected as error:
        raise AnswerUnusable(f"The offline baseline's answer cannot be used: {error}") from error
    latency_ms = round((time.perf_counter() - started) * 1000)
    free = ledger.Free(purpose=question.purpose, account=account, value=value, latency_ms=latency_ms)
    kept = ledger.keep(key, free, limits)
    if kept is None:
        known = _answered(key, question, account)
        if known is None:
            raise ModelUnavailable("The answer another process kept has vanished from the ledger.")
        return known
    return Answer(value=value, entry_id=kept, from_ledger=False)


# --- models of providers ----------------------------------------------------------------------------


def _ask_provider(question: Question[A], key: ledger.Key, account: str, limits: Limits | None) -> Answer[A]:
    name = key.model.removeprefix(OPENAI_PREFIX)
    price = price_of(name)
    if price is None and limits is not None and limits.max_cost is not None:
        raise PriceUnknown(f"A budget in money needs the price of {name}: set it in LLM_PRICES.")
    deadline = Deadline.after(settings.OPENAI_DEADLINE_SECONDS)
    # What was paid for must not vanish with a transaction of the caller's: this begins none inside another.
    with transaction.atomic(durable=True):
        pass
    with ledger.turn(key, wait=deadline.remaining):
        known = _answered(key, question, account)
        if known:
            return known
        entry = ledger.take(key, purpose=question.purpose, account=account)
        return _Asking(question, key, entry, price, limits, deadline).until_answered(_provider(name))


def _provider(name: str) -> Provider:
    # Imported on use: the client library takes a second, and most processes never ask a model of a provider.
    from .providers.openai import OpenAIModel

    return OpenAIModel(name)


@dataclass
class _Asking(Generic[A]):
    """One question at work: asked, and once more with a note if the first answer is of no use."""

    question: Question[A]
    key: ledger.Key
    entry: LedgerEntry
    price: Price | None
    limits: Limits | None
    deadline: Deadline

    def until_answered(self, provider: Provider) -> Answer[A]:
        tokens, cost = 0, Decimal(0)
        while self.entry.status == LedgerEntry.Status.OPEN:
            reply = self._call(provider)
            value, error = self._read(reply)
            is_last = reply.is_final or self.entry.calls + 1 >= self.entry.call_limit
            if value is None and is_last:
                value = self.question.rescue(reply.text) if reply.text else None
            bill = self._bill(reply)
            ledger.settle(
                self.entry,
                ledger.Outcome(
                    bill=bill,
                    latency_ms=reply.latency_ms,
                    served_by=reply.served_by.replace("\0", "")[:LONGEST_MODEL_NAME],
                    value=value,
                    error=error,
                    is_last=is_last,
                ),
            )
            tokens, cost = tokens + bill.tokens, cost + (bill.cost or 0)
            if value is not None:
                total = cost if self.price else None
                return Answer(value=value, entry_id=self.entry.pk, from_ledger=False, tokens=tokens, cost=total)
        raise AnswerUnusable(self.entry.error)

    def _call(self, provider: Provider) -> Reply:
        """Make one call within the budget. Nothing is counted if it is not answered."""
        request = self._request()
        ledger.reserve(self.entry, self._reservation(request), self.limits, lease=longest_ask_seconds())
        try:
            return provider.complete(request, deadline=self.deadline)
        except Exception as error:
            ledger.give_up(self.entry, reason=str(error))
            raise

    def _request(self) -> Request:
        problem = self.entry.error if self.entry.calls else ""
        return Request(
            purpose=self.question.purpose,
            instructions=self.question.instructions(is_second_try=bool(problem)),
            material=self.question.material(problem=problem),
            schema=self.question.answer_schema(),
            # Another answer is wanted of the second call, not the first one again.
            key=f"{self.key.digest}-{self.entry.calls}",
        )

    def _reservation(self, request: Request) -> Reservation:
        tokens_in = (len(request.instructions) + len(request.material)) // CHARACTERS_PER_TOKEN
        cost = self.price.cost(tokens_in=tokens_in, tokens_out=EXPECTED_OUTPUT_TOKENS) if self.price else Decimal(0)
        return Reservation(tokens=tokens_in + EXPECTED_OUTPUT_TOKENS, cost=cost)

    def _read(self, reply: Reply) -> tuple[A | None, str]:
        if reply.problem:
            return None, reply.problem
        try:
            return self.question.read(reply.text), ""
        except AnswerRejected as error:
            return None, str(error)

    def _bill(self, reply: Reply) -> Bill:
        cost = None
        if self.price:
            cost = self.price.cost(tokens_in=reply.tokens_in, tokens_out=reply.tokens_out, cached=reply.tokens_cached)
        return Bill(tokens_in=reply.tokens_in, tokens_out=reply.tokens_out, cost=cost)
