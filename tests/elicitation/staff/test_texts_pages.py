"""Researchers translate a study's texts in the browser."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.translation import get_language_info

from collective.audit.models import AuditEntry
from elicitation import wording
from elicitation.models import Role, TranslationWork
from elicitation.wording.rows import all_rows, rows
from elicitation.wording.writing import Given, write
from tests.factories import make_member, make_prompt, make_study

pytestmark = pytest.mark.django_db


@pytest.fixture
def study():
    study = make_study(title="Bees", languages=["en", "es", "ar"])
    make_prompt(study, responses=2, criteria=1)
    return study


@pytest.fixture
def signed_in(client, study):
    client.force_login(make_member(study))
    return client


def address(study, name="texts-in", *more):
    return reverse(f"elicitation:{name}", args=[study.slug, "es", *more])


def test_the_languages_and_how_far_each_is(signed_in, study):
    write(by=None, study=study, language="es", given=[Given(row, "x") for row in all_rows(study, "es")])
    opened = signed_in.get(reverse("elicitation:texts", args=[study.slug])).text
    assert "Español" in opened
    assert get_language_info("ar")["name_local"] in opened
    assert opened.count("Complete") == 1


def test_a_translation_is_typed_and_shown(signed_in, study):
    [row] = rows(study, "es", "study")
    opened = signed_in.get(address(study))
    assert "Missing" in opened.text
    fields = {f"text.{row.id}": " Abejas\r\ny más ", f"source.{row.id}": row.source_digest}
    assert signed_in.post(address(study), fields).status_code == 302
    study.refresh_from_db()
    assert wording.text_of(study, "title", "es") == "Abejas\ny más"
    entry = AuditEntry.objects.get(action="texts.translated")
    assert entry.details == {"language": "es", "texts": 1, "origin": "human", "model": ""}
    signed_in.post(address(study), {**fields, f"text.{row.id}": "Abejas\r\ny más"})
    assert AuditEntry.objects.filter(action="texts.translated").count() == 1


def test_a_machines_translation_is_a_persons_once_checked(signed_in, study):
    [row] = rows(study, "es", "study")
    write(by=None, study=study, language="es", given=[Given(row, "Abejas")], origin="machine", model="m")
    fields = {f"text.{row.id}": "Abejas", f"source.{row.id}": row.source_digest}
    signed_in.post(address(study), fields)
    study.refresh_from_db()
    assert wording.text_of(study, "title", "es").origin == "machine"
    signed_in.post(address(study), {**fields, f"checked.{row.id}": "1"})
    study.refresh_from_db()
    assert wording.text_of(study, "title", "es").origin == "human"


@pytest.mark.parametrize("part", ["study", "questions", "prompts"])
def test_every_part_has_its_table(signed_in, study, part):
    opened = signed_in.get(address(study) + f"?part={part}")
    assert opened.text.count("<textarea") == len(rows(study, "es", part)) > 0


def test_files_go_out_and_come_back(signed_in, study):
    assert signed_in.get(address(study, "export-texts", "csv"))["Content-Type"].startswith("text/csv")
    sent = json.loads(signed_in.get(address(study, "export-texts", "json")).content)
    for entry in sent["texts"]:
        entry["translation"] = "x"
    file = SimpleUploadedFile("es.json", json.dumps(sent).encode())
    response = signed_in.post(address(study, "import-texts"), {"file": file}, follow=True)
    assert f"{len(sent['texts'])} texts were changed." in response.text
    bad = SimpleUploadedFile("es.json", b"{}")
    assert (
        "not one that was exported here"
        in signed_in.post(address(study, "import-texts"), {"file": bad}, follow=True).text
    )
    assert "Choose a file" in signed_in.post(address(study, "import-texts"), follow=True).text


def test_without_a_model_the_page_says_that_the_baseline_cannot_translate(signed_in, study):
    opened = signed_in.get(address(study)).text
    assert "The offline baseline cannot translate" in opened
    assert "Translate what is missing" not in opened
    signed_in.post(address(study, "translate-texts"))
    assert not TranslationWork.objects.exists()


def test_with_a_model_the_work_is_queued(signed_in, study, settings):
    settings.TRANSLATION_MODEL, settings.OPENAI_API_KEY = "openai:babel", "key"
    assert "Translate what is missing" in signed_in.get(address(study)).text
    opened = signed_in.post(address(study, "translate-texts"), follow=True).text
    assert "The model is at work." in opened
    assert TranslationWork.objects.get().language == "es"


def test_only_researchers_come_in_and_only_to_languages_of_the_study(client, study, signed_in):
    assert signed_in.get(reverse("elicitation:texts-in", args=[study.slug, "fr"])).status_code == 404
    assert signed_in.get(reverse("elicitation:texts-in", args=[study.slug, "en"])).status_code == 404
    client.force_login(make_member(study, Role.REVIEWER))
    assert client.get(address(study)).status_code == 403
