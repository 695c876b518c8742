"""What `ask` costs around the offline baseline: the ledger and the account, per call, as a loop makes them.

The baseline's own time is measured apart and taken off. The calls are made in a transaction-free connection, as a
worker makes them, and their rows removed afterwards.
"""

import os
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from statistics import median

import django

CALLS = 500
STRETCH = 10
LIMIT_MS = 3.0
SPEC_FILE = Path(__file__).parent.parent / "datasets" / "demo" / "content" / "spec.md"


def main() -> None:
    """Print milliseconds per call: asked the first time, with a budget, and answered from the ledger."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "collective.settings")
    django.setup()
    from benchmarks import Missed
    from llm import offline
    from llm.gateway import Limits, ask
    from llm.models import Account, LedgerEntry
    from llm.questions import Message, RankQuestion
    from spec_loop.document.material import spec_text

    account = f"benchmark:{uuid.uuid4().hex[:12]}"
    # The text of this run alone, so that no earlier run has asked the same.
    spec = spec_text(SPEC_FILE.read_text() + f"\n{account}\n")
    questions = [
        RankQuestion(
            spec=spec,
            messages=(Message(role="user", content=f"Question {number}: what should I do?"),),
            candidates={letter: f"Answer {letter}. I understand how you feel; first, ask." for letter in "ABCD"},
        )
        for number in range(CALLS)
    ]
    limits = Limits(max_calls=10 * CALLS)
    try:
        offline.answer(questions[0])
        trip = _milliseconds(_round_trip)
        alone = _milliseconds(lambda number: offline.answer(questions[number]))
        first = _milliseconds(lambda number: ask(questions[number], model="offline", account=account, limits=limits))
        again = _milliseconds(lambda number: ask(questions[number], model="offline", account=account, limits=limits))
    finally:
        LedgerEntry.objects.filter(account=account).delete()
        Account.objects.filter(name=account).delete()
    print(f"   one round trip to the database      {trip:6.2f} ms")
    print(f"   the offline baseline alone          {alone:6.2f} ms")
    print(f"   asked, kept and counted, on top     {first - alone:6.2f} ms   (limit {LIMIT_MS})")
    print(f"   answered from the ledger            {again:6.2f} ms   (limit {LIMIT_MS})")
    if max(first - alone, again) > LIMIT_MS:
        raise Missed("a call through the gateway takes too long")


def _round_trip(_: int) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _milliseconds(act: Callable[[int], object]) -> float:
    """Return the median time of `act` in the quietest of some stretches of calls: others may use the machine too."""
    medians = []
    for first in range(0, CALLS, STRETCH):
        times = []
        for number in range(first, first + STRETCH):
            started = time.perf_counter()
            act(number)
            times.append(time.perf_counter() - started)
        medians.append(median(times))
    return 1000 * min(medians)
