"""`manage.py agreement`: what it prints, what it writes, and how it refuses."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from elicitation.exclusion import exclude
from elicitation.models import Block
from llm.errors import ModelUnavailable
from spec_loop.versions import import_spec
from tests.factories import make_assessment, make_participant, make_prompt, make_study
from tests.measures.strategies import CROWD

from .asking import SPEC

pytestmark = pytest.mark.django_db
ESTIMATES = ["pair_agreement", "tau_b", "top_choice", "attainable", "person_to_person", "share_of_attainable"]


@pytest.fixture
def study():
    """Two prompts, the first ranked by the crowd of the worked example, and a document."""
    study = make_study(slug="city")
    first, second = make_prompt(study, key="p1"), make_prompt(study, key="p2")
    for order in CROWD:
        person = make_participant(study)
        make_assessment(first, person, personal=order, world="D>C>B>A")
        make_assessment(second, person, personal="D>C>B>A")
    import_spec(by=None, name="rules", data=SPEC.encode(), study=study)
    return study


def run(*arguments, study="city", document="rules", ranker="openai:some-model"):
    out = StringIO()
    call_command(
        "agreement", study, "--document", document, "--ranker", ranker, "--resamples", "30", *arguments, stdout=out
    )
    return out.getvalue()


def refused(*arguments, **names):
    with pytest.raises(CommandError) as refusal:
        run(*arguments, **names)
    assert refusal.value.returncode == 2
    sentence = str(refusal.value)
    assert "\n" not in sentence
    return sentence


def test_json_holds_every_estimate_with_its_interval(study, gateway):
    found = json.loads(run("--json"))
    for name in ESTIMATES:
        assert found[name]["low"] <= found[name]["estimate"] <= found[name]["high"]
    assert (found["block"], found["prompts"], found["assessments"]) == ("personal", 2, 10)
    assert (found["ranker"], found["document"], found["study"]) == ("openai:some-model", "rules", "city")
    assert len(found["version"]) == 64
    assert [(section["section"], section["prompts"]) for section in found["by_section"]] == [("brief", 2)]
    assert found["by_group"] == []


def test_the_figures_are_the_worked_ones(study, tmp_path):
    path = tmp_path / "r.jsonl"
    path.write_text('{"prompt_id": "p1", "ranking": "A>B=D>C", "cited": ["kind"]}\n')
    found = json.loads(run("--json", ranker=f"file:{path}"))
    assert found["pair_agreement"]["estimate"] == pytest.approx(233 / 300)
    assert found["attainable"]["estimate"] == pytest.approx(61 / 75)
    assert found["person_to_person"]["estimate"] == pytest.approx(41 / 60)
    assert (found["prompts"], found["assessments"], found["prompts_not_ranked"]) == (1, 5, 1)
    assert [section["section"] for section in found["by_section"]] == ["kind"]


def test_rankings_written_out_give_the_same_figures_when_read(study, gateway, tmp_path):
    path = tmp_path / "out.jsonl"
    asked = json.loads(run("--json", "--rankings-out", str(path)))
    assert [json.loads(line)["prompt_id"] for line in path.read_text().splitlines()] == ["p1", "p2"]
    read = json.loads(run("--json", ranker=f"file:{path}"))
    assert read.pop("ranker") != asked.pop("ranker")
    assert read == asked


def test_seed_and_block_are_heeded(study, gateway):
    one, same, other = (json.loads(run("--json", "--seed", seed)) for seed in ("1", "1", "2"))
    assert one == same
    assert one["pair_agreement"]["estimate"] == other["pair_agreement"]["estimate"]
    assert one["pair_agreement"] != other["pair_agreement"]
    world = json.loads(run("--json", "--block", "world"))
    assert (world["block"], world["prompts"]) == (Block.WORLD, 1)
    assert world["pair_agreement"]["estimate"] == 1


def test_people_excluded_are_left_out_unless_asked_for(study, gateway):
    exclude(by=None, participant=study.participants.order_by("pk")[0], reason="Clicked through.")
    without, everybody = json.loads(run("--json")), json.loads(run("--json", "--with-excluded"))
    assert [found["assessments"] + found["all_tied"] for found in (without, everybody)] == [8, 10]
    assert [(found["excluded_people"], found["with_excluded"]) for found in (without, everybody)] == [
        (1, False),
        (1, True),
    ]
    assert "People excluded by a researcher: 1; they are left out" in run()


def test_a_version_is_named_by_the_beginning_of_its_hash(study, gateway):
    old = import_spec(by=None, name="rules", data=SPEC.encode()).hash
    import_spec(by=None, name="rules", data=SPEC.replace("Short", "Very short").encode())
    assert json.loads(run("--json"))["version"] != old
    assert json.loads(run("--json", "--version", old[:12]))["version"] == old


def test_text_names_what_was_measured_and_its_reference_lines(study, gateway):
    printed = run()
    for words in ("city, personal rankings", "pair agreement", "person to person", "attainable", "brief", "2 prompts"):
        assert words in printed
    assert "not a language model" not in printed


def test_the_baseline_is_named_as_what_it_is(study, gateway):
    assert "lexical control and not a language model" in run(ranker="offline")


@pytest.mark.parametrize(
    ("names", "message"),
    [
        ({"study": "nowhere"}, "There is no study 'nowhere'."),
        ({"document": "nothing"}, "There is no document 'nothing'."),
        ({"ranker": "gpt"}, "A ranker is named offline, openai:MODEL or file:PATH, not 'gpt'."),
        ({"ranker": "file:/nowhere/r.jsonl"}, "/nowhere/r.jsonl: the file cannot be read"),
    ],
)
def test_unknown_names_are_refused(study, names, message):
    assert refused(**names).startswith(message)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--version", "0123456789abcdef"], "has no version"),
        (["--resamples", "0"], "--resamples goes from 1"),
        (["--seed", "-1"], "--seed is a whole number"),
    ],
)
def test_bad_options_are_refused(study, gateway, arguments, message):
    assert message in refused(*arguments)


def test_a_study_without_rankings_asks_no_model(gateway):
    make_prompt(make_study(slug="city"))
    import_spec(by=None, name="rules", data=SPEC.encode())
    assert "Nobody has ranked anything" in refused()
    assert gateway.asked == []


def test_a_bad_file_is_named_by_line_and_field(study, tmp_path):
    path = tmp_path / "r.jsonl"
    path.write_text('{"prompt_id": "p1", "ranking": "A>B"}\n')
    assert refused(ranker=f"file:{path}").startswith("r.jsonl, line 1, field ranking: ")


def test_a_place_that_cannot_be_written_is_said(study, gateway, tmp_path):
    assert "cannot be written" in refused("--rankings-out", str(tmp_path / "no" / "folder.jsonl"))


def test_a_model_that_is_down_is_said_and_what_was_answered_stays(study, gateway):
    gateway.refuse["question"] = ModelUnavailable("The model does not answer now.")
    assert refused() == "The model does not answer now."
