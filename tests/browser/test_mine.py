"""A person's own page in a browser: reading, correcting, downloading, comparing, taking back."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from elicitation import submission
from elicitation.assignment import next_task
from elicitation.models import Participant, Ranking, Study
from tests.factories import make_assessment, make_participant

from .conftest import DESKTOP, PHONE, SMALLEST, OpenPage
from .walk import make_demo_like

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SEEN = [(PHONE, "light"), (PHONE, "dark"), (DESKTOP, "light"), (DESKTOP, "dark"), (SMALLEST, "light")]


@pytest.fixture
def person() -> Participant:
    """Make somebody who has handed in two tasks, beside twelve others who answered them."""
    study = make_demo_like(title="How should an AI answer?")
    texts = {"information": "We ask **people** how an AI should answer.", "consent": "You may stop at any time."}
    study.protocols.update(texts=texts, published_at=timezone.now())
    person = make_participant(study, protocol=study.protocols.get())
    for key, value in (("age", "25-34"), ("country_of_residence", "Kenya"), ("ideal-model-behavior", "It is honest.")):
        person.intake_answers.create(key=key, state="answered", value=value, original=value)
    for _ in range(2):
        hand_in(person)
    Participant.objects.filter(pk=person.pk).update(
        outcome="complete", outcome_at=timezone.now(), finished_at=timezone.now()
    )
    orders = ("A>B>C>D", "B>A>D>C", "A=B>C>D", "D>C>B>A", "C>A>B=D", "A>C>D>B")
    for number in range(12):
        other = make_participant(study)
        for prompt in study.prompts.all():
            order = orders[(number + prompt.position) % len(orders)]
            make_assessment(prompt, other, personal=order, world=orders[number % len(orders)])
    person.refresh_from_db()
    return person


def hand_in(person: Participant) -> None:
    task = next_task(participant=person)
    assert task is not None
    fields = {
        **{f"personal_place_{letter}": [place] for letter, place in zip("ABCD", "1334", strict=True)},
        "personal_why": ["A names the risk before anything else."],
        **{f"world_place_{letter}": [place] for letter, place in zip("ABCD", "2111", strict=True)},
        "unacceptable": ["D"],
        "unacceptable_why": ["It scolds."],
        "importance": ["3"],
        "own_criterion": ["Says where to find help."],
        "own_score": ["7"],
        **{f"score_{criterion.pk}": ["4"] for criterion in task.prompt.criteria.filter(author=None)[:4]},
    }
    sender = submission.Sender(token=person.token, link=person.study.link_token)
    submission.submit(key=task.idempotency_key, sender=sender, fields=fields)


def address(study: Study, rest: str = "") -> str:
    return f"/p/{study.link_token}/mine/{rest}"


def as_person(open_page: OpenPage, person: Participant, rest: str = "", **options: Any) -> Page:
    """Open a page of the person's own, come in by their own link."""
    page = open_page(**options)
    page.set_default_timeout(60_000)  # the first page and the first plot of a process take their time
    page.goto(f"/p/me/{person.token}/")
    page.goto(address(person.study, rest))
    return page


@pytest.mark.parametrize(("viewport", "scheme"), SEEN)
def test_every_page_is_accessible_and_fits(
    open_page: OpenPage,
    person: Participant,
    viewport: dict[str, int],
    scheme: str,
    assert_accessible: Callable[[Page], None],
    assert_fits: Callable[[Page], None],
):
    answer = person.assessments.order_by("pk")[0].pk
    page = as_person(open_page, person, viewport=viewport, scheme=scheme)
    assert_accessible(page)
    page.locator(".own-task > summary").first.click()
    assert_accessible(page)
    assert_fits(page)
    places = ("about-you/", f"answers/{answer}/", f"answers/{answer}/withdraw/", "withdraw/", "withdraw/everything/")
    for rest in (*places, "withdraw/texts/", "withdraw/about-you/", "compare/"):
        page.goto(address(person.study, rest))
        assert_accessible(page)
        assert_fits(page)
    page.get_by_role("button", name="Show me").click()
    expect(page.get_by_role("heading", name="Where you stand")).to_be_visible()
    assert_accessible(page)
    assert_fits(page)
    page.goto(address(person.study, f"answers/{answer}/"))
    assert_accessible(page)


