"""A study's texts as a file: out, translated, and back."""

import csv
import io
import json

import pytest

from elicitation import wording
from elicitation.wording import files
from elicitation.wording.writing import TranslationRefused
from tests.factories import make_prompt, make_study

pytestmark = pytest.mark.django_db


@pytest.fixture
def study():
    study = make_study(title="=Bees", languages=["en", "ja"])
    make_prompt(study, responses=2, criteria=1)
    return study


def fill(text):
    return f"訳 {text}"


def test_json_goes_out_and_comes_back(study):
    sent = json.loads(files.as_json(study, "ja"))
    for entry in sent["texts"]:
        entry["translation"] = fill(entry["source"])
    taken = files.take(by=None, study=study, language="ja", content=json.dumps(sent).encode())
    assert (taken.changed, taken.left_out) == (len(sent["texts"]), [])
    study.refresh_from_db()
    assert wording.text_of(study, "title", "ja") == "訳 =Bees"
    assert {entry["origin"] for entry in json.loads(files.as_json(study, "ja"))["texts"]} == {"human"}


@pytest.mark.parametrize("delimiter", [",", ";"])
def test_csv_goes_out_harmless_and_comes_back_as_spreadsheets_write_it(study, delimiter):
    rows = list(csv.DictReader(io.StringIO(files.as_csv(study, "ja"))))
    assert rows[0]["source"] == "'=Bees"
    out = io.StringIO()
    writer = csv.DictWriter(out, rows[0], delimiter=delimiter)
    writer.writeheader()
    for row in rows:
        writer.writerow({**row, "translation": fill(row["source"])})
    taken = files.take(by=None, study=study, language="ja", content=("\ufeff" + out.getvalue()).encode())
    assert (taken.changed, taken.left_out) == (len(rows), [])


def test_what_changed_meanwhile_is_left_out_and_named(study):
    sent = json.loads(files.as_json(study, "ja"))
    for entry in sent["texts"]:
        entry["translation"] = fill(entry["source"])
    study.title = "Wasps"
    study.save()
    taken = files.take(by=None, study=study, language="ja", content=json.dumps(sent).encode())
    assert taken.changed == len(sent["texts"]) - 1
    assert taken.left_out == ["Title: the study does not say this any more."]


@pytest.mark.parametrize("content", [b"\xff\xfe", b"nothing\nat all", b"{}", b'{"texts": [], "language": "fr"}', b"{"])
def test_another_file_is_refused(study, content):
    with pytest.raises(TranslationRefused):
        files.take(by=None, study=study, language="ja", content=content)
