"""Pages of spec documents in a real browser: axe, width, keyboard."""

import pytest
from django.urls import reverse

from spec_loop.versions import import_spec
from tests.factories import make_user
from tests.spec_loop.document.samples import DEMO

from .conftest import DESKTOP, PHONE, SMALLEST

pytestmark = pytest.mark.browser


@pytest.fixture
def versions(live_server):
    text = DEMO.read_text()
    changed = text.replace("should take a side", "must set out both sides").replace("#facts_right", "#true_facts")
    return [import_spec(by=None, name="spec", data=data.encode(), title="Our spec") for data in (text, changed)]


@pytest.fixture
def open_as_admin(open_as, live_server):
    user = make_user(is_superuser=True)

    def open_one(path, **options):
        return open_as(user, path, **options)

    return open_one


def places(versions):
    old, new = versions
    return [
        reverse("spec_loop:documents"),
        reverse("spec_loop:document", args=["spec"]),
        reverse("spec_loop:version", args=["spec", old.hash]),
        reverse("spec_loop:diff", args=["spec", old.hash, new.hash]),
        reverse("spec_loop:import"),
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [DESKTOP, PHONE])
def test_axe_finds_nothing(open_as_admin, assert_accessible, versions, scheme, viewport):
    for place in places(versions):
        assert_accessible(open_as_admin(place, scheme=scheme, viewport=viewport))


def test_the_smallest_phone_need_not_scroll_sideways(open_as_admin, assert_fits, versions):
    for place in places(versions):
        assert_fits(open_as_admin(place, viewport=SMALLEST))


def test_on_a_phone_the_tree_opens_leads_and_closes(open_as_admin, versions):
    page = open_as_admin(reverse("spec_loop:version", args=["spec", versions[0].hash]), viewport=PHONE, touch=True)
    contents = page.locator("details.spec-contents")
    link = contents.get_by_role("link", name="Name the moral stakes")
    assert link.is_hidden()
    contents.locator("summary").tap()
    link.tap()
    page.wait_for_url("**#section-moral_stakes")
    heading = page.get_by_role("heading", name="Name the moral stakes")
    assert heading.bounding_box()["y"] < PHONE["height"] / 3
    assert link.is_hidden()


def test_the_tree_leads_by_keyboard_and_follows_the_reader(open_as_admin, versions):
    page = open_as_admin(reverse("spec_loop:version", args=["spec", versions[0].hash]))
    link = page.locator("[data-section-tree]").get_by_role("link", name="Give one answer")
    link.focus()
    page.keyboard.press("Enter")
    page.wait_for_function(
        "document.querySelector('[data-section-tree] [aria-current]')?.hash === '#section-give_one_answer'"
    )


def test_without_javascript_the_phone_still_has_the_tree(open_as_admin, versions):
    page = open_as_admin(
        reverse("spec_loop:version", args=["spec", versions[0].hash]), viewport=PHONE, javascript=False
    )
    page.locator("details.spec-contents > summary").click()
    assert page.locator("details.spec-contents").get_by_role("link", name="Name the moral stakes").is_visible()
