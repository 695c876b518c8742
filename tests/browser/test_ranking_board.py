"""The ranking board in every way a person may use it. What would be lost: an answer, or a person who cannot answer."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest

from .conftest import DESKTOP, PHONE, SMALLEST

pytestmark = pytest.mark.browser

EMPTY = {"A": None, "B": None, "C": None, "D": None}


@pytest.fixture(autouse=True)
def open_to_anybody(settings):
    settings.DEBUG = True


class Board:
    """The first board of the style page: nothing placed, four responses."""

    def __init__(self, page, prefix="personal_"):
        self.page = page
        self.prefix = prefix
        self.root = page.locator(f"#{prefix}board")

    def chip(self, letter):
        return self.root.locator(f".chip[data-key={letter}]")

    def place(self, number):
        return self.root.locator(f"[data-place='{number}']")

    @property
    def chosen(self):
        """What the radio buttons, and so the form, hold."""
        return {
            letter: self.root.evaluate(
                "(e, name) => e.querySelector(`input[name=${name}]:checked`)?.value ?? null",
                f"{self.prefix}place_{letter}",
            )
            for letter in "ABCD"
        }

    @property
    def shown(self):
        """Which chips lie in which place, 0 being the tray."""
        return [re.sub(r"\s", "", "".join(self.place(n).locator(".chip .letter").all_inner_texts())) for n in range(5)]

    @property
    def said(self):
        return self.root.locator("[data-board-status]").inner_text().strip()

    def submitted(self):
        self.page.get_by_role("button", name="Save and go on").click()
        query = parse_qs(urlsplit(self.page.url).query)
        return {name: values for name, values in query.items() if name.startswith(self.prefix)}


def drag(page, chip, target):
    chip.scroll_into_view_if_needed()
    start, end = chip.bounding_box(), target.bounding_box()
    page.mouse.move(start["x"] + start["width"] / 2, start["y"] + start["height"] / 2)
    page.mouse.down()
    page.mouse.move(end["x"] + end["width"] / 2, end["y"] + end["height"] / 2, steps=8)
    page.mouse.up()


def touch_drag(page, chip, target):
    session = page.context.new_cdp_session(page)
    start, end = chip.bounding_box(), target.bounding_box()
    x, y = start["x"] + start["width"] / 2, start["y"] + start["height"] / 2
    goal_x, goal_y = end["x"] + end["width"] / 2, end["y"] + end["height"] / 2

    def send(kind, points):
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    send("touchStart", [{"x": x, "y": y}])
    for step in range(1, 9):
        send("touchMove", [{"x": x + (goal_x - x) * step / 8, "y": y + (goal_y - y) * step / 8}])
    send("touchEnd", [])


# --- without JavaScript ---------------------------------------------------------------------------------


def test_without_javascript_nothing_is_chosen_and_an_untouched_board_posts_nothing(open_page):
    board = Board(open_page("/style/", javascript=False))
    radios = board.root.get_by_role("radio")
    assert radios.count() == 16
    assert not any(radio.is_checked() for radio in radios.all())
    assert board.submitted() == {}


def test_without_javascript_radio_buttons_are_the_board(open_page):
    board = Board(open_page("/style/", javascript=False, viewport=PHONE))
    for letter, place in (("A", "2nd place"), ("B", "1st place"), ("C", "2nd place")):
        group = board.root.get_by_role("group", name=f"Place of response {letter}")
        group.get_by_role("radio", name=place).check()
    assert board.submitted() == {"personal_place_A": ["2"], "personal_place_B": ["1"], "personal_place_C": ["2"]}


# --- with it -----------------------------------------------------------------------------------------------


def test_an_untouched_board_posts_nothing(open_page):
    board = Board(open_page("/style/"))
    assert board.shown == ["ABCD", "", "", "", ""]
    assert board.submitted() == {}


def test_a_draft_lies_where_it_was_left(open_page):
    assert Board(open_page("/style/"), prefix="world_").shown == ["D", "A", "", "BC", ""]


def test_dragging_with_the_mouse(open_page):
    page = open_page("/style/")
    board = Board(page)
    drag(page, board.chip("B"), board.place(1))
    drag(page, board.chip("D"), board.place(2))
    drag(page, board.chip("A"), board.place(2))
    assert board.shown == ["C", "B", "AD", "", ""]
    assert board.chosen == {"A": "2", "B": "1", "C": None, "D": "2"}
    assert board.said == "Response A is now in 2nd place, tied with D."
    drag(page, board.chip("D"), board.place(0))
    assert board.chosen == {"A": "2", "B": "1", "C": None, "D": None}
    assert board.said == "Response D is not placed."


def test_a_drag_that_ends_beside_the_board_changes_nothing(open_page):
    page = open_page("/style/")
    board = Board(page)
    drag(page, board.chip("B"), page.locator("#response-A"))
    assert board.chosen == EMPTY


def test_escape_gives_a_drag_up(open_page):
    page = open_page("/style/")
    board = Board(page)
    board.chip("A").scroll_into_view_if_needed()
    box, goal = board.chip("A").bounding_box(), board.place(1).bounding_box()
    page.mouse.move(box["x"] + 20, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(goal["x"] + 20, goal["y"] + 20, steps=4)
    page.keyboard.press("Escape")
    page.mouse.up()
    assert board.chosen == EMPTY
    assert board.root.locator(".is-dragged").count() == 0


def test_dragging_with_a_finger_does_not_scroll_the_page(open_page):
    page = open_page("/style/", viewport=PHONE, touch=True)
    page.evaluate("document.querySelector('#response-A').scrollIntoView()")
    board = Board(page)
    page.locator("#personal_board.is-docked").wait_for()
    before = page.evaluate("scrollY")
    touch_drag(page, board.chip("C"), board.place(1))
    touch_drag(page, board.chip("A"), board.place(4))
    assert board.chosen == {"A": "4", "B": None, "C": "1", "D": None}
    assert page.evaluate("scrollY") == before


def test_a_press_and_a_press_is_enough(open_page):
    page = open_page("/style/", viewport=PHONE, touch=True)
    board = Board(page)
    board.chip("B").tap()
    assert board.chip("B").get_attribute("aria-pressed") == "true"
    assert board.said == "Response B is picked up. Now choose a place."
    board.place(2).tap()
    assert board.chip("B").get_attribute("aria-pressed") == "false"
    assert board.said == "Response B is now in 2nd place."
    board.chip("D").tap()
    board.chip("B").tap()
    assert board.shown == ["AC", "", "BD", "", ""]
    assert board.said == "Response D is now in 2nd place, tied with B."


def test_another_press_chooses_another_response(open_page):
    page = open_page("/style/")
    board = Board(page)
    board.chip("A").click()
    board.chip("B").click()
    board.place(1).click()
    assert board.chosen == {**EMPTY, "B": "1"}
    board.chip("C").click()
    board.chip("C").click()
    assert board.said == "Response C is no longer picked up."
    board.place(3).locator(".board__target").click()
    assert board.said == "First choose a response, then a place."
    assert board.chosen == {**EMPTY, "B": "1"}


def test_keyboard_alone(open_page):
    page = open_page("/style/")
    board = Board(page)
    board.chip("A").focus()
    page.keyboard.press("ArrowDown")
    assert board.said == "Response A is now in 1st place."
    page.keyboard.press("ArrowRight")
    assert board.said == "Response A is now in 2nd place."
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    assert board.chosen["A"] == "1"
    assert page.evaluate("document.activeElement.dataset.key") == "A"
    board.chip("B").focus()
    page.keyboard.press("1")
    assert board.said == "Response B is now in 1st place, tied with A."
    page.keyboard.press("End")
    assert board.chosen["B"] == "4"
    page.keyboard.press("Home")
    assert board.chosen["B"] == "1"
    page.keyboard.press("Delete")
    assert board.chosen == {**EMPTY, "A": "1"}
    page.keyboard.press("Control+z")
    assert board.chosen == {**EMPTY, "A": "1", "B": "1"}


def test_keyboard_by_picking_up(open_page):
    page = open_page("/style/")
    board = Board(page)
    board.chip("D").focus()
    page.keyboard.press("Enter")
    board.place(3).get_by_role("button", name="3rd place").focus()
    page.keyboard.press("Space")
    assert board.chosen == {**EMPTY, "D": "3"}


def test_every_chip_is_reached_by_tab(open_page):
    page = open_page("/style/")
    board = Board(page)
    board.chip("A").focus()
    page.keyboard.press("3")
    board.chip("B").focus()
    reached = []
    for _ in range(3):
        reached.append(page.evaluate("document.activeElement.dataset.key"))
        page.keyboard.press("Tab")
    assert reached == ["B", "C", "D"]
    assert page.evaluate("document.activeElement.dataset.key") == "A"


def test_arrows_follow_the_eye_from_right_to_left(open_page):
    page = open_page("/style/?dir=rtl", viewport=PHONE)
    board = Board(page)
    assert board.place(1).bounding_box()["x"] > board.place(4).bounding_box()["x"]
    board.chip("A").focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    assert board.chosen["A"] == "2"
    page.keyboard.press("ArrowRight")
    assert board.chosen["A"] == "1"


def test_a_screen_reader_hears_where_a_response_lies(open_page):
    board = Board(open_page("/style/"), prefix="world_")
    expected = re.compile(r"^Response B ?, 3rd place, tied with C\. ")
    assert board.root.get_by_role("button", name=expected).count() == 1
    assert board.root.get_by_role("button", name=re.compile(r"^Response D ?, not placed\.$")).count() == 1
    assert board.root.get_by_role("status").count() == 1


def test_undo_and_clear(open_page):
    page = open_page("/style/")
    board = Board(page)
    undo, clear = board.root.get_by_role("button", name="Undo"), board.root.get_by_role("button", name="Clear")
    assert undo.is_disabled()
    assert clear.is_disabled()
    for letter, key in (("A", "1"), ("B", "2")):
        board.chip(letter).focus()
        page.keyboard.press(key)
    clear.click()
    assert board.chosen == EMPTY
    undo.click()
    assert board.chosen == {**EMPTY, "A": "1", "B": "2"}
    undo.click()
    undo.click()
    assert board.chosen == EMPTY
    assert undo.is_disabled()


def test_every_change_is_told_to_the_page(open_page):
    page = open_page("/style/")
    board = Board(page)
    page.evaluate(
        "() => { window.told = []; document.addEventListener('ranking-board:change', (e) => told.push(e.detail)); }"
    )
    for letter, key in (("D", "4"), ("C", "2"), ("A", "2")):
        board.chip(letter).focus()
        page.keyboard.press(key)
    told = page.evaluate("told")
    assert len(told) == 3
    assert told[-1] == {
        "prefix": "personal_",
        "places": {"A": 2, "C": 2, "D": 4},
        "placed": 3,
        "total": 4,
        "order": "A=C>D",
    }


def test_the_board_follows_a_restored_draft(open_page):
    page = open_page("/style/")
    board = Board(page)
    page.evaluate(
        """() => {
            const radio = document.querySelector("input[name=personal_place_C][value='3']");
            radio.checked = true;
            radio.dispatchEvent(new Event("change", { bubbles: true }));
        }"""
    )
    assert board.shown == ["ABD", "", "", "C", ""]


def test_targets_are_large_enough_for_a_finger(open_page):
    board = Board(open_page("/style/", viewport=SMALLEST, touch=True))
    for chip in board.root.locator(".chip").all():
        box = chip.bounding_box()
        assert box["width"] >= 44
        assert box["height"] >= 44
    for number in range(1, 5):
        box = board.place(number).bounding_box()
        assert box["width"] >= 44
        assert box["height"] >= 44


def test_on_a_phone_the_board_in_use_stays_in_sight_and_hides_nothing_for_good(open_page):
    page = open_page("/style/", viewport=PHONE, touch=True)
    page.evaluate("document.querySelector('#response-B').scrollIntoView()")
    dock = page.locator("#personal_board .board__dock")
    page.locator("#personal_board.is-docked").wait_for()
    box = dock.bounding_box()
    assert box["y"] + box["height"] == pytest.approx(PHONE["height"], abs=1)
    assert box["height"] < PHONE["height"] / 3
    page.evaluate("document.querySelector('#world_board').scrollIntoView({block: 'end'})")
    page.locator("#personal_board:not(.is-docked)").wait_for()
    assert not page.locator("#world_board.is-docked").count()
    page.evaluate("document.querySelector('#response-A').scrollIntoView()")
    page.locator("#world_board.is-docked").wait_for()
    assert not page.locator("#personal_board.is-docked").count()


def test_beside_the_responses_on_a_wide_screen(open_page):
    page = open_page("/style/", viewport=DESKTOP)
    responses, board = page.locator("[data-responses]").bounding_box(), page.locator("#personal_board").bounding_box()
    assert board["x"] >= responses["x"] + responses["width"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [PHONE, DESKTOP])
def test_axe_finds_nothing_while_a_response_is_picked_up(open_page, assert_accessible, scheme, viewport):
    page = open_page("/style/", scheme=scheme, viewport=viewport)
    board = Board(page)
    board.chip("B").click()
    board.place(1).click()
    board.chip("A").click()
    assert_accessible(page)
