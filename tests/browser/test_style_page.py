"""Every component in a real browser: axe, width, direction, weight."""

import gzip

import pytest

from .conftest import DESKTOP, PHONE, SMALLEST

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def open_to_anybody(settings):
    settings.DEBUG = True


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["/style/", "/style/?dir=rtl"])
@pytest.mark.parametrize("viewport", [DESKTOP, PHONE])
def test_axe_finds_nothing(open_page, assert_accessible, path, scheme, viewport):
    assert_accessible(open_page(path, scheme=scheme, viewport=viewport))


@pytest.mark.parametrize("javascript", [True, False])
@pytest.mark.parametrize("path", ["/style/", "/style/?dir=rtl"])
def test_the_smallest_phone_need_not_scroll_sideways(open_page, assert_fits, path, javascript):
    assert_fits(open_page(path, viewport=SMALLEST, javascript=javascript))


def test_a_page_enlarged_to_400_percent_fits(open_page, assert_fits):
    assert_fits(open_page("/style/", viewport={"width": DESKTOP["width"] // 4, "height": DESKTOP["height"] // 4}))


def test_what_every_page_loads_is_light(open_page):
    sizes: dict[str, int] = {}
    opened = open_page()
    opened.on(
        "response",
        lambda response: (
            sizes.update({response.url.rsplit("/", 1)[1]: len(gzip.compress(response.body(), 9))})
            if "/static/" in response.url
            else None
        ),
    )
    opened.goto("/style/", wait_until="networkidle")
    assert {"tokens.css", "base.css", "components.css", "forms.css", "htmx-2.min.js", "page.js"} <= set(sizes)
    assert sum(size for name, size in sizes.items() if name.endswith((".css", ".js"))) < 40 * 1024


def test_long_texts_shorten_until_all_is_asked_for(open_page):
    opened = open_page("/style/")
    end = opened.get_by_text("keep two pens in date")
    text = opened.locator("#response-A-text")
    assert text.evaluate("e => e.scrollHeight > e.clientHeight")
    button = opened.locator("#response-A").get_by_role("button", name="Show all", expanded=False)
    button.click()
    assert not text.evaluate("e => e.scrollHeight > e.clientHeight")
    assert end.is_visible()
    opened.locator("#response-A").get_by_role("button", name="Shorten", expanded=True).click()
    assert text.evaluate("e => e.scrollHeight > e.clientHeight")


def test_long_texts_are_whole_without_javascript(open_page):
    text = open_page("/style/", javascript=False).locator("#response-A-text")
    assert text.bounding_box()["height"] > 400


def test_the_first_tab_stop_skips_to_the_content(open_page):
    opened = open_page("/style/", javascript=False)
    opened.keyboard.press("Tab")
    link = opened.get_by_role("link", name="Skip to the content")
    assert link.bounding_box()["y"] >= 0
    opened.keyboard.press("Enter")
    assert opened.evaluate("document.activeElement.id") == "content"
