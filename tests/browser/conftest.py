"""A real Chromium against the live server, with axe, for the tests of pages.

`open_page(path, viewport=..., scheme=..., touch=..., javascript=..., locale=...)` gives a page of its own context, and
`open_as(user, path, ...)` one that is signed in; `page` and `browser_page` are an empty one of 1280 x 800. A page that
breaks the content security policy or throws an error fails its test at the end, whatever the test asked.
"""

import os
import shutil
import time
from collections.abc import Callable, Iterator
from typing import Any, Protocol

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.db import connection
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from collective.accounts.models import User

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
PHONE = {"width": 360, "height": 640}
DESKTOP = {"width": 1280, "height": 800}
SMALLEST = {"width": 320, "height": 568}


class OpenPage(Protocol):
    """Opens a page of the live server in a context of its own."""

    def __call__(
        self,
        path: str = "",
        *,
        viewport: dict[str, int] = DESKTOP,
        scheme: str = "light",
        touch: bool = False,
        javascript: bool = True,
        locale: str = "en-GB",
    ) -> Page: ...


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for the whole run."""
    if CHROMIUM is None:
        pytest.skip("no browser: Chromium is not installed")
    # Playwright's loop runs in this thread, which Django takes for asynchronous code; the tests' own queries are not.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield started
        started.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def open_page(browser: Browser, live_server: Any) -> Iterator[OpenPage]:
    """Open pages of the live server; close them, and fail on broken policy or script, at the end."""
    contexts: list[BrowserContext] = []
    problems: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text or "Content-Security-Policy" in message.text:
            problems.append(message.text)

    def open_one(
        path: str = "",
        *,
        viewport: dict[str, int] = DESKTOP,
        scheme: Any = "light",
        touch: bool = False,
        javascript: bool = True,
        locale: str = "en-GB",
    ) -> Page:
        context = browser.new_context(
            base_url=live_server.url,
            viewport=viewport,  # type: ignore[arg-type]
            color_scheme=scheme,
            has_touch=touch,
            is_mobile=touch,
            java_script_enabled=javascript,
            locale=locale,
        )
        context.set_default_timeout(30_000)  # machines that test are often busy
        contexts.append(context)
        opened = context.new_page()
        opened.on("console", note)
        opened.on("pageerror", lambda error: problems.append(str(error)))
        if path:
            opened.goto(path)
        return opened

    yield open_one
    for context in contexts:
        context.close()
    wait_for_requests_under_way()
    assert problems == []


def wait_for_requests_under_way() -> None:
    """Wait until the live server has done what closed pages had asked of it: the tables are emptied next."""
    busy = """SELECT count(*) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'"""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        with connection.cursor() as cursor:
            cursor.execute(busy)
            if cursor.fetchone() == (0,):
                return
        time.sleep(0.02)


@pytest.fixture
def open_as(open_page: OpenPage, client: Client) -> Callable[..., Page]:
    """Open pages of the live server signed in: `open_as(user, path, **options)`, with the options of `open_page`."""

    def open_one(user: User, path: str = "", **options: Any) -> Page:
        client.force_login(user)
        opened = open_page(**options)
        name = settings.SESSION_COOKIE_NAME
        cookie = {"name": name, "value": client.cookies[name].value, "domain": "localhost", "path": "/"}
        opened.context.add_cookies([cookie])  # type: ignore[list-item]
        if path:
            opened.goto(path)
        return opened

    return open_one


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    """Return an empty page, 1280 x 800, light, with JavaScript."""
    return open_page()


@pytest.fixture
def browser_page(page: Page) -> Page:
    """Return the same as `page`."""
    return page


@pytest.fixture
def assert_accessible() -> Callable[[Page], None]:
    """Return a check that axe finds nothing on a page, by the rules of WCAG 2.2 AA and its best practices."""

    def check(opened: Page) -> None:
        options = {"rules": {"target-size": {"enabled": True}}}
        violations = Axe().run(opened, options=options).response["violations"]
        found = [(v["id"], [(node["target"], node["failureSummary"]) for node in v["nodes"]]) for v in violations]
        assert found == []

    return check


@pytest.fixture
def assert_fits() -> Callable[[Page], None]:
    """Return a check that a page does not scroll sideways."""

    def check(opened: Page) -> None:
        wide = opened.evaluate(
            """() => document.documentElement.scrollWidth <= innerWidth ? [] :
                [...document.body.querySelectorAll("*")]
                    .filter((e) => e.getBoundingClientRect().right > innerWidth + 1)
                    .map((e) => `${e.tagName}.${e.className}`)"""
        )
        assert wide == []

    return check
