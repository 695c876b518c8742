"""The header of the staff pages."""

import pytest

from tests.factories import make_user

pytestmark = pytest.mark.browser


@pytest.fixture
def signed_in(open_as, live_server):
    return open_as(make_user(email="ada@example.org", name="Ada"), "/style/")


def account_menu(page):
    """Return what opens the menu of the account, beside that of languages."""
    return page.locator("details.menu > summary", has_text="Account")


def test_the_account_menu_opens_and_closes_without_a_mouse(signed_in):
    summary = account_menu(signed_in)
    summary.focus()
    signed_in.keyboard.press("Enter")
    assert signed_in.get_by_text("Signed in as Ada").is_visible()
    signed_in.keyboard.press("Escape")
    assert signed_in.get_by_text("Signed in as Ada").is_hidden()
    assert summary.evaluate("e => e === document.activeElement")


def test_a_press_elsewhere_closes_the_menu(signed_in):
    account_menu(signed_in).click()
    signed_in.get_by_role("heading", level=1).click()
    assert signed_in.get_by_text("Signed in as Ada").is_hidden()


def test_axe_finds_nothing_in_the_open_menu(signed_in, assert_accessible):
    account_menu(signed_in).click()
    assert_accessible(signed_in)


def test_visitors_are_shown_no_component_page(open_page):
    page = open_page()
    response = page.goto("/style/")
    assert response.status == 403
    assert page.get_by_role("heading", level=1).inner_text() == "This is not open to you"
