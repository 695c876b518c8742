"""Each panel's dance in a real browser: there by the panel's address, through the study or out of it, and back."""

import re

import pytest

from elicitation import finishing
from elicitation.models import Assessment, PanelEntry, Participant
from elicitation.panels.presets import PRESETS
from tests.browser.walk import Walk, make_demo_like
from tests.mock_panel import MockPanel

from .conftest import DESKTOP, PHONE, SMALLEST

pytestmark = pytest.mark.browser

Outcome = Participant.Outcome
LOOKS = [(SMALLEST, "light"), (DESKTOP, "dark")]


@pytest.fixture(params=list(PRESETS))
def mock(request):
    return MockPanel(make_demo_like(tasks_per_person=1, completion_code=""), request.param)


def arrive(mock, page, person="aaa1"):
    """Open the address that the panel sends this person to, on the server of the test."""
    page.goto("/p/" + mock.address(person).split("/p/")[1])


def follow_back(mock, page, person="aaa1"):
    """Press the way back; return the outcome the panel learns. Nothing leaves this machine."""
    page.context.route(re.compile("^https://"), lambda route: route.fulfill(body="the panel", content_type="text/html"))
    button = page.get_by_role("link", name=f"Back to {mock.panel.name}")
    text = page.content()
    button.click()
    page.wait_for_url(re.compile("^https://"))
    assert page.url == mock.way_back_on(text)
    return mock.outcome_of(text, person)


def test_there_through_the_study_and_back(mock, open_page, assert_accessible):
    page = open_page(viewport=PHONE, touch=True)
    arrive(mock, page)
    assert "We ask how AI systems" in page.content()
    walk = Walk(page, mock.panel.study)
    walk.press("I agree and take part")
    page.get_by_label("25-34").check()
    walk.press("Save and go on")
    walk.do_task()
    page.get_by_role("heading", name="Thank you. That was all.").wait_for()
    assert_accessible(page)
    assert follow_back(mock, page) == "complete"
    entry = PanelEntry.objects.get()
    assert (entry.external_id, entry.participant) == ("aaa1", Assessment.objects.get().participant)


def test_no_thank_you_and_back(mock, open_page, assert_accessible):
    page = open_page()
    arrive(mock, page)
    page.get_by_role("button", name="No, thank you").click()
    page.get_by_role("heading", name="Thank you for reading this").wait_for()
    assert_accessible(page)
    assert follow_back(mock, page) == "no_consent"
    assert not Participant.objects.exists()


def test_no_place_left_and_back(mock, open_page):
    mock.panel.study.quotas.create(label="nobody any more", position=0, conditions={"age": ["25-34"]}, places=0)
    page = open_page()
    arrive(mock, page)
    page.get_by_role("button", name="I agree and take part").click()
    page.get_by_label("25-34").check()
    page.get_by_role("button", name="Save and go on").click()
    page.get_by_role("heading", name="All places are taken").wait_for()
    assert follow_back(mock, page) == "quota_full"


@pytest.mark.parametrize(("viewport", "scheme"), LOOKS)
def test_every_ending_can_be_read_by_everybody(open_page, assert_accessible, assert_fits, viewport, scheme):
    mock = MockPanel(make_demo_like(thanks_text="Thank *you*."), "prolific")
    page = open_page(viewport=viewport, scheme=scheme)
    arrive(mock, page)
    page.get_by_role("button", name="I agree and take part").click()
    person = Participant.objects.get()
    link = f"/p/{mock.panel.study.link_token}"
    for outcome in Outcome:
        Participant.objects.update(outcome="", outcome_at=None, finished_at=None)
        person.refresh_from_db()
        finishing.end(participant=person, outcome=outcome)
        page.goto(f"{link}/finish/")
        assert page.url.endswith("/finish/")
        assert_accessible(page)
        assert_fits(page)
    Participant.objects.update(outcome="", outcome_at=None, finished_at=None)
    for path in (f"{link}/trouble/", f"{link}/declined/?PROLIFIC_PID=aaa1"):
        page.goto(path)
        assert_accessible(page)
        assert_fits(page)
    page.context.clear_cookies()
    for path in (f"{link}/", f"{link}/?PROLIFIC_PID=", "/p/invited/nothing/"):
        page.goto(path)
        assert_accessible(page)
        assert_fits(page)


def test_the_code_is_copied(open_page):
    mock = MockPanel(make_demo_like(), "prolific")
    page = open_page()
    arrive(mock, page)
    page.get_by_role("button", name="No, thank you").click()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy").click()
    page.get_by_role("button", name="Copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == mock.codes["no_consent"]


def test_without_javascript_it_is_the_same_dance(open_page):
    mock = MockPanel(make_demo_like(completion_code=""), "prolific")
    page = open_page(javascript=False)
    arrive(mock, page)
    page.get_by_role("button", name="I agree and take part").click()
    assert PanelEntry.objects.get().external_id == "aaa1"
    arrive(mock, page)
    page.get_by_role("heading", name="About you").wait_for()
    finishing.end(participant=Participant.objects.get(), outcome=Outcome.SCREENED_OUT)
    page.reload()
    assert Participant.objects.count() == 1
    page.goto(f"/p/{mock.panel.study.link_token}/")
    assert follow_back(mock, page) == "screened_out"
