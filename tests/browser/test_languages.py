"""Languages in a real browser: the menu by keyboard and without JavaScript, right to left, on a narrow phone."""

import os
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from elicitation.wording.rows import PROMPTS, STUDY, rows
from elicitation.wording.writing import Given, write
from tests.factories import make_member

from .walk import Walk, make_demo_like

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PHONE = {"width": 360, "height": 740}
SHOTS = os.environ.get("SHOTS", "")
SAID = {
    "ar": "ما الذي يجب أن يقوله مساعد الذكاء الاصطناعي هنا؟ إجابة قصيرة وصادقة.",
    "ja": "人工知能のアシスタントは、ここで何と答えるべきでしょうか。短くて正直な答えです。",
    "hi": "यहाँ कृत्रिम बुद्धि सहायक को क्या कहना चाहिए? एक छोटा और ईमानदार उत्तर।",
}


def shoot(page, name):
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=True)


@pytest.fixture
def study(settings):
    settings.LANGUAGES = [("en", "English"), ("ja", "Japanese"), ("hi", "Hindi"), ("ar", "Arabic")]
    study = make_demo_like(prompts=1, languages=["en", "ar", "ja", "hi"], consent_text="You agree to take part.")
    for language, words in SAID.items():
        given = [Given(row, words) for part in (STUDY, PROMPTS) for row in rows(study, language, part)]
        write(by=None, study=study, language=language, given=given)
    return study


@pytest.mark.parametrize("language", ["ar", "ja", "hi"])
def test_a_language_is_chosen_and_the_task_is_read_in_it(language, study, open_page, assert_accessible, assert_fits):
    page = open_page(viewport=PHONE, scheme="dark" if language == "hi" else "light")
    page.goto(reverse("participate:study", args=[study.link_token]))
    page.locator(".language-menu summary").press("Enter")
    assert_accessible(page)
    shoot(page, f"menu-{language}")
    page.locator(f".language-menu button[value={language}]").click()
    expect(page.locator("html")).to_have_attribute("lang", language)
    expect(page.locator("html")).to_have_attribute("dir", "rtl" if language == "ar" else "ltr")
    expect(page.locator("h1")).to_have_text(SAID[language])
    assert_fits(page)
    assert_accessible(page)
    shoot(page, f"welcome-{language}")
    Walk(page, study, language=language).arrive()
    page.wait_for_url("**/task/**")
    expect(page.locator(".response__text").first).to_contain_text(SAID[language])
    assert_fits(page)
    assert_accessible(page)
    shoot(page, f"task-{language}")


def test_the_menu_works_without_javascript(study, open_page):
    page = open_page(viewport=PHONE, javascript=False)
    page.goto(reverse("participate:study", args=[study.link_token]))
    page.locator(".language-menu summary").click()
    page.get_by_role("button", name="日本語").click()
    expect(page.locator("html")).to_have_attribute("lang", "ja")


@pytest.mark.parametrize("width", [360, 1280])
def test_the_table_of_texts_fits_and_is_accessible(width, study, open_as, assert_accessible, assert_fits):
    user = make_member(study)
    page = open_as(
        user,
        reverse("elicitation:texts", args=[study.slug]),
        viewport={"width": width, "height": 800},
        scheme="dark" if width == 360 else "light",
    )
    assert_accessible(page)
    assert_fits(page)
    shoot(page, f"texts-{width}")
    page.goto(reverse("elicitation:texts-in", args=[study.slug, "ar"]) + "?part=prompts")
    assert_accessible(page)
    assert_fits(page)
    shoot(page, f"table-{width}")
