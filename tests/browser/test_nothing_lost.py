"""Dead networks, closed tabs, second tabs, other devices, lost cookies, a server that starts again.

What would be lost: an hour of somebody's work, and their trust.
"""

import re

import pytest
from playwright.sync_api import Page, expect

from elicitation.models import Assessment, Assignment, Draft, Participant, Study

from .walk import Walk, make_demo_like

pytestmark = pytest.mark.browser

SLOW = 20_000  # what waits for a retry, or for a busy machine
FORBID_STORAGE = "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); };"


@pytest.fixture
def at_task(open_page):
    study = make_demo_like(prompts=2)
    page = open_page()
    Walk(page, study).arrive()
    page.wait_for_url("**/task/**")
    return page


def state(page: Page):
    return page.locator("[data-draft-state]")


def saved(page: Page):
    expect(state(page)).to_have_text("Saved", timeout=SLOW)


def to_the_end(page: Page):
    """Skip both rankings and go to the last screen."""
    for screen in range(4):
        if screen in (1, 2):
            page.get_by_label("Skip this ranking").locator("visible=true").first.check()
        page.get_by_role("button", name="Next", exact=True).click()


def hand_in(page: Page):
    page.get_by_role("button", name="Hand in and go on").click()


def kept_on_device(page: Page):
    return page.evaluate("Object.keys(localStorage).length")


def own_link(page: Page):
    page.get_by_text("Go on later, or on another device").click()
    link = page.locator(".own-link code").inner_text()
    return link[link.index("/p/me/") :]


# --- drafts -----------------------------------------------------------------------------------------------


def test_a_draft_survives_a_reload_and_another_device(at_task, open_page):
    page = at_task
    page.get_by_label("Response B is unacceptable").check()
    Walk(page, Study.objects.get()).press("Next")
    Walk(page, Study.objects.get()).place("personal", "12")
    page.locator("#personal_why").fill("Because of this.")
    saved(page)
    assert Draft.objects.get().fields["personal_why"] == ["Because of this."]
    page.reload()
    expect(page.locator("#personal_why")).to_have_value("Because of this.")
    expect(page.locator("#personal_board .board__foot [data-board-count]")).to_have_text("2 of 4 placed")
    other = open_page(own_link(page))
    assert "me" not in other.url.split("/")
    expect(other.locator("#personal_why")).to_have_value("Because of this.")
    other.get_by_role("button", name="Next", exact=True).click()
    other.locator("#personal_why").fill("Because of this, and that.")
    saved(other)
    page.reload()
    expect(page.locator("#personal_why")).to_have_value("Because of this, and that.")
    assert Participant.objects.count() == 1


def test_save_for_later_says_so(at_task):
    page = at_task
    page.locator("#unacceptable_why").fill("Half a thought")
    page.get_by_role("button", name="Save for later").click()
    expect(state(page)).to_have_text("Saved. You can close this page and come back whenever you like.", timeout=SLOW)
    assert Draft.objects.get().fields["unacceptable_why"] == ["Half a thought"]


def test_an_offline_moment_loses_nothing(at_task):
    page = at_task
    page.locator("#unacceptable_why").fill("Written on the train")
    saved(page)
    page.context.set_offline(True)
    page.locator("#unacceptable_why").fill("Written on the train, in a tunnel")
    expect(state(page)).to_contain_text("Offline: kept on this device")
    expect(page.locator("[data-draft-status]")).to_contain_text("Offline: kept on this device")
    assert Draft.objects.get().fields["unacceptable_why"] == ["Written on the train"]
    page.context.set_offline(False)
    saved(page)
    assert Draft.objects.get().fields["unacceptable_why"] == ["Written on the train, in a tunnel"]


def test_what_was_typed_offline_is_back_after_the_tab_was_closed(at_task):
    page = at_task
    page.context.set_offline(True)
    page.locator("#unacceptable_why").fill("In the tunnel")
    expect(state(page)).to_contain_text("kept on this device")
    context, url = page.context, page.url
    page.close()
    context.set_offline(False)
    again = context.new_page()
    again.goto(url)
    expect(again.locator("#unacceptable_why")).to_have_value("In the tunnel")
    saved(again)
    assert Draft.objects.get().fields["unacceptable_why"] == ["In the tunnel"]
    assert kept_on_device(again) == 0


def test_a_server_that_starts_again_is_waited_for(at_task):
    page = at_task
    page.route("**/draft/", lambda route: route.fulfill(status=503, body="starting"))
    page.locator("#unacceptable_why").fill("Written meanwhile")
    expect(state(page)).to_contain_text("Not saved yet: kept on this device. Trying again.")
    page.unroute("**/draft/")
    saved(page)
    assert Draft.objects.get().fields["unacceptable_why"] == ["Written meanwhile"]


def test_where_the_browser_keeps_nothing_the_page_says_so_and_still_saves(open_page):
    study = make_demo_like()
    page = open_page()
    page.add_init_script(FORBID_STORAGE)
    Walk(page, study).arrive()
    expect(page.locator("form.is-stepped")).to_be_visible()
    page.context.set_offline(True)
    page.locator("#unacceptable_why").fill("In private")
    expect(state(page)).to_contain_text("this browser keeps nothing: please leave this page open")
    page.context.set_offline(False)
    saved(page)
    assert Draft.objects.get().fields["unacceptable_why"] == ["In private"]


