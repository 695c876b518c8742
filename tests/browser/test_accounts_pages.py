"""Signing in, in a real browser."""

import pytest
from django.core.cache import cache

from tests.factories import PASSWORD, make_user

from .conftest import SMALLEST

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def _empty_cache():
    cache.clear()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(open_page, assert_accessible, assert_fits, scheme):
    page = open_page("/accounts/sign-in/", viewport=SMALLEST, scheme=scheme)
    assert_accessible(page)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("alert").wait_for()
    assert_accessible(page)
    assert_fits(page)


@pytest.mark.parametrize("javascript", [True, False])
def test_one_signs_in_by_keyboard_alone(open_page, javascript):
    user = make_user(name="Ada")
    page = open_page("/accounts/sign-in/?next=/accounts/", javascript=javascript)
    page.locator("input[type=email]:focus").wait_for()
    page.keyboard.type(user.email)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("heading", level=1, name="Your account").wait_for()
