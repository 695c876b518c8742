"""Pages of runs: who may see and start them, what they show at each point of a run's life."""

import pytest
from django.urls import reverse
from kombu.exceptions import OperationalError

from collective.accounts.models import User
from elicitation.models import Role, Study
from spec_loop.document import section_titles
from spec_loop.loop.runs import cancel_run
from spec_loop.models import CandidateEdit, Proposal, Run
from spec_loop.tasks import advance
from tests.factories import make_member, make_study
from tests.spec_loop.loop.making import make_document, make_ranked_study, make_run, work_until_over

pytestmark = pytest.mark.django_db


@pytest.fixture
def study() -> Study:
    return make_ranked_study()


@pytest.fixture
def woken(monkeypatch) -> list[int]:
    """Runs for which a worker was called."""
    called: list[int] = []
    monkeypatch.setattr(advance, "delay", called.append)
    return called


def sign_in(client, study, role=Role.RESEARCHER) -> User:
    user = make_member(study, role)
    client.force_login(user)
    return user


def address(name: str, study: Study, run: Run | None = None) -> str:
    return reverse(f"spec_loop:{name}", args=[study.slug, run.pk] if run else [study.slug])


def text(response) -> str:
    return " ".join(response.content.decode().split())


def start_fields(study, **fields):
    return {
        "version": make_document(study).current_id,
        "block": "personal",
        "ranker": "offline",
        "proposer": "offline",
        "seed": "7",
        "max_calls": "500",
    } | fields


# --- the list --------------------------------------------------------------------------------------------


def test_a_study_without_runs_says_what_a_run_does(client, study):
    sign_in(client, study)
    page = text(client.get(address("runs", study)))
    assert "No runs yet" in page
    assert address("start-run", study) in page


def test_the_list_counts_recommended_edits_and_no_placebos(client, study):
    run = work_until_over(make_run(study))
    run.edits.filter(is_placebo=True).update(outcome=CandidateEdit.Outcome.RECOMMENDED)
    run.edits.filter(is_placebo=False).update(outcome=CandidateEdit.Outcome.STOPPED)
    sign_in(client, study, Role.REVIEWER)
    response = client.get(address("runs", study))
    assert [(row.pk, row.recommended) for row in response.context["page"].object_list] == [(run.pk, 0)]
    assert address("start-run", study) not in text(response)


# --- starting --------------------------------------------------------------------------------------------


def test_a_run_is_started_and_a_worker_called(client, study, woken):
    user = sign_in(client, study)
    response = client.post(address("start-run", study), start_fields(study))
    run = Run.objects.get()
    assert response.headers["Location"] == address("run", study, run)
    assert (run.created_by, run.seed, run.max_calls, run.max_tokens) == (user, 7, 500, None)
    assert woken == [run.pk]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"ranker": "gpt-5"}, "Use offline or openai:MODEL here"),
        ({"ranker": "file:/etc/passwd"}, "A file can neither rank"),
        ({"seed": "-1"}, "greater than or equal to 0"),
        ({"max_calls": "many"}, "Enter a whole number"),
        ({"block": "moon"}, "Select a valid choice"),
        ({"version": "0"}, "Select a valid choice"),
    ],
)
def test_a_run_that_cannot_be_is_refused_with_the_reason(client, study, woken, fields, said):
    sign_in(client, study)
    response = client.post(address("start-run", study), start_fields(study, **fields))
    assert response.status_code == 400
    assert said in text(response)
    assert not Run.objects.exists()
    assert woken == []


def test_a_study_with_too_few_prompts_is_told_so(client, woken):
    study = make_ranked_study(prompts=5)
    sign_in(client, study)
    response = client.post(address("start-run", study), start_fields(study))
    assert "The study has 5 prompts with rankings" in text(response)


def test_documents_of_studies_one_has_no_role_in_are_not_offered(client, study):
    make_document(make_study(), name="secret")
    own = make_document(study, name="own")
    sign_in(client, study)
    response = client.get(address("start-run", study))
    assert list(response.context["form"].fields["version"].queryset) == [own.current]


def test_a_study_without_a_spec_is_told_to_import_one(client, study):
    sign_in(client, study)
    assert "There is no spec to run on" in text(client.get(address("start-run", study)))


# --- one run ---------------------------------------------------------------------------------------------


