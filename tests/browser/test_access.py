"""A task by large text, keyboard, small targets, forced colours and little motion. What would be lost: people."""

import pytest
from playwright.sync_api import Page, expect

from .conftest import DESKTOP, PHONE, SMALLEST
from .walk import Walk, make_demo_like

pytestmark = pytest.mark.browser

# What can be pressed but stands in a line of text may be as high as the line (2.5.8).
TOO_SMALL = """() => [...document.querySelectorAll("a[href], button, input, select, textarea, summary")]
  .filter((e) => e.type !== "hidden" && e.checkVisibility() && !e.closest("p, .skip-link"))
  .map((e) => (e.type === "radio" || e.type === "checkbox" ? (e.closest("label") ?? e) : e))
  .filter((e) => e.offsetWidth < 24 || e.offsetHeight < 24)
  .map((e) => `${e.outerHTML.slice(0, 80)} ${e.offsetWidth}x${e.offsetHeight}`)"""

# Of what has the focus, is anything to be seen, or is all of it below something that sticks?
OBSCURED = """() => {
  const e = document.activeElement;
  if (!e || e === document.body || e.closest(".skip-link")) return "";
  const { left, top, width, height } = e.getBoundingClientRect();
  const at = (x, y) => document.elementFromPoint(left + x * width, top + y * height);
  const seen = [[.5, .5], [.5, .1], [.5, .9], [.1, .5], [.9, .5]].map(([x, y]) => at(x, y)).filter(Boolean);
  const own = (s) => e.contains(s) || s.contains(e) || e.closest("label")?.contains(s);
  return seen.some(own) ? "" : e.outerHTML.slice(0, 120);
}"""


def at_task(open_page, **options) -> Page:
    study = make_demo_like(prompts=1)
    page = open_page(**options)
    Walk(page, study).arrive()
    page.wait_for_url("**/task/**")
    expect(page.locator("form.is-stepped")).to_be_visible()
    return page


def every_screen(page: Page):
    """Go through the screens of a task."""
    for screen in ("reading", "personal", "world", "scales", "criteria"):
        expect(page.locator(f"form[data-screen={screen}]")).to_be_visible()
        yield screen
        for skip in page.locator("[name$=_skip]").locator("visible=true").all():
            skip.check()
        if screen != "criteria":
            page.locator("[data-screen-next]").click()


# Put each element that takes the focus at either edge of the window, below whatever sticks there, and focus it.
FOCUS_EACH = """async () => {
  const frame = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  const found = [];
  for (const e of document.querySelectorAll("main :is(a[href], button, input, select, textarea, summary)")) {
    if (e.type === "hidden" || e.disabled || e.tabIndex < 0 || !e.checkVisibility()) continue;
    for (const edge of ["end", "start"]) {
      document.activeElement.blur();
      const { top, bottom } = e.getBoundingClientRect();
      scrollBy(0, edge === "end" ? bottom - innerHeight : top);
      await frame();
      e.focus();
      await frame();
      const problem = (OBSCURED)();
      if (problem) found.push(`${edge}: ${problem}`);
    }
  }
  return found;
}""".replace("OBSCURED", OBSCURED)


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_what_has_the_focus_is_never_all_hidden(open_page, viewport):
    page = at_task(open_page, viewport=viewport)
    for _screen in every_screen(page):
        assert page.evaluate(FOCUS_EACH) == []


@pytest.mark.parametrize("viewport", [SMALLEST, DESKTOP], ids=["small", "desktop"])
def test_every_target_is_at_least_24_px(open_page, viewport):
    page = at_task(open_page, viewport=viewport)
    for _screen in every_screen(page):
        assert page.evaluate(TOO_SMALL) == []


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_text_of_twice_the_size_loses_nothing(open_page, assert_fits, viewport):
    page = at_task(open_page, viewport=viewport)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    for screen in every_screen(page):
        assert_fits(page)
        if screen == "personal":
            page.locator("#personal_board .chip[data-key=A]").click()
            page.locator("#personal_board [data-place='2'] .board__target").click()
            status = page.locator("#personal_board [data-board-status]")
            expect(status).to_have_text("Response A is now in 2nd place.")
            page.get_by_role("button", name="Clear", exact=True).locator("visible=true").first.click()


def test_on_a_phone_one_response_is_read_at_a_time_and_the_board_shows_which(open_page):
    page = at_task(open_page, viewport=PHONE, touch=True)
    shown = page.locator(".response").locator("visible=true")
    expect(shown).to_have_count(1)
    page.get_by_role("button", name="On to response B").tap()
    expect(page.locator("#response-B")).to_be_visible()
    expect(page.get_by_role("heading", name="Response B")).to_be_focused()
    page.get_by_role("button", name="Next", exact=True).tap()
    page.locator("#personal_board.is-docked").wait_for()
    page.locator("#personal_board .chip[data-key=D]").tap()
    expect(page.locator("#response-D")).to_be_visible()
    expect(shown).to_have_count(1)
    page.get_by_role("button", name="All", exact=True).tap()
    expect(shown).to_have_count(4)
    page.reload()
    expect(shown).to_have_count(4)


def test_all_responses_are_shortened_and_shown_by_one_press(open_page):
    page = at_task(open_page, viewport=DESKTOP)
    short = page.locator(".response__text.is-shortened")
    expect(short).to_have_count(0)  # while one reads
    page.get_by_role("button", name="Shorten all").click()
    expect(short).not_to_have_count(0)
    page.get_by_role("button", name="Show all in full").click()
    expect(short).to_have_count(0)
    boxes = [page.locator(f"#response-{letter}").bounding_box() for letter in "AB"]
    assert len({box["y"] for box in boxes if box}) == 1  # side by side


def test_little_motion_and_forced_colours_are_honoured(open_page):
    page = at_task(open_page)
    page.emulate_media(reduced_motion="reduce", forced_colors="active")
    page.locator("[data-screen-next]").click()
    motion = "e => parseFloat(getComputedStyle(e).transitionDuration)"
    assert page.locator("#personal_board .board__place").first.evaluate(motion) < 0.001
    assert page.evaluate("matchMedia('(forced-colors: active)').matches")
    chip = page.locator("#personal_board .chip[data-key=A]")
    edge = "e => getComputedStyle(e).borderTopWidth"
    before = chip.evaluate(edge)
    chip.click()
    expect(chip).to_have_attribute("aria-pressed", "true")
    assert chip.evaluate(edge) != before
