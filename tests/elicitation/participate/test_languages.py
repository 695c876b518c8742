"""People read a study in a language of the study, choose another, and answer the same question."""

import pytest
from django.conf import settings as django_settings
from django.urls import reverse

from elicitation.models import Assessment, IntakeAnswer, Participant
from elicitation.wording.rows import all_rows
from elicitation.wording.writing import Given, write
from tests.factories import make_prompt, make_study

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def offered(settings):
    settings.LANGUAGES = [("en", "English"), ("es", "Spanish"), ("ar", "Arabic"), ("ja", "Japanese")]


@pytest.fixture
def study():
    """A study in English, Spanish and Arabic, all of it translated into Spanish."""
    study = make_study(title="Bees", languages=["en", "es", "ar"], consent_text="You agree.", tasks_per_person=1)
    study.protocols.update(
        intake=[
            {"key": "use", "question": "Own a hive?", "kind": "choice", "options": ["Yes", "No"], "required": False}
        ]
    )
    make_prompt(study, responses=2)
    given = [Given(row, f"[es] {row.source}") for row in all_rows(study, "es")]
    write(by=None, study=study, language="es", given=given)
    study.refresh_from_db()
    return study


def page(client, study, name="study", **headers):
    return client.get(reverse(f"participate:{name}", args=[study.link_token]), **headers)


def choose(client, study, language, **fields):
    return client.post(reverse("participate:language", args=[study.link_token]), {"language": language, **fields})


def come_in(client, study):
    welcome = page(client, study)
    address = reverse("participate:study", args=[study.link_token])
    client.post(address, {"answer": "agree", "visit": welcome.context["visit"]})
    return Participant.objects.get()


def test_the_browsers_language_is_spoken_where_the_study_has_it(client, study):
    spanish = page(client, study, headers={"accept-language": "ja, es-MX;q=0.8"})
    assert '<html lang="es" dir="ltr">' in spanish.text
    assert "[es] Bees" in spanish.text
    assert "[es] You agree." in spanish.text
    japanese = page(client, study, headers={"accept-language": "ja"})
    assert '<html lang="en" dir="ltr">' in japanese.text
    assert "[es]" not in japanese.text


def test_a_choice_is_kept_on_the_device_and_leads_back_to_the_page(client, study):
    address = reverse("participate:study", args=[study.link_token])
    response = choose(client, study, "ar", next=address + "?x=1")
    assert (response.status_code, response["Location"]) == (303, address + "?x=1")
    assert client.cookies[django_settings.LANGUAGE_COOKIE_NAME].value == "ar"
    opened = page(client, study, headers={"accept-language": "es"})
    assert '<html lang="ar" dir="rtl">' in opened.text
    assert 'value="es"><bdi lang="es" dir="ltr">Español</bdi>' in opened.text
    assert 'value="ja"' not in opened.text


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example/", "/studies/", ""])
def test_a_choice_leads_nowhere_else(client, study, back):
    assert choose(client, study, "es", next=back)["Location"] == reverse("participate:study", args=[study.link_token])


def test_a_language_the_study_is_not_in_changes_nothing(client, study):
    choose(client, study, "ja")
    assert django_settings.LANGUAGE_COOKIE_NAME not in client.cookies


def test_a_choice_stays_with_the_person_on_every_device(client, study):
    person = come_in(client, study)
    assert person.language == "en"
    choose(client, study, "es")
    person.refresh_from_db()
    assert person.language == "es"
    del client.cookies[django_settings.LANGUAGE_COOKIE_NAME]
    assert '<html lang="es"' in page(client, study, "about-you").text


def test_what_is_not_translated_names_the_language_it_is_in(client, study):
    choose(client, study, "ar")
    opened = page(client, study).text
    assert '<span lang="en" dir="auto">Bees</span>' in opened


def test_answers_in_two_languages_are_answers_to_one_question(client, study):
    choose(client, study, "es")
    come_in(client, study)
    about = page(client, study, "about-you")
    assert "[es] Own a hive?" in about.text
    assert "[es] Yes" in about.text
    client.post(reverse("participate:about-you", args=[study.link_token]), {"use": "Yes"})
    assert IntakeAnswer.objects.get().value == "Yes"
    task = client.get(page(client, study, "next")["Location"])
    prompt = study.prompts.get()
    assert f"[es] {prompt.messages[0]['content']}" in task.text
    assert f"[es] {prompt.responses.first().text}" in task.text
    assignment = Participant.objects.get().assignments.get()
    assert assignment.language == "es"
    client.post(
        reverse("participate:task", args=[study.link_token, assignment.idempotency_key]),
        {
            **{f"{block}_skip": "1" for block in ("personal", "world")},
            "unacceptable_none": "1",
            "protocol": study.protocols.get().pk,
        },
        headers={"accept-language": "ja"},
    )
    given = Assessment.objects.get()
    assert (given.language, given.prompt) == ("es", prompt)


def test_a_study_in_one_language_has_no_menu(client):
    study = make_study(languages=["en"], consent_text="You agree.")
    assert "language-menu" not in page(client, study).text
