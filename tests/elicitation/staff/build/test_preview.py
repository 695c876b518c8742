"""If these fail, looking at a study changes it, or shows something else than people get."""

import html
import re

import pytest
from django.apps import apps
from django.urls import reverse

from elicitation import protocols, studies
from elicitation.models import Assignment, Panel, Participant, Role, Study
from elicitation.protocol import default_steps
from elicitation.quiz import default_quiz
from tests.factories import make_member, make_prompt

pytestmark = pytest.mark.django_db


@pytest.fixture
def study(client):
    study = studies.create_study(
        by=None,
        slug="bees",
        title="Bees",
        consent_text="I agree to the bees.",
        thanks_text="Thank you from the bees.",
        languages=["en", "de"],
    )
    protocols.change_quiz(by=None, study=study, quiz=default_quiz())
    make_prompt(study, criteria=1)
    make_prompt(study)
    client.force_login(make_member(study, Role.REVIEWER))
    return study


def address(page, **query):
    parameters = "&".join(f"{name}={value}" for name, value in query.items())
    return reverse("elicitation:preview-page", args=["bees", page]) + (f"?{parameters}" if parameters else "")


def shown(client, page, **query):
    response = client.get(address(page, **query))
    assert response.status_code == 200
    return html.unescape(response.content.decode())


def counts():
    return [model.objects.count() for model in (Participant, Assignment, Study)]


@pytest.mark.parametrize(
    ("page", "said"),
    [
        ("welcome", "I agree to the bees."),
        ("information", "I agree to the bees."),
        ("about-you", "How old are you?"),
        ("quiz", "objective or subjective"),
        ("task", "Somebody asks an AI"),
        ("finish", "Thank you from the bees."),
    ],
)
def test_every_page_is_shown_and_nothing_is_stored(client, study, page, said):
    before = counts()
    text = shown(client, page)
    assert said in text
    assert "Nothing you do here is stored." in text
    assert counts() == before
    study.refresh_from_db()
    assert study.status == Study.Status.DRAFT


@pytest.mark.parametrize("page", ["welcome", "about-you", "task", "finish"])
def test_no_link_or_form_leads_out_of_the_preview(client, study, page):
    text = shown(client, page)
    targets = re.findall(r'(?:href|action|data-draft-url)="(/[^"]*)"', text)
    assert [target for target in targets if target.startswith("/p/")] == []


def test_what_is_sent_leads_on_to_the_next_page_until_the_thanks(client, study):
    way, here = [], address("welcome", form="short", language="en", version=1)
    for _number in range(5):
        response = client.post(here, {"answer": "agree"})
        assert response.status_code == 303
        here = response.url
        way += re.findall(r"preview/([a-z-]+)/", here)
    assert way == ["about-you", "quiz", "task", "task", "finish"]
    assert counts()[:2] == [0, 0]


def test_the_form_decides_what_is_asked(client, study):
    assert 'name="personal_skip"' in shown(client, "task", form="long")
    assert 'name="personal_skip"' not in shown(client, "task", form="short")


def test_the_draft_and_what_is_in_force_can_both_be_looked_at(client, study):
    studies.set_status(by=None, study=study, status="running")
    steps = [{**step, "question": "Best for all?"} if step["key"] == "world" else step for step in default_steps()]
    protocols.change_steps(by=None, study=study, steps=steps)
    assert "Best for all?" in shown(client, "task")
    assert "Best for all?" not in shown(client, "task", version=1)


def test_a_prompt_is_chosen_and_a_foreign_one_is_not_found(client, study):
    second = study.prompts.last()
    assert second.messages[0]["content"] in shown(client, "task", prompt=second.pk)
    assert client.get(address("task", prompt=10**9)).status_code == 404
    assert client.get(address("nowhere")).status_code == 404


def test_a_study_that_only_panels_lead_into_is_shown_too(client, study):
    Panel.objects.create(study=study, name="P", id_parameter="PID")
    Study.objects.filter(pk=study.pk).update(admits_open_link=False)
    assert "I agree to the bees." in shown(client, "welcome")
    assert study.panels.get().is_active


def test_a_draft_of_a_task_is_answered_and_not_kept(client, study):
    response = client.post(reverse("elicitation:preview-draft", args=["bees"]), {"revision": "3", "world_why": "x"})
    assert response.json() == {"revision": 4}
    assert counts()[:2] == [0, 0]


def test_every_kind_of_row_is_as_it_was(client, study):
    everything = list(apps.get_app_config("elicitation").get_models())
    before = {model.__name__: model._default_manager.count() for model in everything}
    for page in ("welcome", "about-you", "quiz", "task", "finish"):
        shown(client, page)
    assert {model.__name__: model._default_manager.count() for model in everything} == before
