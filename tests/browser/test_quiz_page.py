"""The quiz in a real browser: by keyboard, without JavaScript, on the smallest phone. What would be lost: people."""

import pytest
from playwright.sync_api import expect

from elicitation import quiz
from elicitation.models import Participant, QuizAttempt

from .conftest import DESKTOP, PHONE, SMALLEST
from .walk import Walk, make_demo_like

pytestmark = pytest.mark.browser


@pytest.fixture
def study():
    made = make_demo_like()
    made.protocols.update(quiz=quiz.default_quiz())
    return made


def answer(page, right=8):
    for number, item in enumerate(quiz.default_quiz()["items"]):
        wrong = next(option["key"] for option in item["options"] if option["key"] != item["right"])
        chosen = item["right"] if number < right else wrong
        page.locator(f"input[name=item_{item['key']}][value={chosen}]").check()


def check_answers(page):
    page.get_by_role("button", name="Check my answers").click()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [SMALLEST, DESKTOP], ids=["small", "desktop"])
def test_from_a_failed_try_to_the_first_task(open_page, study, assert_accessible, assert_fits, viewport, scheme):
    page = open_page(viewport=viewport, scheme=scheme)
    Walk(page, study).arrive()
    page.wait_for_url("**/quiz/")
    assert_fits(page)
    assert_accessible(page)
    answer(page, right=5)
    check_answers(page)
    expect(page.locator("#result")).to_be_focused()
    expect(page.get_by_role("heading", name="5 of 8 are right")).to_be_visible()
    assert page.locator(".quiz__feedback--wrong").count() == 3
    assert_fits(page)
    assert_accessible(page)
    answer(page)
    check_answers(page)
    expect(page.get_by_text("You have passed the quiz.")).to_be_visible()
    assert_fits(page)
    assert_accessible(page)
    page.get_by_role("link", name="Go on to the tasks").first.click()
    expect(page.get_by_text("Task 1 of 2").first).to_be_visible()
    assert [made.right for made in QuizAttempt.objects.order_by("number")] == [5, 8]


def test_without_javascript_and_with_an_open_question(open_page, study):
    page = open_page(f"/p/{study.link_token}/", viewport=PHONE, javascript=False)
    page.get_by_role("button", name="I agree").click()
    page.get_by_role("button", name="Save and go on").click()
    check_answers(page)
    expect(page.get_by_role("heading", name="Some questions are still open")).to_be_visible()
    page.get_by_role("link", name="Question 8:").click()
    assert page.url.endswith("#item_weight-size-1")
    assert not QuizAttempt.objects.exists()
    answer(page)
    check_answers(page)
    expect(page.get_by_role("heading", name="8 of 8 are right")).to_be_visible()
    assert page.url.endswith("/quiz/#result")


def test_the_last_failed_try_says_so_and_ends_the_way(open_page, study, assert_accessible):
    study.protocols.update(quiz=quiz.default_quiz() | {"attempts": 1})
    page = open_page()
    Walk(page, study).arrive()
    answer(page, right=2)
    check_answers(page)
    expect(page.get_by_text("This was the last try")).to_be_visible()
    assert_accessible(page)
    assert Participant.objects.get().outcome == Participant.Outcome.FAILED_CHECKS
    page.goto(f"/p/{study.link_token}/quiz/")
    expect(page.get_by_text("This was the last try")).to_be_visible()


def test_answers_are_back_after_the_tab_was_closed(open_page, study):
    page = open_page()
    Walk(page, study).arrive()
    answer(page)
    url, context = page.url, page.context
    page.close()
    again = context.new_page()
    again.goto(url)
    check_answers(again)
    expect(again.get_by_role("heading", name="8 of 8 are right")).to_be_visible()
    assert again.evaluate("Object.keys(localStorage).length") == 0


def test_what_one_says_of_oneself_is_back_after_the_line_was_down(open_page, study, assert_accessible):
    page = open_page(f"/p/{study.link_token}/")
    Walk(page, study).press("I agree and take part")
    page.get_by_label("25-34").check()
    page.get_by_label("In your own words").fill("It should be honest.")
    page.context.set_offline(True)
    page.get_by_role("button", name="Save and go on").click()
    page.wait_for_url("chrome-error://**")
    page.context.set_offline(False)
    page.goto(f"/p/{study.link_token}/about-you/")
    expect(page.get_by_label("In your own words")).to_have_value("It should be honest.")
    expect(page.get_by_label("25-34")).to_be_checked()
    Walk(page, study).press("Save and go on")
    page.wait_for_url("**/quiz/")
    assert page.evaluate("Object.keys(localStorage).length") == 0
    page.get_by_role("link", name="About this study, and whom to ask").click()
    expect(page.get_by_text("how many characters were typed and how many pasted")).to_be_visible()
    assert_accessible(page)