def test_lost_cookies_are_told_and_the_text_is_saved_once_one_is_known_again(at_task):
    page = at_task
    link = own_link(page)
    page.context.clear_cookies()
    page.locator("#unacceptable_why").fill("Still here")
    expect(page.get_by_text("This browser no longer knows that it is you")).to_be_visible(timeout=SLOW)
    assert not Draft.objects.exists()
    other = page.context.new_page()
    other.goto(link)
    page.bring_to_front()
    saved(page)
    expect(page.get_by_text("This browser no longer knows that it is you")).to_be_hidden()
    assert Draft.objects.get().fields["unacceptable_why"] == ["Still here"]


def test_a_lost_token_of_the_form_is_renewed_silently(at_task):
    page = at_task
    page.context.clear_cookies(name="csrftoken")
    page.locator("#unacceptable_why").fill("Long after")
    saved(page)
    assert Draft.objects.get().fields["unacceptable_why"] == ["Long after"]


# --- handing in ---------------------------------------------------------------------------------------------


def test_handing_in_without_a_line_waits_for_it(at_task):
    page = at_task
    to_the_end(page)
    page.context.set_offline(True)
    hand_in(page)
    expect(state(page)).to_contain_text("are handed in when the line is back")
    assert not Assessment.objects.exists()
    page.context.set_offline(False)
    expect(page.get_by_text("Task 2 of 2").first).to_be_visible(timeout=SLOW)
    assert Assessment.objects.count() == 1
    assert kept_on_device(page) == 0


def test_a_waiting_hand_in_outlives_the_tab(at_task):
    page = at_task
    to_the_end(page)
    page.locator("#own_criterion").fill("Is kind.")
    page.context.set_offline(True)
    hand_in(page)
    expect(state(page)).to_contain_text("are handed in when the line is back")
    context = page.context
    page.close()
    context.set_offline(False)
    again = context.new_page()
    again.goto(f"/p/{Study.objects.get().link_token}/")
    expect(again.get_by_text("Task 2 of 2").first).to_be_visible(timeout=SLOW)
    assert Assessment.objects.get().scores.get(criterion__origin="participant").criterion.text == "Is kind."
    assert kept_on_device(again) == 0


def test_a_change_takes_a_waiting_hand_in_back(at_task):
    page = at_task
    to_the_end(page)
    page.context.set_offline(True)
    hand_in(page)
    expect(state(page)).to_contain_text("are handed in when the line is back")
    page.locator("#own_criterion").fill("One more thing")
    expect(page.locator("[data-draft-status]")).to_contain_text("You changed something")
    page.context.set_offline(False)
    saved(page)
    assert not Assessment.objects.exists()
    hand_in(page)
    expect(page.get_by_text("Task 2 of 2").first).to_be_visible(timeout=SLOW)


def test_a_hand_in_whose_answer_was_lost_is_sent_again_and_stored_once(at_task):
    page = at_task
    to_the_end(page)
    lost: list[str] = []

    def lose_the_answer(route):
        if route.request.method == "POST" and not lost:
            lost.append(route.fetch())
            route.fulfill(status=502, body="gone")
        else:
            route.continue_()

    page.route(re.compile(r"/task/[^/]+/$"), lose_the_answer)
    hand_in(page)
    expect(page.get_by_text("Task 2 of 2").first).to_be_visible(timeout=SLOW)
    assert len(lost) == 1
    assert Assessment.objects.count() == 1
    page.unroute_all(behavior="ignoreErrors")


def test_a_double_click_hands_in_once_and_back_shows_that_it_is_done(at_task):
    page = at_task
    to_the_end(page)
    page.get_by_role("button", name="Hand in and go on").dblclick()
    expect(page.get_by_text("Task 2 of 2").first).to_be_visible(timeout=SLOW)
    assert Assessment.objects.count() == 1
    assert Assignment.objects.filter(state="reserved").count() == 1
    page.go_back()
    for _ in range(6):
        if page.get_by_role("heading", name="This task is handed in").count():
            break
        page.go_back()
    expect(page.get_by_role("heading", name="This task is handed in")).to_be_visible()


# --- two tabs -----------------------------------------------------------------------------------------------


def test_of_two_tabs_the_older_asks_before_it_overwrites(at_task):
    page = at_task
    other = page.context.new_page()
    other.goto(page.url)
    other.locator("#unacceptable_why").fill("newer")
    saved(other)
    page.locator("#unacceptable_why").fill("older")
    expect(page.get_by_text("There is a newer version of this task")).to_be_visible(timeout=SLOW)
    assert Draft.objects.get().fields["unacceptable_why"] == ["newer"]
    page.get_by_role("button", name="Show the newer version").click()
    expect(page.locator("#unacceptable_why")).to_have_value("newer")
    other.locator("#unacceptable_why").fill("newer still")
    saved(other)
    page.locator("#unacceptable_why").fill("mine")
    page.get_by_role("button", name="Keep what is on this page").click()
    saved(page)
    assert Draft.objects.get().fields["unacceptable_why"] == ["mine"]


