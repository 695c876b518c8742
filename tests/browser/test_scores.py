"""Scores and scales: what would be lost is the difference between "not rated" and zero."""

import pytest

from .conftest import PHONE

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def open_to_anybody(settings):
    settings.DEBUG = True


def value(page, name="score_1"):
    return page.locator(f"select[name={name}]").evaluate("e => e.value")


def test_without_javascript_a_score_is_a_list(open_page):
    page = open_page("/style/", javascript=False)
    assert value(page) == ""
    page.get_by_label("Sets out what speaks for each side").select_option("-7")
    assert value(page) == "-7"


def test_an_untouched_slider_rates_nothing(open_page):
    page = open_page("/style/")
    slider = page.get_by_role("slider", name="Sets out what speaks for each side")
    assert value(page) == ""
    assert slider.get_attribute("aria-valuetext") == "Not rated"


def test_a_draft_shows_its_score(open_page):
    page = open_page("/style/")
    slider = page.get_by_role("slider", name="Tells the person to talk to a lawyer")
    assert value(page, "score_2") == "-4"
    assert slider.get_attribute("aria-valuetext") == "−4"


def test_by_keyboard_and_back_to_nothing(open_page):
    page = open_page("/style/")
    slider = page.get_by_role("slider", name="Sets out what speaks for each side")
    slider.focus()
    page.keyboard.press("ArrowRight")
    assert value(page) == "1"
    page.keyboard.press("End")
    assert value(page) == "10"
    page.keyboard.press("0")
    assert value(page) == "0"
    page.keyboard.press("Delete")
    assert value(page) == ""
    page.keyboard.press("Enter")
    assert value(page) == "0"


def test_a_press_on_the_middle_is_zero(open_page):
    page = open_page("/style/", viewport=PHONE, touch=True)
    page.get_by_role("slider", name="Sets out what speaks for each side").tap()
    assert value(page) == "0"


def test_steps_and_clear_by_single_presses(open_page):
    page = open_page("/style/", viewport=PHONE, touch=True)
    field = page.locator("[data-score]").first
    field.get_by_role("button", name="One less").tap()
    field.get_by_role("button", name="One less").tap()
    assert value(page) == "-2"
    assert field.locator("output").inner_text() == "−2"
    field.get_by_role("button", name="Clear").tap()
    assert value(page) == ""
    assert field.get_by_role("button", name="Clear").count() == 0


def test_a_restored_draft_moves_the_slider(open_page):
    page = open_page("/style/")
    page.locator("select[name=score_1]").evaluate(
        "e => { e.value = '6'; e.dispatchEvent(new Event('change', {bubbles: true})); }"
    )
    assert page.locator("[data-score] output").first.inner_text() == "+6"


def test_a_scale_begins_with_nothing_chosen(open_page):
    page = open_page("/style/")
    group = page.get_by_role("group", name="How important is it")
    assert [radio.is_checked() for radio in group.get_by_role("radio").all()] == [False, False, False]
    group.get_by_role("radio", name="Somewhat important").check()
    assert page.locator("input[name=importance]:checked").get_attribute("value") == "2"
