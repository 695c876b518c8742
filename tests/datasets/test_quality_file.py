"""What an export says of quality, beside all that people gave."""

import json
import zipfile

import pytest

from datasets import quality_file
from datasets.exporting import WRITERS, export_archive, export_study
from elicitation.exclusion import exclude
from elicitation.models import AnswerState, QualityFlag, Score
from elicitation.quality import kinds
from tests.factories import make_assessment, make_participant, make_prompt, make_study

pytestmark = pytest.mark.django_db


@pytest.fixture
def study():
    return make_study()


@pytest.fixture
def given(study):
    return make_assessment(make_prompt(study, key="bees"), make_participant(study, key="hasty"), world="A>B>C>D")


def lines(study, folder, name=quality_file.FILE):
    export_study(study=study, folder=folder, by=None)
    return [json.loads(line) for line in (folder / name).read_text().splitlines()]


def test_where_nothing_is_to_be_said_there_is_no_file(study, given, tmp_path):
    (tmp_path / quality_file.FILE).write_text("an older one")
    assert [file.name for file in export_study(study=study, folder=tmp_path, by=None)] == list(WRITERS)
    assert not (tmp_path / quality_file.FILE).exists()


def test_flags_stand_with_their_evidence_and_without_keys_of_rows(study, given, tmp_path):
    QualityFlag.objects.create(
        participant=given.participant,
        kind=kinds.TOO_FAST,
        strength=0.72,
        evidence={"deviations": -4.2, "assessments": [given.pk]},
    )
    QualityFlag.objects.create(
        participant=given.participant, assessment=given, kind=kinds.UNACCEPTABLE_FIRST, strength=1.0, evidence={}
    )
    assert lines(study, tmp_path) == [
        {
            "type": "person",
            "annotator_id": "hasty",
            "excluded": False,
            "flags": [
                {"kind": "too_fast", "prompt_id": None, "strength": 0.72, "evidence": {"deviations": -4.2}},
                {"kind": "unacceptable_first", "prompt_id": "bees", "strength": 1.0, "evidence": {}},
            ],
        }
    ]


def test_people_excluded_stay_in_the_files_and_are_named(study, given, tmp_path):
    exclude(by=None, participant=given.participant, reason="Read nothing.")
    (person,) = lines(study, tmp_path)
    assert (person["annotator_id"], person["excluded"], person["flags"]) == ("hasty", True, [])
    assert "Read nothing." not in json.dumps(person)
    (prompt,) = lines(study, tmp_path, "comparisons.jsonl")
    assert [row["annotator_id"] for row in prompt["metadata"]["assessments"]] == ["hasty"]


def test_what_only_tests_people_is_named(study, given, tmp_path):
    make_prompt(study, key="check", attention_best="C")
    make_prompt(study, key="again", retest_of=given.prompt)
    assert lines(study, tmp_path) == [
        {"type": "attention", "prompt_id": "check", "best": "C"},
        {"type": "retest", "prompt_id": "again", "retest_of": "bees"},
    ]


def test_surplus_answers_are_in_no_file(study, given, tmp_path):
    late = make_participant(study, key="late")
    prompt = make_prompt(study, criteria=1)
    surplus = make_assessment(prompt, late, world="D>C>B>A", is_surplus=True)
    Score.objects.create(
        participant=late, criterion=prompt.criteria.get(), assessment=surplus, state=AnswerState.ANSWERED, value=7
    )
    export_study(study=study, folder=tmp_path, by=None)
    assert "D>C>B>A" not in "".join(path.read_text() for path in tmp_path.iterdir())
    assert '"score": 7' not in (tmp_path / "conversation_rubrics.jsonl").read_text()


def test_who_did_not_consent_is_not_named(study, given, tmp_path):
    ghost = make_participant(study, key="ghost", consented_at=None)
    QualityFlag.objects.create(participant=ghost, kind=kinds.TOO_FAST, strength=1.0)
    assert not quality_file.has_lines(study)


def test_the_archive_has_it_too(study, given, tmp_path):
    exclude(by=None, participant=given.participant, reason="Read nothing.")
    with (tmp_path / "a.zip").open("wb") as target:
        export_archive(study=study, target=target, by=None)
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        assert archive.namelist() == [*WRITERS, quality_file.FILE]
