"""A run whose workers are killed at any moment ends as one that was left alone, and nothing is paid for twice.

One exception there is and can be none fewer: an answer that was on its way to a worker when it was killed. The model
has delivered it, nobody has noted it, and it must be asked for again. So at most one answer per killed worker process
is delivered twice, and the ledger counts exactly the others.
"""

import json
from collections.abc import Iterator
from dataclasses import replace
from functools import partial

import pytest
from django.conf import settings as django_settings

from collective.celery import app
from collective.work.models import WorkState
from llm.gateway import spent
from llm.models import Account, LedgerEntry
from llm.providers import retrying
from spec_loop.models import Run, SectionRelevance, SpecRanking
from spec_loop.tasks import sweep
from tests.llm.fake_server import FakeServer

from .making import QUICK, make_document, make_ranked_study, make_run, outcome_of, work_until_over
from .processes import broker_of, kill, process, wait_for

pytestmark = pytest.mark.django_db(transaction=True)

MODEL = "openai:fake"
PLAN = replace(QUICK, most_edits=2, placebos=1, single_cases=2, reruns=1)


@pytest.fixture
def server(settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeServer]:
    monkeypatch.setattr(retrying, "FIRST_PAUSE_SECONDS", 0.01)
    settings.OPENAI_API_KEY = "test-key"
    with FakeServer(latency=0.02) as fake:
        settings.OPENAI_BASE_URL = fake.url
        yield fake


def start(name: str) -> Run:
    study = make_ranked_study(slug=name)
    document = make_document(study, name=name)
    return make_run(study, document=document, ranker=MODEL, proposer=MODEL, plan=PLAN)


def left_alone(server: FakeServer) -> tuple[dict, int]:
    """Return what such a run finds when nobody kills it, and how many answers it pays; leave no trace of it."""
    run = work_until_over(start("undisturbed"))
    found, calls = outcome_of(run), spent(run.ledger_key).calls
    assert run.status == Run.Status.DONE
    assert calls == server.counts()["delivered"]
    for model in (SpecRanking, SectionRelevance, LedgerEntry, Account):
        model.objects.all().delete()
    with server._lock:
        server.delivered.clear()
        server.asked.clear()
    return found, calls


def assert_paid_once(run: Run, server: FakeServer, *, killed: int, expected_calls: int) -> None:
    """Assert the bound of this module's head."""
    account = Account.objects.get(name=run.ledger_key)
    twice = sum(count - 1 for count in server.delivered.values())
    assert account.calls == len(server.delivered) == expected_calls
    assert twice <= killed
    assert (account.reserved_calls, account.reserved_tokens) == (0, 0)


def test_a_run_killed_again_and_again_in_the_foreground_ends_as_one_left_alone(server):
    expected, expected_calls = left_alone(server)
    run = start("killed")
    command = ("manage.py", "run_loop", "killed", "--resume", str(run.pk), "--json")
    kills = [round(expected_calls * share) for share in (0.15, 0.5, 0.8)]
    for answers in kills:
        with process(*command, server=server) as worker:
            wait_for(partial(_has_delivered, server, answers), seconds=120, of=worker)
            kill(worker)
        run.refresh_from_db()
        assert run.status == Run.Status.RUNNING
    with process(*command, server=server) as worker:
        output, errors = worker.communicate(timeout=120)
    assert worker.returncode == 0, errors
    printed = json.loads(output)
    run.refresh_from_db()
    assert outcome_of(run) == expected
    assert (printed["run"], printed["calls"]) == (run.pk, expected_calls)
    assert_paid_once(run, server, killed=len(kills), expected_calls=expected_calls)


def test_a_run_whose_celery_workers_are_killed_goes_on_when_others_are_started(server):
    expected, expected_calls = left_alone(server)
    run = start("celery")
    broker = broker_of(django_settings.REDIS_URL)
    command = ("-m", "celery", "-A", "collective", "worker", "--concurrency", "2", "--loglevel", "WARNING")
    halfway = expected_calls // 2
    with process(*command, server=server, REDIS_URL=broker) as workers:
        _wait_waking(partial(_has_delivered, server, halfway), broker, workers)
        kill(workers)
    assert Run.objects.get(pk=run.pk).is_active
    with process(*command, server=server, REDIS_URL=broker) as workers:
        _wait_waking(lambda: not Run.objects.get(pk=run.pk).is_active, broker, workers)
    run.refresh_from_db()
    assert outcome_of(run) == expected
    assert not run.items.exclude(state=WorkState.DONE).exists()
    assert_paid_once(run, server, killed=2, expected_calls=expected_calls)


def _has_delivered(server: FakeServer, answers: int) -> bool:
    return sum(server.delivered.values()) >= answers


def _wait_waking(what, broker: str, workers) -> None:
    """Wait, and meanwhile call for a sweep twice a second, as Celery's beat does every ten."""

    def woken() -> bool:
        with app.connection_for_write(broker) as connection:
            sweep.apply_async(connection=connection, expires=5)
        try:
            wait_for(what, seconds=0.5)
        except AssertionError:
            return False
        return True

    wait_for(woken, seconds=120, of=workers)