def test_two_tabs_without_a_line_do_not_overwrite_what_the_device_keeps(at_task):
    page = at_task
    other = page.context.new_page()
    other.goto(page.url)
    page.context.set_offline(True)
    other.locator("#unacceptable_why").fill("in the other tab")
    expect(state(other)).to_contain_text("kept on this device")
    page.locator("#unacceptable_why").fill("in this tab")
    expect(page.get_by_text("There is a newer version of this task")).to_be_visible()
    context, url = page.context, page.url
    for tab in (page, other):
        tab.close()
    context.set_offline(False)
    again = context.new_page()
    again.goto(url)
    expect(again.locator("#unacceptable_why")).to_have_value("in the other tab")


def test_a_second_tab_is_told_that_the_task_was_handed_in(at_task):
    page = at_task
    other, third = page.context.new_page(), page.context.new_page()
    for tab in (other, third):
        tab.goto(page.url)
    to_the_end(third)
    saved(third)
    page.reload()
    to_the_end(page)
    hand_in(page)
    expect(page.get_by_text("Task 2 of 2").first).to_be_visible(timeout=SLOW)
    hand_in(third)
    other.locator("#unacceptable_why").fill("From the second tab")
    other.get_by_role("button", name="Keep what is on this page").click()
    for tab in (other, third):
        expect(tab.get_by_text("This task was handed in already")).to_be_visible(timeout=SLOW)
    other.get_by_role("link", name="Go on", exact=True).click()
    expect(other.get_by_text("Task 2 of 2").first).to_be_visible(timeout=SLOW)
    assert Assessment.objects.get().unacceptable_rationale == ""


# --- time -----------------------------------------------------------------------------------------------------


def at_task_with_a_clock(open_page):
    study = make_demo_like(prompts=2)
    page = open_page()
    page.clock.install()
    Walk(page, study).arrive()
    page.wait_for_url("**/task/**")
    return page


def test_who_is_away_for_long_is_warned_in_time_and_prolongs_with_one_press(open_page, assert_accessible):
    page = at_task_with_a_clock(open_page)
    warning = page.locator("[data-lease]")
    page.clock.fast_forward("54:00")
    expect(warning).to_be_hidden()
    page.clock.fast_forward("01:30")
    expect(warning).to_contain_text("This task is kept for you until")
    assert_accessible(page)
    Assignment.objects.update(leased_until=Participant.objects.get().consented_at)
    page.get_by_role("button", name="I am still here").click()
    expect(warning).to_be_hidden()
    consented = Participant.objects.get().consented_at
    assert consented is not None
    assert (Assignment.objects.get().leased_until - consented).total_seconds() > 3500


def test_working_prolongs_by_itself(open_page):
    page = at_task_with_a_clock(open_page)
    page.clock.fast_forward("50:00")
    page.mouse.wheel(0, 200)
    page.wait_for_timeout(0)
    page.keyboard.press("Tab")
    expect(state(page)).to_have_text("Saved", timeout=SLOW)
    page.clock.fast_forward("50:00")
    expect(page.locator("[data-lease]")).to_be_hidden()


def test_when_the_time_is_over_nothing_is_lost(open_page):
    page = at_task_with_a_clock(open_page)
    page.locator("#unacceptable_why").fill("Before lunch")
    page.clock.run_for(2000)
    saved(page)
    page.clock.fast_forward("02:00:00")
    expect(page.locator("[data-lease]")).to_contain_text("What you wrote is kept: go on, and hand it in as usual.")
    Assignment.objects.update(state=Assignment.State.EXPIRED)
    page.locator("#unacceptable_why").fill("")
    to_the_end(page)
    hand_in(page)
    expect(page.get_by_text("Task 2 of 2").first).to_be_visible(timeout=SLOW)
    assert Assessment.objects.count() == 1


# --- how texts came about ---------------------------------------------------------------------------------------


def test_typed_and_pasted_characters_are_counted_apart(at_task):
    page = at_task
    page.locator("#unacceptable_why").press_sequentially("twelve chars")
    page.keyboard.press("Control+a")
    page.keyboard.press("Control+x")
    page.get_by_role("button", name="Next", exact=True).click()
    page.locator("#personal_why").focus()
    page.keyboard.press("Control+v")
    page.keyboard.type(" ok")
    expect(page.locator("#personal_why")).to_have_value("twelve chars ok")
    page.get_by_label("Skip this ranking").locator("visible=true").first.check()
    page.get_by_role("button", name="Next", exact=True).click()
    page.get_by_label("Skip this ranking").locator("visible=true").first.check()
    for _ in range(2):
        page.get_by_role("button", name="Next", exact=True).click()
    hand_in(page)
    expect(page.get_by_text("Task 2 of 2").first).to_be_visible(timeout=SLOW)
    counted = Assessment.objects.get().typing
    assert {name: (counts["typed"], counts["pasted"]) for name, counts in counted.items()} == {
        "unacceptable_why": (12, 0),
        "personal_why": (3, 12),
    }
