"""What people do to a run, and what a run does when its model fails: it ends properly, or waits for people."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection

from collective.audit.models import AuditEntry
from collective.work.leases import claim
from collective.work.models import WorkState
from elicitation.models import Block, Ranking
from llm.gateway import spent
from llm.models import Account
from llm.providers import retrying
from spec_loop.loop.runs import NotPossible, RunRefused, StageProgress, cancel_run, progress, resume_run
from spec_loop.loop.split import TooFewPrompts
from spec_loop.loop.stages import enter_next_stage
from spec_loop.loop.working import Outlook, seconds_until_due, wanted_workers, work_on
from spec_loop.models import CandidateEdit, Run, WorkItem
from spec_loop.tasks import advance, sweep
from tests.factories import make_assessment, make_member, make_participant, make_prompt, make_study
from tests.llm.fake_server import FakeServer

from .making import QUICK, make_document, make_ranked_study, make_run, outcome_of, work_until_over

MODEL = "openai:fake"
IMPATIENT = replace(QUICK, attempts=2, first_delay_seconds=0.01)


@pytest.fixture
def server(settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeServer]:
    monkeypatch.setattr(retrying, "FIRST_PAUSE_SECONDS", 0.005)
    settings.OPENAI_API_KEY = "test-key"
    settings.OPENAI_TIMEOUT_SECONDS = 2.0
    settings.OPENAI_DEADLINE_SECONDS = 3.0
    with FakeServer(hang=0.2) as fake:
        settings.OPENAI_BASE_URL = fake.url
        yield fake


def audited(run: Run) -> list[tuple[str, str]]:
    return list(AuditEntry.objects.filter(target=run.ledger_key).order_by("number").values_list("action", "actor"))


# --- starting --------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_it_works():
    run = work_until_over(make_run(make_ranked_study()))
    assert (run.status, run.stage, run.message) == (Run.Status.DONE, Run.Stage.CONCLUDE, "")
    assert run.finished_at is not None
    assert run.result["prompts"] == {"explore": 6, "select": 5, "holdout": 7}
    assert audited(run) == [("run.started", "command line"), ("run.finished", run.ledger_key)]
    assert not run.items.exclude(state=WorkState.DONE).exists()


@pytest.mark.django_db
def test_the_same_seed_finds_the_same():
    one, other = make_ranked_study(), make_ranked_study()
    documents = make_document(one, name="one"), make_document(other, name="other")
    found = [
        outcome_of(work_until_over(make_run(study, document=document, seed=4)))
        for study, document in zip((one, other), documents, strict=True)
    ]
    assert found[0] == found[1]
    assert found[0]["edits"]


@pytest.mark.django_db
def test_starting_writes_down_who_and_whose_budget():
    study = make_ranked_study()
    user = make_member(study)
    run = make_run(study, by=user, max_calls=7, max_tokens=8, max_cost=Decimal("1.5"))
    assert (run.created_by, run.max_calls, run.max_tokens, run.max_cost) == (user, 7, 8, Decimal("1.5"))
    assert audited(run) == [("run.started", user.email)]
    assert list(run.document.studies.all()) == [study]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"ranker": "file:/tmp/x"}, "A file can neither rank by an edited spec nor write edits"),
        ({"proposer": "file:/tmp/x"}, "A file can neither rank by an edited spec nor write edits"),
        ({"ranker": "gpt"}, "Use offline or openai:MODEL here, not .gpt."),
    ],
)
def test_a_run_of_what_cannot_be_asked_is_refused(fields, said):
    study = make_ranked_study()
    with pytest.raises(RunRefused, match=said):
        make_run(study, **fields)
    assert not Run.objects.exists()


@pytest.mark.django_db
def test_a_version_of_another_document_is_refused():
    study = make_ranked_study()
    other = make_document(study, name="other", text="# Other {#other}\n\nOther.\n")
    with pytest.raises(RunRefused, match="no such version"):
        make_run(study, version=other.current)


@pytest.mark.django_db
def test_a_study_with_few_ranked_prompts_is_refused_however_many_prompts_it_has():
    study = make_study()
    person = make_participant(study)
    for number in range(30):
        prompt = make_prompt(study)
        if number < 9:
            make_assessment(prompt, person, personal="A>B>C>D")
    with pytest.raises(TooFewPrompts, match="9 prompts with rankings"):
        make_run(study)
    with pytest.raises(TooFewPrompts, match="0 prompts with rankings"):
        make_run(study, document=make_document(study, name="again"), block=Block.WORLD)
    assert not Run.objects.exists()


@pytest.mark.django_db
def test_rankings_given_after_the_start_change_nothing():
    one, other = make_ranked_study(), make_ranked_study()
    expected = outcome_of(work_until_over(make_run(one, document=make_document(one, name="one"))))
    run = make_run(other, document=make_document(other, name="other"))
    latecomer = make_participant(other, key="late")
    for prompt in other.prompts.all():
        make_assessment(prompt, latecomer, personal="D>C>B>A")
    assert Ranking.objects.filter(pk__gt=run.last_ranking).exists()
    assert outcome_of(work_until_over(run)) == expected


# --- cancelling and resuming -----------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_cancelled_run_is_over_and_its_requests_with_it():
    study = make_ranked_study()
    user = make_member(study)
    run = make_run(study)
    held = claim(WorkItem.objects.filter(run=run).select_related("edit"), limit=1, lease=_minute())
    run = cancel_run(by=user, run=run)
    assert (run.status, work_on(run.pk, seconds=5)) == (Run.Status.CANCELLED, Outlook.OVER)
    assert set(run.items.values_list("state", flat=True)) == {WorkState.CANCELLED}
    assert held[0].pk in set(run.items.values_list("pk", flat=True))
    assert audited(run)[-1] == ("run.cancelled", user.email)
    with pytest.raises(NotPossible, match="is cancelled and cannot be cancelled"):
        cancel_run(by=user, run=run)
    with pytest.raises(NotPossible, match="cannot be resumed"):
        resume_run(by=user, run=run)


@pytest.mark.django_db
def test_a_finished_run_is_neither_cancelled_nor_resumed():
    run = work_until_over(make_run(make_ranked_study()))
    with pytest.raises(NotPossible, match="is finished and cannot be cancelled"):
        cancel_run(by=None, run=run)
    with pytest.raises(NotPossible, match="is finished and cannot be resumed"):
        resume_run(by=None, run=run)


@pytest.mark.django_db
def test_a_spent_budget_pauses_the_run_and_a_larger_one_lets_it_go_on_to_the_same_end():
    one, other = make_ranked_study(), make_ranked_study()
    run = work_until_over(make_run(one, document=make_document(one, name="one"), max_calls=10))
    assert (run.status, run.stage) == (Run.Status.PAUSED, Run.Stage.RANK)
    assert "10 of 10 calls" in run.message
    assert spent(run.ledger_key).calls == 10
    assert work_until_over(resume_run(by=None, run=run)).status == Run.Status.PAUSED
    assert spent(run.ledger_key).calls == 10
    resumed = work_until_over(resume_run(by=None, run=run, max_calls=1000))
    assert outcome_of(resumed) == outcome_of(
        work_until_over(make_run(other, document=make_document(other, name="two")))
    )
    assert "run.paused" in [action for action, _ in audited(run)]


@pytest.mark.django_db
def test_resuming_a_run_at_work_changes_nothing_but_its_budget():
    run = make_run(make_ranked_study())
    work_on(run.pk, seconds=0)
    before = list(run.items.values_list("pk", "state", "attempts"))
    resumed = resume_run(by=None, run=run, max_calls=99)
    assert (resumed.status, resumed.max_calls) == (Run.Status.QUEUED, 99)
    assert list(run.items.values_list("pk", "state", "attempts")) == before


# --- stages ----------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_stage_is_not_entered_before_the_one_before_is_settled():
    run = make_run(make_ranked_study())
    assert enter_next_stage(run.pk) is False
    run.items.update(state=WorkState.DONE)
    run.items.filter(pk__in=run.items.values("pk")[:1]).update(state=WorkState.LEASED)
    assert enter_next_stage(run.pk) is False
    run.refresh_from_db()
    assert run.stage == Run.Stage.RANK


@pytest.mark.django_db
def test_progress_tells_every_stage_and_what_was_spent():
    run = make_run(make_ranked_study())
    begun = progress(run)
    assert begun.current == StageProgress(Run.Stage.RANK, done=0, failed=0, total=20)
    assert begun.calls == 0
    work_until_over(run)
    done = progress(run)
    assert all(stage.done == stage.total for stage in done.stages)
    assert done.calls == spent(run.ledger_key).calls > 20
    assert done.failed == 0


@pytest.mark.django_db
def test_what_another_run_asked_is_not_asked_again():
    study = make_ranked_study()
    document = make_document(study)
    first = work_until_over(make_run(study, document=document))
    second = work_until_over(make_run(study, document=document))
    assert outcome_of(second)["edits"] == outcome_of(first)["edits"]
    assert (spent(first.ledger_key).calls > 50, spent(second.ledger_key).calls) == (True, 0)


# --- models that fail ------------------------------------------------------------------------------------


def failing_run(**fields) -> Run:
    return make_run(make_ranked_study(), **{"ranker": MODEL, "proposer": MODEL, "plan": IMPATIENT} | fields)


def assert_counted_once(run: Run, server: FakeServer) -> None:
    """Assert that every delivered answer is in the account once, and none is reserved for any more."""
    account = Account.objects.get(name=run.ledger_key)
    assert account.calls == server.counts()["delivered"]
    assert server.counts()["paid_twice"] == []
    assert account.reserved_calls == 0


@pytest.mark.django_db(transaction=True)
def test_a_model_that_fails_now_and_then_is_asked_again_and_the_run_ends(server):
    server.rates = {"429": 0.15, "500": 0.1, "cut": 0.03}
    run = work_until_over(failing_run(plan=QUICK), seconds=120)
    assert run.status == Run.Status.DONE
    assert server.met["429"] + server.met["500"] > 0
    assert_counted_once(run, server)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("fault", ["malformed", "refusal", "wrong_answer"])
def test_a_model_that_answers_nothing_of_use_pauses_the_run_early_and_says_so(server, fault):
    server.rates = {fault: 1.0}
    run = work_until_over(failing_run())
    assert run.status == Run.Status.PAUSED
    assert "5 requests failed, more than were answered" in run.message
    failed = run.items.filter(state=WorkState.FAILED)
    assert failed.count() == 5
    assert all(failed.values_list("error", flat=True))
    assert_counted_once(run, server)


@pytest.mark.django_db(transaction=True)
def test_a_model_that_is_down_pauses_the_run_which_goes_on_once_the_model_is_back(server):
    server.rates = {"503": 1.0}
    run = work_until_over(failing_run())
    assert (run.status, spent(run.ledger_key).calls) == (Run.Status.PAUSED, 0)
    assert set(run.items.filter(state=WorkState.FAILED).values_list("attempts", flat=True)) == {IMPATIENT.attempts}
    server.rates = {}
    resumed = work_until_over(resume_run(by=None, run=run))
    assert resumed.status == Run.Status.DONE
    assert not run.items.exclude(state=WorkState.DONE).exists()
    assert_counted_once(run, server)


@pytest.mark.django_db(transaction=True)
def test_a_wrong_key_pauses_the_run_at_the_first_request(server):
    server.rates = {"401": 1.0}
    run = work_until_over(failing_run())
    assert run.status == Run.Status.PAUSED
    assert run.items.filter(state=WorkState.FAILED).count() == 0
    assert len(server.requests) == 1


@pytest.mark.django_db(transaction=True)
def test_a_proposer_that_returns_garbage_leaves_nothing_to_test_and_the_run_pauses(server):
    run = failing_run(ranker="offline")
    server.rates = {"malformed": 1.0}
    run = work_until_over(run)
    assert (run.status, run.stage) == (Run.Status.PAUSED, Run.Stage.PROPOSE)
    assert not CandidateEdit.objects.exists()


@pytest.mark.django_db
def test_a_few_unanswered_requests_do_not_stop_a_run_and_too_many_do():
    run = make_run(make_ranked_study())
    few = run.items.order_by("pk").values_list("pk", flat=True)[:2]
    run.items.exclude(pk__in=list(few)).update(state=WorkState.DONE)
    run.items.filter(pk__in=list(few)).update(state=WorkState.FAILED, error="No answer.")
    assert enter_next_stage(run.pk) is True
    run.refresh_from_db()
    assert run.stage == Run.Stage.PROPOSE

    other = make_run(make_ranked_study())
    many = list(other.items.order_by("pk").values_list("pk", flat=True)[:3])
    other.items.exclude(pk__in=many).update(state=WorkState.DONE)
    other.items.filter(pk__in=many).update(state=WorkState.FAILED, error="No answer.")
    assert enter_next_stage(other.pk) is True
    other.refresh_from_db()
    assert (other.status, other.stage) == (Run.Status.PAUSED, Run.Stage.RANK)
    assert "3 of 20 requests" in other.message


# --- several workers -------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_three_workers_at_once_do_everything_once_and_find_the_same(server):
    server.latency = 0.005
    one, other = make_ranked_study(), make_ranked_study()
    documents = make_document(one, name="one"), make_document(other, name="other")
    run = make_run(one, document=documents[0], ranker=MODEL, proposer=MODEL)
    failures: list[BaseException] = []

    def work() -> None:
        try:
            work_until_over(Run.objects.get(pk=run.pk), seconds=120)
        except BaseException as error:  # noqa: BLE001  # told below, in the test's own thread
            failures.append(error)
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert failures == []
    run.refresh_from_db()
    assert run.status == Run.Status.DONE
    assert set(run.items.values_list("state", "attempts")) == {(WorkState.DONE, 1)}
    assert_counted_once(run, server)
    alone = work_until_over(make_run(other, document=documents[1], ranker=MODEL, proposer=MODEL), seconds=120)
    assert outcome_of(run) == outcome_of(alone)


@pytest.mark.django_db
def test_workers_are_wanted_where_requests_wait_and_no_more_than_asked_for():
    run = make_run(make_ranked_study())
    assert wanted_workers(run, most=3) == 3
    claim(WorkItem.objects.filter(run=run).select_related("edit"), limit=2, lease=_minute())
    assert wanted_workers(run, most=3) == 2
    assert seconds_until_due(run.pk) == 0.0
    run.items.exclude(state=WorkState.LEASED).update(state=WorkState.DONE)
    assert wanted_workers(run, most=3) == 0
    assert seconds_until_due(run.pk) == pytest.approx(60, abs=10)
    run.items.update(state=WorkState.DONE)
    assert (wanted_workers(run, most=3), seconds_until_due(run.pk)) == (1, None)


@pytest.mark.django_db
def test_a_sweep_wakes_active_runs_only(monkeypatch):
    called = []
    monkeypatch.setattr(advance, "apply_async", lambda arguments, **_options: called.append(arguments))
    active, paused = make_run(make_ranked_study()), make_run(make_ranked_study())
    Run.objects.filter(pk=paused.pk).update(status=Run.Status.PAUSED)
    sweep()
    assert called == [(active.pk,)] * 4


@pytest.mark.django_db
def test_a_call_for_a_run_that_is_over_or_gone_does_nothing():
    run = cancel_run(by=None, run=make_run(make_ranked_study()))
    advance(run.pk)
    advance(0)
    assert progress(run).calls == 0


def _minute():
    return timedelta(minutes=1)
