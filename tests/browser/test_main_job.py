"""The demo study as a visitor and a researcher meet it: what somebody says on a phone is seen, and goes out.

Every other way through a task (desktop, keyboard alone, no JavaScript) is walked in `test_participant_walk`.
"""

import json

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from datasets.demo.loading import load_demo
from elicitation.models import Participant, Role
from tests.factories import make_member

from .conftest import DESKTOP, PHONE
from .walk import Walk

pytestmark = pytest.mark.browser


@pytest.fixture
def study(live_server):
    study = load_demo(by=None).study
    study.short_form_share = 0.0  # The visitor is to be asked everything.
    study.save()
    return study


@pytest.fixture
def open_as_researcher(open_as, study):
    user = make_member(study, Role.RESEARCHER)

    def open_one(path):
        return open_as(user, path, viewport=DESKTOP)

    return open_one


def walk_whole_study(page, study, assert_fits):
    """Come from the first page, say everything on every task, and return the person."""
    page.goto("/")
    page.get_by_role("link", name="Take part in the demo study").click()
    walk = Walk(page, study, look=assert_fits)
    walk.arrive()
    walk.take_quiz()
    for number in range(1, study.tasks_per_person + 1):
        expect(page.get_by_text(f"Task {number} of {study.tasks_per_person}").first).to_be_visible()
        walk.do_task(own=f"Says it in words of mine, number {number}.")
    expect(page.get_by_role("heading", name="Thank you. That was all.")).to_be_visible()
    return Participant.objects.get(source=Participant.Source.LINK)


def test_what_a_visitor_says_on_a_phone_is_seen_and_exported(open_page, open_as_researcher, study, assert_fits):
    person = walk_whole_study(open_page(viewport=PHONE, touch=True), study, assert_fits)

    page = open_as_researcher(reverse("elicitation:people", args=["demo"]))
    page.get_by_role("link", name=person.key).click()
    page.locator("main").get_by_role("link", name="My flatmate went vegan").first.click()
    for said in ("A listens.", "C and D serve everybody.", "It looks down on people."):
        expect(page.get_by_text(said)).to_be_visible()

    page.goto(reverse("datasets:export", args=["demo"]))
    with page.expect_download() as download:
        page.get_by_role("button", name="Download annotators.jsonl", exact=True).click()
    lines = [json.loads(line) for line in download.value.path().read_text("utf-8").splitlines()]
    (exported,) = [line for line in lines if line["annotator_id"] == person.key]
    assert len(lines) == 201
    assert exported["demographics"]["country_of_residence"] == "Kenya"
    assert [item["ranking_blocks"]["world"] for item in exported["assessments"]] == [
        [{"rationale": "C and D serve everybody.", "ranking": item.rankings.get(block="world").order}]
        for item in person.assessments.order_by("prompt__position")
    ]
