"""If these fail, a script starts runs that the pages refuse, or cannot stop what it started."""

import pytest

from spec_loop.models import Run
from spec_loop.tasks import advance
from spec_loop.versions import import_spec
from tests.factories import make_assessment, make_participant, make_prompt
from tests.spec_loop.making import SPEC


@pytest.fixture
def calls(monkeypatch):
    """Keep wake-up calls instead of sending them."""
    sent: list[int] = []
    monkeypatch.setattr(advance, "delay", sent.append)
    return sent


@pytest.fixture
def ready(world):
    """Give the study a spec and enough ranked prompts."""
    import_spec(by=None, name="rules", data=SPEC.encode(), study=world.study)
    people = [make_participant(world.study) for _ in range(3)]
    for _ in range(18):
        prompt = make_prompt(world.study)
        for person in people:
            make_assessment(prompt, person, personal="A>B>C>D")
    return world


def started(world, **fields):
    return world.researcher.post("/api/v1/studies/city/runs/", {"document": "rules"} | fields, format="json")


def test_it_works(ready, calls, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):  # a worker is called once there is something to find
        answer = started(ready, seed=3, max_calls=100)
    assert answer.status_code == 201
    run = Run.objects.get()
    assert (run.seed, run.max_calls, run.block, calls) == (3, 100, "personal", [run.pk])
    shown = ready.reviewer.get(f"/api/v1/studies/city/runs/{run.pk}/").json()
    assert shown["progress"][0]["total"] > 0
    assert shown["report"]["placebo"] == {"tested": 0, "accepted": 0}


def test_a_cancelled_run_is_over(ready, calls):
    pk = started(ready).json()["id"]
    assert ready.researcher.post(f"/api/v1/studies/city/runs/{pk}/cancel/").json()["status"] == "cancelled"
    assert ready.researcher.post(f"/api/v1/studies/city/runs/{pk}/resume/").status_code == 409


def test_too_few_prompts_are_a_conflict(world, calls):
    import_spec(by=None, name="rules", data=SPEC.encode(), study=world.study)
    answer = started(world)
    assert (answer.status_code, Run.objects.count(), calls) == (409, 0, [])


def test_an_unknown_ranker_or_document_is_refused(ready, calls):
    assert started(ready, ranker="guesswork").status_code == 400
    assert started(ready, document="none").status_code == 404
    assert (Run.objects.count(), calls) == (0, [])
