"""What `ask` costs around the offline baseline, per call, beside the plainest way to keep and count an answer.

The rival is a Django transaction that inserts the same row and adds one to the account; it looks nothing up, knows no
budget, and could pay twice. All are measured in turns, a few calls each, so that whatever else the machine does
meanwhile slows all of them alike; ratios are medians over the turns.
"""

import os
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from statistics import median

import django

TURNS, CALLS_PER_TURN = 40, 10
LIMIT_ASKED = 1.2
LIMIT_FROM_LEDGER = 0.8
SPEC_FILE = Path(__file__).parent.parent / "datasets" / "demo" / "content" / "spec.md"


def main() -> None:
    """Print milliseconds per call and the ratios to the rival. Raises `Missed` above a limit."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "collective.settings")
    django.setup()
    from django.db import transaction
    from django.db.models import F

    from benchmarks import Missed
    from llm import offline
    from llm.gateway import Limits, ask
    from llm.models import Account, LedgerEntry
    from llm.questions import Message, RankQuestion
    from spec_loop.document.material import spec_text

    account, rival = (f"benchmark:{uuid.uuid4().hex[:12]}:{name}" for name in ("ask", "rival"))
    # The text of this run alone, so that no earlier run has asked the same.
    spec = spec_text(SPEC_FILE.read_text() + f"\n{account}\n")
    limits = Limits(max_calls=10 * TURNS * CALLS_PER_TURN)

    def question(number: int) -> RankQuestion:
        return RankQuestion(
            spec=spec,
            messages=(Message(role="user", content=f"Question {number}: what should I do?"),),
            candidates={letter: f"Answer {letter}. I understand how you feel; first, ask." for letter in "ABCD"},
        )

    def plainly(number: int) -> None:
        asked = question(number)
        value = offline.answer(asked)
        with transaction.atomic():
            LedgerEntry.objects.create(
                model="rival",
                fingerprint=asked.fingerprint(),
                purpose="rank",
                status="done",
                account=rival,
                answer=value.model_dump(mode="json"),
            )
            Account.objects.filter(name=rival).update(calls=F("calls") + 1)

    def through_the_gateway(number: int) -> None:
        ask(question(number), model="offline", account=account, limits=limits)

    Account.objects.create(name=rival)
    try:
        turns = [
            (
                _milliseconds(plainly, turn),
                _milliseconds(through_the_gateway, turn),
                _milliseconds(through_the_gateway, turn),
            )
            for turn in range(TURNS)
        ]
    finally:
        LedgerEntry.objects.filter(account__in=[account, rival]).delete()
        Account.objects.filter(name__in=[account, rival]).delete()

    plain, asked, again = (min(times) for times in zip(*turns, strict=True))
    asked_ratio = median(turn[1] / turn[0] for turn in turns)
    again_ratio = median(turn[2] / turn[0] for turn in turns)
    print("   all with the question made and, but from the ledger, answered by the baseline; quietest turn:")
    print(f"   insert and count, plainly        {plain:6.2f} ms")
    print(f"   asked the first time             {asked:6.2f} ms   {asked_ratio:.2f} of that   (limit {LIMIT_ASKED})")
    print(
        f"   answered from the ledger         {again:6.2f} ms   {again_ratio:.2f} of that   (limit {LIMIT_FROM_LEDGER})"
    )
    if asked_ratio > LIMIT_ASKED or again_ratio > LIMIT_FROM_LEDGER:
        raise Missed("a call through the gateway takes too long")


def _milliseconds(act: Callable[[int], None], turn: int) -> float:
    """Return the mean time of `act` over the calls of a turn."""
    first = turn * CALLS_PER_TURN
    started = time.perf_counter()
    for number in range(first, first + CALLS_PER_TURN):
        act(number)
    return 1000 * (time.perf_counter() - started) / CALLS_PER_TURN