@pytest.mark.parametrize("javascript", [True, False])
def test_an_answer_is_corrected(open_page: OpenPage, person: Participant, javascript: bool):
    page = as_person(open_page, person, javascript=javascript)
    page.locator(".own-task > summary").first.click()
    page.get_by_role("link", name=re.compile("^Correct ?: Task 1")).click()
    page.locator("#personal_why").fill("A is kind.")
    page.get_by_label("Not important").check()
    page.get_by_role("button", name="Store the correction").click()
    expect(page.get_by_text("Your correction is stored.")).to_be_visible()
    page.locator(".own-task > summary").first.click()
    expect(page.get_by_text("A is kind.")).to_be_visible()
    corrected = person.assessments.exclude(corrected_at=None).get()
    assert corrected.importance == 1
    assert corrected.rankings.get(block="personal").order.count("=") == 1, "the board kept what was handed in"


def test_the_later_of_two_tabs_is_told(open_page: OpenPage, person: Participant):
    page = as_person(open_page, person, f"answers/{person.assessments.order_by('pk')[0].pk}/")
    other = page.context.new_page()
    other.goto(page.url)
    page.locator("#personal_why").fill("From the first tab.")
    page.get_by_role("button", name="Store the correction").click()
    other.locator("#personal_why").fill("From the second tab.")
    other.get_by_role("button", name="Store the correction").click()
    expect(other.get_by_text("You corrected this answer in another tab")).to_be_visible()
    assert Ranking.objects.filter(justification="From the first tab.").count() == 1
    other.get_by_role("button", name="Store the correction").click()
    expect(other.get_by_text("Your correction is stored.")).to_be_visible()
    assert Ranking.objects.filter(justification="From the second tab.").count() == 1


def test_everything_is_downloaded(open_page: OpenPage, person: Participant):
    page = as_person(open_page, person)
    with page.expect_download() as begun:
        page.get_by_role("link", name="A file for programs").click()
    with open(begun.value.path()) as file:
        found = json.load(file)
    assert begun.value.suggested_filename == f"my-answers-{person.study.slug}.json"
    assert [task["answers"]["personal"]["why"] for task in found["tasks"]] == [
        "A names the risk before anything else."
    ] * 2


@pytest.mark.parametrize("javascript", [True, False])
def test_one_answer_then_everything_is_taken_back(open_page: OpenPage, person: Participant, javascript: bool):
    page = as_person(open_page, person, javascript=javascript, viewport=PHONE)
    page.locator(".own-task > summary").first.click()
    page.get_by_role("link", name=re.compile("^Take this answer back ?: Task 1")).click()
    page.get_by_role("button", name="Take this answer back").click()
    expect(page.get_by_text("This answer is taken back.")).to_be_visible()
    assert person.assessments.count() == 1
    page.get_by_role("link", name="Take something back").click()
    page.get_by_role("link", name="Everything", exact=True).click()
    page.get_by_role("button", name="Take everything back").click()
    expect(page.get_by_role("heading", name="You took back what you gave")).to_be_visible()
    assert person.assessments.count() == 0
    page.goto(f"/p/me/{person.token}/")
    expect(page.get_by_role("heading", name="You took back what you gave")).to_be_visible()


def test_who_is_done_is_led_to_their_own_page(open_page: OpenPage, person: Participant):
    page = open_page(f"/p/me/{person.token}/")
    page.get_by_role("link", name="Show what you have given").click()
    expect(page.get_by_role("heading", name="What you have given")).to_be_visible()
