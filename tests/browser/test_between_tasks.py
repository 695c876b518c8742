"""What people see between tasks, and why they see a prompt. If these fail, nobody can stop, or is told what became."""

import os
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from elicitation import assignment
from elicitation.models import Assignment, Draft, Quota
from elicitation.participate.visits import COOKIE
from tests.factories import make_assessment, make_assignment, make_member, make_participant, make_prompt

from .conftest import DESKTOP, SMALLEST
from .walk import make_demo_like

pytestmark = pytest.mark.browser

VIEWS = [(SMALLEST, "light"), (SMALLEST, "dark"), (DESKTOP, "light"), (DESKTOP, "dark")]


@pytest.fixture
def study():
    return make_demo_like(3, tasks_per_person=3, fewest_tasks=1, days_to_finish=5, pay_per_task=1, currency="EUR")


@pytest.fixture(params=VIEWS, ids=lambda view: f"{view[0]['width']}-{view[1]}")
def page(request, open_page, assert_fits, assert_accessible):
    """A page in each width and scheme; what is looked at must fit and be accessible."""
    viewport, scheme = request.param
    opened = open_page(viewport=viewport, scheme=scheme)

    def look(name):
        assert_fits(opened)
        assert_accessible(opened)
        if folder := os.environ.get("SCREENSHOTS"):
            opened.screenshot(path=Path(folder) / f"{name}-{viewport['width']}-{scheme}.png", full_page=True)

    opened.look = look
    return opened


def come(page, person, path):
    page.context.add_cookies([{"name": COOKIE, "value": person.token, "domain": "localhost", "path": "/"}])
    page.goto(f"/p/{person.study.link_token}/{path}")


def test_after_enough_a_person_goes_on_or_stops(page, study):
    person = make_participant(study)
    make_assessment(study.prompts.first(), person, world="A>B>C>D")
    come(page, person, "next/")
    expect(page.get_by_role("heading", name="You may stop here")).to_be_visible()
    page.look("enough")
    page.get_by_role("button", name="One more").click()
    expect(page.get_by_text("Why this one?")).to_be_attached()
    come(page, person, "next/")
    page.get_by_role("button", name="I am done").click()
    page.wait_for_url("**/finish/")
    person.refresh_from_db()
    assert person.outcome == "complete"


def test_why_this_one_is_behind_a_disclosure(page, study):
    person = make_participant(study)
    come(page, person, "next/")
    page.get_by_text("Why this one?").click()
    expect(page.get_by_text("the fewest people have answered so far")).to_be_visible()
    page.look("task")


def late(study, person):
    """Return a task of a person whose lease has run out and whose place somebody else has, with a draft in it."""
    study.overlap_target = 1
    study.save()
    task = make_assignment(person, study.prompts.first(), state="expired")
    make_assignment(make_participant(study), task.prompt)
    Draft.objects.create(assignment=task, fields={"world_why": ["my words"], "world_skip": ["1"]})
    return task


def test_late_work_may_be_handed_in(page, study):
    person = make_participant(study)
    task = late(study, person)
    come(page, person, f"task/{task.idempotency_key}/")
    expect(page.get_by_text("Others have answered this one meanwhile")).to_be_visible()
    page.look("late")


def test_what_came_late_is_said_to_be_kept_and_paid(page, study):
    person = make_participant(study)
    task = late(study, person)
    Assignment.objects.filter(pk=task.pk).update(state="submitted")
    make_assessment(task.prompt, person, world="A>B>C>D", assignment=task, is_surplus=True)
    come(page, person, f"task/{task.idempotency_key}/")
    expect(page.get_by_text("They count for your pay like all the others.")).to_be_visible()
    page.look("kept-late")


@pytest.mark.parametrize(("viewport", "scheme"), VIEWS)
def test_staff_see_why_a_person_was_given_their_prompts(
    open_as, study, assert_fits, assert_accessible, viewport, scheme
):
    quota = Quota.objects.create(study=study, label="Women", position=0, places=5)
    person = make_participant(study, cell=quota)
    make_prompt(study, is_anchor=True)
    for _ in range(2):
        task = assignment.next_task(participant=person)
        assert task is not None
        Assignment.objects.filter(pk=task.pk).update(state="submitted", leased_until=timezone.now())
        make_assessment(task.prompt, person, world="A>B>C>D", assignment=task)
    page = open_as(make_member(study), f"/studies/{study.slug}/people/{person.pk}/", viewport=viewport, scheme=scheme)
    for summary in page.locator("section details summary").all():
        summary.click()
    expect(page.get_by_text("It is an anchor: everybody is given it, before the others.")).to_be_visible()
    expect(page.get_by_text("Of the people in the quota “Women”, 0 had answered it")).to_be_visible()
    assert_fits(page)
    assert_accessible(page)
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"person-{viewport['width']}-{scheme}.png", full_page=True)
