"""A person walks a whole study in a real browser. What would be lost: people, and what they have to say."""

import json

import pytest
from playwright.sync_api import expect

from datasets.exporting import export_study
from elicitation.models import Assessment, Draft, Participant, Score, Study

from .conftest import DESKTOP, PHONE, SMALLEST
from .walk import Walk, make_demo_like

pytestmark = pytest.mark.browser


def relabelled(places, shown_order):
    """Return the canonical text for places given to the letters shown, e.g. "1423" on the order "CADB"."""
    groups: dict[str, list[str]] = {}
    for letter, place in zip(shown_order, places, strict=True):
        groups.setdefault(place, []).append(letter)
    return ">".join("=".join(sorted(groups[place])) for place in sorted(groups))


def assert_stored(assessment, *, own="Says where to find help."):
    """Check that the answers of `Walk.do_task` are in the database, under the prompt's own letters."""
    order = assessment.shown_order
    assert {r.block: (r.order, r.justification) for r in assessment.rankings.all()} == {
        "personal": (relabelled("1423", order), "A listens."),
        "world": (relabelled("2211", order), "C and D serve everybody."),
    }
    assert [flag.letter for flag in assessment.unacceptable_flags.all()] == [order[1]]
    assert assessment.unacceptable_rationale == "It looks down on people."
    assert (assessment.importance, assessment.representativeness, assessment.subjectivity) == (3, 2, 4)
    scores = list(assessment.scores.order_by("criterion__position").values_list("value", flat=True))
    assert scores == [10, -10, 10, -10, 10, -10, 10]
    assert Score.objects.get(assessment=assessment, criterion__origin="participant").criterion.text == own


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_a_whole_study_is_walked_and_is_in_the_export(open_page, assert_fits, viewport, tmp_path):
    study = make_demo_like()
    page = open_page(viewport=viewport, touch=viewport == PHONE)
    walk = Walk(page, study, look=assert_fits)
    walk.arrive()
    expect(page.get_by_text("Task 1 of 2").first).to_be_visible()
    walk.do_task()
    expect(page.get_by_text("Task 2 of 2").first).to_be_visible()
    walk.do_task(own="Is short.")
    expect(page.get_by_role("heading", name="Thank you. That was all.")).to_be_visible()
    expect(page.get_by_label("Your code")).to_have_value("C1A2B3")
    assert_fits(page)
    walk.press("Yes, I would like to")
    person = Participant.objects.get()
    expect(page.get_by_text(person.token).first).to_be_visible()
    assert person.wants_to_hear_back
    first, second = person.assessments.order_by("position")
    assert_stored(first)
    assert_stored(second, own="Is short.")
    assert first.device_class == ("phone" if viewport == PHONE else "desktop") or viewport == PHONE
    assert set(first.step_seconds) == {"reading", "personal", "world", "scales", "criteria"}
    export_study(study=study, folder=tmp_path, by=None)
    (line,) = (tmp_path / "annotators.jsonl").read_text().splitlines()
    exported = json.loads(line)
    assert exported["demographics"]["country_of_residence"] == "Kenya"
    assert [item["ranking_blocks"]["personal"][0]["ranking"] for item in exported["assessments"]] == [
        item.rankings.get(block="personal").order for item in person.assessments.order_by("prompt__position")
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_axe_finds_nothing_on_any_page(open_page, assert_accessible, viewport, scheme):
    study = make_demo_like(prompts=1)
    page = open_page(viewport=viewport, scheme=scheme)
    Walk(page, study).page.goto(f"/p/{study.link_token}/declined/")
    assert_accessible(page)
    page.goto("/p/nowhere/")
    assert_accessible(page)
    walk = Walk(page, study, look=assert_accessible)
    walk.arrive()
    task = page.url
    walk.press("Next")
    walk.press("Next")
    assert_accessible(page)  # with the question about an untouched board
    page.reload()
    page.go_back()
    walk.do_task()
    assert_accessible(page)
    page.goto(task)
    expect(page.get_by_role("heading", name="This task is handed in")).to_be_visible()
    assert_accessible(page)
    for status in (Study.Status.PAUSED, Study.Status.CLOSED, Study.Status.DRAFT):
        Study.objects.update(status=status)
        page.context.clear_cookies()
        page.goto(f"/p/{study.link_token}/")
        assert_accessible(page)


def test_everything_fits_the_smallest_phone_with_javascript_and_without(open_page, assert_fits):
    study = make_demo_like(prompts=1)
    walk = Walk(open_page(viewport=SMALLEST, touch=True), study, look=assert_fits)
    walk.arrive()
    walk.do_task()
    assert_fits(walk.page)
    page = open_page(f"/p/{study.link_token}/", viewport=SMALLEST, javascript=False)
    page.get_by_role("button", name="I agree").click()
    page.get_by_role("button", name="Save and go on").click()
    assert_fits(page)


def test_the_walk_by_keyboard_alone(open_page):
    study = make_demo_like(prompts=1)
    page = open_page(f"/p/{study.link_token}/")
    keyboard = page.keyboard

    def tab_to(selector):
        for _ in range(150):
            keyboard.press("Tab")
            if page.evaluate("(s) => document.activeElement.matches(s)", selector):
                return
        raise AssertionError(f"the keyboard does not reach {selector}")

    tab_to("button[value=agree]")
    keyboard.press("Enter")
    page.wait_for_url("**/about-you/")
    tab_to("input[name=age]")
    keyboard.press("ArrowDown")
    tab_to(".form__actions button")
    keyboard.press("Enter")
    page.wait_for_url("**/task/**")
    tab_to("input[name=unacceptable][value=B]")
    keyboard.press("Space")
    tab_to("#unacceptable_why")
    keyboard.type("It looks down on people.")
    tab_to("[data-screen-next]")
    keyboard.press("Enter")
    for block, places, why in (
        ("personal", "1423", "A listens."),
        ("world", "2211", "C and D serve everybody."),
    ):
        expect(page.locator(f"#{block}_board-legend")).to_be_focused()
        for letter, place in zip("ABCD", places, strict=True):
            tab_to(f"#{block}_board .chip[data-key={letter}]")
            keyboard.press(place)
            keyboard.press("Shift+Tab")
            page.locator(f"#{block}_board-legend").focus()
        tab_to(f"#{block}_why")
        keyboard.type(why)
        tab_to("[data-screen-next]")
        keyboard.press("Enter")
    for name, presses in (("importance", 3), ("representativeness", 2), ("subjectivity", 4)):
        tab_to(f"input[name={name}]")
        keyboard.press("Space")
        for _ in range(presses - 1):
            keyboard.press("ArrowDown")
    tab_to("[data-screen-next]")
    keyboard.press("Enter")
    for number in range(6):
        tab_to("input[type=range]")
        keyboard.press("Home" if number % 2 else "End")
    tab_to("#own_criterion")
    keyboard.type("Says where to find help.")
    tab_to("input[type=range]")
    keyboard.press("End")
    tab_to("[data-hand-in]")
    keyboard.press("Enter")
    page.wait_for_url("**/finish/")
    assert_stored(Assessment.objects.get())


def test_the_walk_without_javascript(open_page):
    study = make_demo_like(prompts=1)
    page = open_page(f"/p/{study.link_token}/", viewport=PHONE, javascript=False)
    page.get_by_role("button", name="I agree").click()
    page.get_by_role("button", name="Save and go on").click()
    page.get_by_role("button", name="Hand in and go on").click()
    # Nothing was touched: the page comes back, says so and loses nothing.
    expect(page.get_by_role("heading", name="This is not saved yet")).to_be_visible()
    for block, places in (("personal", "1423"), ("world", "2211")):
        board = page.locator(f"#{block}_board")
        for letter, place in zip("ABCD", places, strict=True):
            board.locator(f"input[name={block}_place_{letter}][value='{place}']").check()
    page.locator("#personal_why").fill("A listens.")
    page.locator("#world_why").fill("C and D serve everybody.")
    page.get_by_role("button", name="Save for later").click()
    expect(page.get_by_text("Saved. You can close this page")).to_be_visible()
    assert Draft.objects.get().fields["personal_why"] == ["A listens."]
    page.goto(f"/p/{study.link_token}/")
    expect(page.locator("#personal_why")).to_have_value("A listens.")
    page.get_by_label("Response B is unacceptable").check()
    page.locator("#unacceptable_why").fill("It looks down on people.")
    page.get_by_label("Very important").check()
    page.get_by_label("Slightly likely").check()
    page.get_by_label("I am unsure").check()
    for number, score in enumerate(page.locator("select[name^=score_]").all()):
        score.select_option("-10" if number % 2 else "10")
    page.locator("#own_criterion").fill("Says where to find help.")
    page.locator("#own_score").select_option("10")
    page.get_by_role("button", name="Hand in and go on").click()
    expect(page.get_by_role("heading", name="Thank you. That was all.")).to_be_visible()
    assert_stored(Assessment.objects.get())


def test_the_walk_from_right_to_left(open_page, assert_accessible, assert_fits, settings):
    settings.LANGUAGES = [("en", "English"), ("ar", "Arabic")]
    study = make_demo_like(prompts=1, languages=["en", "ar"])
    page = open_page(viewport=PHONE, touch=True, locale="ar")

    def look(opened):
        assert opened.evaluate("document.documentElement.dir") == "rtl"
        assert_fits(opened)

    walk = Walk(page, study, look=look, language="ar")
    walk.arrive()
    assert_accessible(page)
    walk.do_task()
    page.wait_for_url("**/finish/")
    assert_stored(Assessment.objects.get())


# --- on a task ------------------------------------------------------------------------------------------


@pytest.fixture
def at_task(open_page):
    study = make_demo_like(prompts=2)
    page = open_page()
    Walk(page, study).arrive()
    page.wait_for_url("**/task/**")
    return page


def test_the_back_button_goes_one_screen_back(at_task):
    page = at_task
    page.get_by_role("button", name="Next").click()
    expect(page.locator("#personal_board")).to_be_visible()
    page.go_back()
    expect(page.locator("#personal_board")).to_be_hidden()
    expect(page.get_by_label("Response B is unacceptable")).to_be_visible()


def test_an_untouched_board_is_asked_about_and_can_be_skipped_on_purpose(at_task):
    page = at_task
    page.get_by_role("button", name="Next").click()
    page.get_by_role("button", name="Next").click()
    alert = page.get_by_role("alert").filter(has_text="You have not ranked the responses yet.")
    expect(alert).to_be_focused()
    Walk(page, Study.objects.get()).place("personal", "1")
    page.get_by_role("button", name="Next").click()
    expect(page.get_by_role("alert").filter(has_text="Not every response has a place yet.")).to_be_focused()
    page.locator("#personal_board").get_by_role("button", name="Clear").click()
    page.get_by_label("Skip this ranking").locator("visible=true").check()
    page.get_by_role("button", name="Next").click()
    expect(page.locator("#world_board")).to_be_visible()


def test_an_error_leads_to_the_screen_it_is_on(at_task):
    page = at_task
    for screen in range(4):
        if screen in (1, 2):
            page.get_by_label("Skip this ranking").locator("visible=true").first.check()
        page.get_by_role("button", name="Next").click()
    page.get_by_role("slider").last.focus()
    page.keyboard.press("End")
    page.get_by_role("button", name="Hand in and go on").click()
    expect(page.get_by_role("heading", name="This is not saved yet")).to_be_visible()
    expect(page.locator("#own_criterion")).to_be_visible()
    page.get_by_role("link", name="You gave a score to a criterion").click()
    expect(page.locator("#own_criterion")).to_be_focused()
    page.keyboard.type("Is kind.")
    page.get_by_role("button", name="Hand in and go on").click()
    expect(page.get_by_text("Task 2 of 2").first).to_be_visible()


def test_the_board_of_each_ranking_is_at_hand_while_reading_on_a_phone(open_page):
    study = make_demo_like(prompts=1)
    page = open_page(viewport=PHONE, touch=True)
    Walk(page, study).arrive()
    page.get_by_role("button", name="Next").click()
    page.locator("#personal_board.is-docked").wait_for()
    page.get_by_label("Skip this ranking").locator("visible=true").check()
    page.get_by_role("button", name="Next").click()
    page.locator("#world_board.is-docked").wait_for()
