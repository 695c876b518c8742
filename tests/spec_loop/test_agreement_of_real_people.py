"""Agreement on real rankings, against the definitions applied to the file itself."""

import json
from io import StringIO

import pytest
from django.core.management import call_command

from datasets.importing import import_comparisons
from spec_loop.versions import import_spec
from tests.factories import make_study
from tests.measures import plain
from tests.real_data import real_data

from .asking import SPEC

pytestmark = pytest.mark.django_db


def places(text):
    groups = [group.split("=") for group in text.split(">")]
    place = {letter: number for number, group in enumerate(groups) for letter in group}
    return tuple(place[letter] for letter in sorted(place))


def answers_in(folder):
    """Yield (prompt, person, places) of the file, for the world: nobody was asked for themselves."""
    for line in (folder / "comparisons.jsonl").read_text().splitlines():
        prompt = json.loads(line)
        for assessment in prompt["metadata"]["assessments"]:
            blocks = assessment["ranking_blocks"]
            assert blocks["personal"] == []
            yield prompt["prompt_id"], assessment["annotator_id"], places(blocks["world"][0]["ranking"])


def test_figures_of_the_real_study_are_those_of_the_plain_definitions(tmp_path):
    folder = real_data("rankings")
    import_comparisons(study=make_study(slug="real"), folder=folder, by=None)
    import_spec(by=None, name="rules", data=SPEC.encode())
    answers = list(answers_in(folder))
    prompts = sorted({prompt for prompt, _, _ in answers})
    orders = ["A>B>C", "C>B>A", "A=B>C", "A=B=C"]
    ranker = {prompt: orders[number % 4] for number, prompt in enumerate(prompts)}
    path = tmp_path / "ranker.jsonl"
    path.write_text("".join(json.dumps({"prompt_id": p, "ranking": order}) + "\n" for p, order in ranker.items()))

    out = StringIO()
    call_command("agreement", "real", "--document", "rules", "--ranker", f"file:{path}", "--json", stdout=out)
    found = json.loads(out.getvalue())

    assert (found["block"], found["prompts"], found["assessments"]) == ("world", len(prompts), len(answers))
    ones = dict.fromkeys(prompts, 1), dict.fromkeys({person for _, person, _ in answers}, 1)
    best, crowd = plain.best_single_rankings(answers), plain.crowd_orders(answers)
    ranked = {prompt: places(order) for prompt, order in ranker.items()}
    expected = plain.figures(plain.by_prompt(answers), ranked, best, crowd, *ones)
    for name, value in expected.items():
        assert found[name]["estimate"] == pytest.approx(value), name
        assert found[name]["low"] < found[name]["estimate"] < found[name]["high"]