def test_a_run_at_work_refreshes_its_progress(client, study):
    run = make_run(study, max_calls=300)
    sign_in(client, study)
    page = text(client.get(address("run", study, run)))
    assert f'hx-get="{address("run-progress", study, run)}"' in page
    assert "0 of 20" in page
    assert "Cancel the run for good" in page
    part = client.get(address("run-progress", study, run))
    assert 'hx-trigger="every 2s"' in text(part)
    assert "HX-Refresh" not in part.headers


def test_a_run_that_is_over_has_its_page_loaded_anew_and_asks_no_more(client, study):
    run = cancel_run(by=None, run=make_run(study))
    sign_in(client, study)
    part = client.get(address("run-progress", study, run))
    assert part.headers["HX-Refresh"] == "true"
    assert "hx-get" not in text(part)
    assert "Cancel the run" not in text(client.get(address("run", study, run)))


def test_a_finished_run_shows_edits_with_outcome_reason_and_proposal(client, study):
    run = work_until_over(make_run(study))
    edit = run.edits.filter(is_placebo=False).exclude(spec_hash="").first()
    assert edit is not None
    sign_in(client, study, Role.REVIEWER)
    page = text(client.get(address("run", study, run)))
    assert "Offline baseline" in page
    assert edit.reason in page or "Recommended" in page
    assert address("proposal", study, Proposal.objects.get(candidate=edit)) in page  # type: ignore[arg-type]
    assert "0 of 2" in page
    assert "The ranker with itself" in page
    titles = section_titles(run.base_version.text)
    for placebo in run.edits.filter(is_placebo=True):
        assert f"Placebo {placebo.number}: {titles[placebo.section_id]}" in page


def test_a_simulated_study_says_so(client):
    study = make_ranked_study(is_simulated=True)
    sign_in(client, study)
    assert "Simulated data." in text(client.get(address("run", study, make_run(study))))


def test_a_paused_run_says_why_and_is_resumed_with_a_larger_budget(client, study, woken):
    run = work_until_over(make_run(study, max_calls=3))
    sign_in(client, study)
    page = text(client.get(address("run", study, run)))
    assert "3 of 3 calls" in page
    assert "Go on with the run" in page
    client.post(address("resume-run", study, run), {"max_calls": "400"})
    run.refresh_from_db()
    assert (run.status, run.max_calls, woken) == (Run.Status.RUNNING, 400, [run.pk])


def test_a_run_is_cancelled_by_button(client, study):
    run = make_run(study)
    sign_in(client, study)
    client.post(address("cancel-run", study, run))
    run.refresh_from_db()
    assert run.status == Run.Status.CANCELLED
    again = client.post(address("cancel-run", study, run), follow=True)
    assert "cannot be cancelled" in text(again)


# --- who may ---------------------------------------------------------------------------------------------


def test_a_reviewer_sees_and_does_not_act(client, study, woken):
    run = make_run(study)
    sign_in(client, study, Role.REVIEWER)
    assert "Cancel the run" not in text(client.get(address("run", study, run)))
    assert client.get(address("start-run", study)).status_code == 403
    for name in ("cancel-run", "resume-run"):
        assert client.post(address(name, study, run)).status_code == 403
    run.refresh_from_db()
    assert run.is_active


def test_a_member_of_another_study_finds_nothing(client, study):
    run = make_run(study)
    sign_in(client, make_study())
    for name in ("run", "run-progress"):
        assert client.get(address(name, study, run)).status_code == 404
    for name in ("cancel-run", "resume-run"):
        assert client.post(address(name, study, run)).status_code == 404
    assert client.get(address("runs", study)).status_code == 404


def test_a_run_is_not_found_under_another_study(client, study):
    run, other = make_run(study), make_study()
    sign_in(client, other)
    assert client.get(address("run", other, run)).status_code == 404


def test_nobody_acts_by_following_a_link(client, study):
    run = make_run(study)
    sign_in(client, study)
    for name in ("cancel-run", "resume-run"):
        assert client.get(address(name, study, run)).status_code == 405


def test_a_run_is_started_though_the_broker_is_down(client, study, monkeypatch):
    def refuse(_run_id):
        raise OperationalError("connection refused")

    monkeypatch.setattr(advance, "delay", refuse)
    sign_in(client, study)
    response = client.post(address("start-run", study), start_fields(study))
    assert response.status_code == 302
    assert response.url == address("run", study, Run.objects.get())
