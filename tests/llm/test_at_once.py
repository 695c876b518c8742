"""Many ask at once, and some are killed while they ask: nothing is paid twice, no budget is overspent."""

import json
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from llm import budgets, ledger
from llm.errors import BudgetExhausted, ModelUnavailable
from llm.gateway import Answer, Limits, ask, spent
from llm.models import Account, LedgerEntry

from .asker import environment
from .questions import rank_question

pytestmark = pytest.mark.django_db(transaction=True)

MODEL = "openai:fake"


def at_once(count: int, act: Callable[[int], object]) -> list[Any]:
    """Return what `act` returned or raised in threads that all begin together."""
    ready = threading.Barrier(count)

    def run(number: int) -> object:
        try:
            ready.wait()
            return act(number)
        except Exception as error:  # noqa: BLE001  # the tests look at what was raised
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


def wait_for(happens: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not happens():
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.mark.parametrize("model", [MODEL, "offline"])
def test_threads_with_the_same_question_pay_once(server, model):
    server.latency = 0.2

    answers = at_once(6, lambda _: ask(rank_question(), model=model, account="run:1"))

    assert all(isinstance(answer, Answer) for answer in answers), answers
    assert Counter(answer.from_ledger for answer in answers)[False] == 1
    assert len({answer.value.ranking for answer in answers}) == 1
    assert spent("run:1").calls == 1
    assert server.counts()["requests"] == (model == MODEL)


@pytest.mark.parametrize("model", [MODEL, "offline"])
def test_threads_do_not_overspend_a_budget(server, model):
    server.latency = 0.05
    limits = Limits(max_calls=3)

    results = at_once(8, lambda number: ask(rank_question(), model=model, account="a", repeat=number, limits=limits))

    assert Counter(type(result) for result in results) == {Answer: 3, BudgetExhausted: 5}
    assert spent("a").calls == 3
    assert server.counts()["requests"] == 3 * (model == MODEL)


def test_a_call_that_failed_leaves_its_place_in_the_budget(server):
    server.faults = ["404"] * 4
    limits = Limits(max_calls=1)

    failed = at_once(4, lambda number: ask(rank_question(), model=MODEL, account="a", repeat=number, limits=limits))

    assert {type(result) for result in failed} <= {ModelUnavailable, BudgetExhausted}
    server.faults = []
    assert ask(rank_question(), model=MODEL, account="a", limits=limits).value


def start_asker(server, *arguments: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "tests.llm.asker", *arguments]
    return subprocess.Popen(command, env=environment(server.url), stdout=subprocess.PIPE, text=True)


def test_processes_with_the_same_questions_pay_once_and_keep_the_budget(server):
    server.latency = 0.02
    askers = [start_asker(server, MODEL, "run:1", "6", "5") for _ in range(2)]

    lines = [json.loads(line) for asker in askers for line in asker.communicate(timeout=60)[0].splitlines()]

    counts = server.counts()
    assert (counts["delivered"], counts["paid_twice"], spent("run:1").calls) == (5, [], 5)
    assert Counter(line.get("from_ledger", line.get("error")) for line in lines) == {
        False: 5,
        True: 5,
        "BudgetExhausted": 2,
    }


def test_the_question_of_a_killed_asker_is_taken_over_at_once(server):
    server.latency = 1.0
    asker = start_asker(server, MODEL, "run:1", "1")
    wait_for(lambda: server.counts()["requests"] == 1)
    asker.send_signal(signal.SIGKILL)
    asker.wait()
    entry = LedgerEntry.objects.get()
    assert (entry.status, Account.objects.get().reserved_calls) == ("asked", 1)

    server.latency = 0.0
    started = time.monotonic()
    answer = ask(rank_question(), model=MODEL, account="run:1", limits=Limits(max_calls=1))

    assert time.monotonic() - started < 1.0
    assert (answer.entry_id, answer.from_ledger) == (entry.pk, False)
    assert (spent("run:1").calls, Account.objects.get().reserved_calls) == (1, 0)
    wait_for(lambda: server.counts()["lost"] == 1)
    counts = server.counts()
    assert (counts["requests"], counts["delivered"], counts["paid_twice"]) == (2, 1, [])
    assert server.requests[0]["key"] == server.requests[1]["key"]


def test_what_a_killed_asker_had_set_aside_is_freed_when_another_account_takes_over(server):
    server.latency = 1.0
    asker = start_asker(server, MODEL, "run:1", "1")
    wait_for(lambda: server.counts()["requests"] == 1)
    asker.send_signal(signal.SIGKILL)
    asker.wait()

    server.latency = 0.0
    ask(rank_question(), model=MODEL, account="run:2")

    rows = {row.name: (row.calls, row.reserved_calls, row.reserved_tokens) for row in Account.objects.all()}
    assert rows["run:1"] == (0, 0, 0)
    assert rows["run:2"][:2] == (1, 0)


def held_elsewhere(key: ledger.Key) -> tuple[threading.Event, threading.Thread]:
    """Hold a question's lock in another session, as a machine does that vanished with its connection open."""
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [key.lock_number])
        held.set()
        done.wait()
        connection.close()

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait()
    return done, thread


@pytest.mark.parametrize(("lease_left", "is_answered"), [(-1, True), (0.3, True), (600, False)])
def test_a_question_is_held_no_longer_than_a_call_may_take(server, settings, lease_left, is_answered):
    settings.OPENAI_DEADLINE_SECONDS = 1.0
    key = ledger.Key(MODEL, "", rank_question().fingerprint(), 0)
    entry = ledger.take(key, purpose="rank", account="")
    LedgerEntry.objects.update(status="asked", leased_until=timezone.now() + timedelta(seconds=lease_left))
    done, thread = held_elsewhere(key)
    try:
        if is_answered:
            assert ask(rank_question(), model=MODEL).entry_id == entry.pk
        else:
            with pytest.raises(ModelUnavailable, match="another process"):
                ask(rank_question(), model=MODEL)
    finally:
        done.set()
        thread.join()


def test_an_answer_that_comes_after_its_lease_is_paid_and_does_not_overwrite(server):
    key = ledger.Key(MODEL, "", rank_question().fingerprint(), 0)
    server.latency = 0.5

    def slow(_: int) -> object:
        return ask(rank_question(), model=MODEL, account="slow")

    def impatient(_: int) -> object:
        wait_for(lambda: LedgerEntry.objects.filter(status="asked").exists())
        with transaction.atomic():
            entry = ledger.take(key, purpose="rank", account="quick")
            ledger.settle(entry, ledger.Outcome(bill=budgets.Bill(), latency_ms=1, error="no", is_last=True))
        return entry

    late, _ = at_once(2, lambda number: (slow, impatient)[number](number))

    assert late.value.ranking
    assert (LedgerEntry.objects.get().status, LedgerEntry.objects.get().error) == ("unusable", "no")
    assert spent("slow").calls == 1
    assert Account.objects.get(name="slow").reserved_calls == 0


def test_an_offline_answer_is_counted_with_the_callers_own_transaction():
    with transaction.atomic():
        ask(rank_question(), model="offline", account="run:1")
        transaction.set_rollback(True)

    assert (spent("run:1").calls, LedgerEntry.objects.count()) == (0, 0)
