"""`manage.py run_loop`: what it prints, how it resumes, and how it refuses."""

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from elicitation.models import Study
from spec_loop.models import Run
from tests.factories import make_study

from .loop.making import make_document, make_ranked_study

pytestmark = pytest.mark.django_db


@pytest.fixture
def study() -> Study:
    study = make_ranked_study(slug="town")
    make_document(study, name="rules")
    return study


def run_loop(*arguments: str) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    call_command("run_loop", *arguments, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def refusal(*arguments: str) -> str:
    with pytest.raises(CommandError) as refused:
        run_loop(*arguments)
    assert refused.value.returncode == 2
    assert "\n" not in str(refused.value)
    return str(refused.value)


def test_json_is_of_the_agreed_shape(study):
    output, told = run_loop("town", "--document", "rules", "--seed", "1", "--max-calls", "5000", "--json")
    found: dict[str, Any] = json.loads(output)
    run = Run.objects.get()
    assert set(found) == {"run", "proposals", "placebo", "calls", "tokens"}
    assert (found["run"], found["placebo"], found["tokens"]) == (run.pk, run.result["placebo"], 0)
    assert found["placebo"]["tested"] > 0
    assert found["calls"] > 0
    for proposal in found["proposals"]:
        assert set(proposal) >= {"id", "section", "intent", "status", "select", "holdout", "calls"}
        assert {"estimate", "low", "high", "prompts"} <= set(proposal["select"])
        assert proposal["calls"] >= run.result["prompts"]["select"]
    assert sorted(proposal["id"] for proposal in found["proposals"]) == sorted(
        study.proposals.values_list("pk", flat=True)
    )
    assert found["proposals"]
    assert "Ranking every prompt" in told


def test_it_says_the_same_in_words(study):
    output, _ = run_loop("town", "--document", "rules")
    assert output.startswith(f"Run {Run.objects.get().pk}: ")
    assert "Placebos: 0 of 3 accepted." in output


def test_a_spent_budget_is_an_error_that_says_how_to_go_on(study):
    said = refusal("town", "--document", "rules", "--max-calls", "4")
    run = Run.objects.get()
    assert said == f"Run {run.pk} did not finish: {run.message}"
    assert "4 of 4 calls" in said
    output, _ = run_loop("town", "--resume", str(run.pk), "--max-calls", "900", "--json")
    assert json.loads(output)["run"] == run.pk


def test_resuming_a_finished_run_prints_it_again(study):
    first, _ = run_loop("town", "--document", "rules", "--json")
    again, _ = run_loop("town", "--resume", str(Run.objects.get().pk), "--json")
    assert json.loads(again) == json.loads(first)


def test_an_interrupted_run_can_be_gone_on_with(study, monkeypatch):
    def interrupt(*_arguments: object, **_options: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("spec_loop.management.commands.run_loop.work_on", interrupt)
    with pytest.raises(SystemExit) as ended:
        run_loop("town", "--document", "rules")
    assert ended.value.code == 130
    assert Run.objects.get().is_active


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["city", "--document", "rules"], "There is no study named 'city'."),
        (["town", "--document", "none"], "There is no document named 'none'."),
        (["town"], "Name a document"),
        (["town", "--resume", "999999"], "The study has no run 999999."),
        (["town", "--document", "rules", "--ranker", "gpt"], "Use offline or openai:MODEL here, not 'gpt'."),
        (["town", "--document", "rules", "--proposer", "file:x"], "A file can neither rank"),
        (["town", "--document", "rules", "--block", "world"], "0 prompts with rankings"),
    ],
)
def test_bad_use_is_refused_in_a_sentence(study, arguments, said):
    assert said in refusal(*arguments)
    assert not Run.objects.exists()


@pytest.mark.parametrize(
    "option", [("--max-calls", "-1"), ("--max-cost", "much"), ("--block", "moon"), ("--seed", "x")]
)
def test_a_wrong_option_is_refused(study, option):
    with pytest.raises(CommandError):
        run_loop("town", "--document", "rules", *option)


def test_a_run_of_another_study_is_not_resumed(study):
    run_loop("town", "--document", "rules")
    make_study(slug="city")
    assert "The study has no run" in refusal("city", "--resume", str(Run.objects.get().pk))
