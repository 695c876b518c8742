"""People who take part whatever happens: they try again, press twice, come back, walk away."""

from __future__ import annotations

import http.client
import json
import random
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from tests.bots import Bot, Browser, Fields, Page, Task, Unexpected, answers_of

from .ledger import Ledger

T = TypeVar("T")
PANEL_PARAMETER = "PID"
PATIENCE_SECONDS = 90.0


class GaveUp(Exception):
    """Nobody answered for so long that any person would have left."""


class StubbornBrowser(Browser):
    """Sends a request again and again until it is answered, as a person presses again."""

    ledger: Ledger

    def another_tab(self) -> StubbornBrowser:
        """Return a browser with the same cookies and a connection of its own."""
        tab = super().another_tab()
        assert isinstance(tab, StubbornBrowser)
        tab.ledger = self.ledger
        return tab

    def send(self, method: str, address: str, fields: Mapping[str, Sequence[str]] | None = None) -> Page:
        """Send one request until it is answered by something else than "not now". Raises `GaveUp`."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        wait = 0.05
        while time.monotonic() < deadline:
            self.ledger.count("requests")
            try:
                page = super().send(method, address, fields)
            except (OSError, http.client.HTTPException):
                self.ledger.count("requests without an answer")
            else:
                self.ledger.count(f"answers {page.status}")
                if page.status < 500:
                    return page
                if page.status != 503:
                    self.ledger.complain(f"{page.status} at {method} {address}: {page.words[:200]}")
                self._look_at(page, fields)
            time.sleep(wait * random.uniform(0.5, 1.5))
            wait = min(wait * 2, 1.0)
        raise GaveUp(f"{method} {address} was not answered for {PATIENCE_SECONDS:.0f} seconds")

    def _look_at(self, page: Page, fields: Mapping[str, Sequence[str]] | None) -> None:
        """Complain where "not now" does not say when, or takes away what was sent."""
        if page.status != 503:
            return
        if "Retry-After" not in page.headers:
            self.ledger.complain(f"503 at {page.url} does not say when to try again")
        if fields and answers_of(fields) not in [answers_of(form.fields()) for form in page.forms]:
            self.ledger.complain(f"503 at {page.url} does not give back what was sent")


@dataclass(frozen=True)
class Habits:
    """How likely somebody does what makes trouble."""

    enters_twice: float = 0.4
    comes_by_panel: float = 0.3
    drafts: float = 0.6
    drafts_in_two_tabs: float = 0.2
    changes_device: float = 0.3
    walks_away: float = 0.04
    dawdles: float = 0.15
    presses_twice: float = 0.3
    sends_again: float = 0.3
    sends_other_answers: float = 0.15
    drafts_while_handing_in: float = 0.15


class Person(threading.Thread):
    """One of those who take part; each has a seed of their own."""

    def __init__(self, number: int, *, base_url: str, link: str, ledger: Ledger, seed: int) -> None:
        super().__init__(name=f"person {number}", daemon=True)
        self.base_url, self.ledger = base_url, ledger
        self.draw = random.Random(f"{seed} {number}")
        self.habits = Habits()
        self.bot = Bot(base_url, link, seed=self.draw.randrange(2**32), browser=self._browser())
        self.panel_id = f"panel-{number}" if self._does("comes_by_panel") else ""

    def run(self) -> None:
        """Take part, and complain of what a person should not meet."""
        try:
            self._take_part()
        except (Unexpected, GaveUp) as problem:
            self.ledger.complain(str(problem))
        except Exception as error:  # noqa: BLE001 (a thread's own error must not pass for success)
            self.ledger.complain(f"{self.name} broke down: {type(error).__name__}: {error}")

    def _take_part(self) -> None:
        self._enter()
        self.bot.page = self.bot.browser.get(self.bot.url())
        self.bot.answer_intake()
        while task := self._next_task():
            if self._does("walks_away"):
                self._draft(task, self.bot.fill(task))
                self.ledger.count("people who walked away")
                return
            self._do(task)
        self.ledger.count("people who came to the end")

    def _next_task(self) -> Task | None:
        """Ask for the next task; where its lease ended before its page was opened, and others were quicker, again."""
        try:
            return self.bot.next_task()
        except Unexpected as gone:
            if gone.page.status != 409:
                raise
            self.ledger.count("tasks gone before they were opened")
            return self._next_task()

    # --- coming in ----------------------------------------------------------------------------------------------

    def _enter(self) -> None:
        """Open the link and agree, perhaps twice at once; whatever comes of it must be one person."""
        query = {PANEL_PARAMETER: self.panel_id} if self.panel_id else {}
        page = self.bot.open_link(**query)
        form = page.form("answer")
        agreement = form.fields() | {"answer": ["agree"]}
        if self._does("enters_twice"):
            self.ledger.count("people who entered twice at once")
            twin = Bot(self.base_url, self.bot.link, browser=self._browser())
            # By their panel's id they are one even from two pages; by the link they press twice on one page.
            other = twin.open_link(**query) if self.panel_id else page
            theirs = other.form("answer").fields() | {"answer": ["agree"]}
            if not self.panel_id:
                twin.browser.cookies = dict(self.bot.browser.cookies)
            _at_once(
                lambda: self.bot.browser.send("POST", page.url, agreement),
                lambda: twin.browser.send("POST", other.url, theirs),
            )
            self._note_token(twin)
            twin.browser.close()
        else:
            self.bot.browser.send("POST", page.url, agreement)
        self._note_token(self.bot)

    def _note_token(self, bot: Bot) -> None:
        """Note who a device takes the person for; a panel's id alone gives it no token."""
        if not bot.token:
            self.ledger.complain(f"{self.name} agreed and was not taken in")
            return
        by_panel_alone = bool(self.panel_id) and "." in bot.token
        self.ledger.came(self.name, "" if by_panel_alone else bot.token)
        self.ledger.count("devices that know a panel id alone", by_panel_alone)

    # --- a task -------------------------------------------------------------------------------------------------

    def _do(self, task: Task) -> None:
        fields = self.bot.fill(task)
        if self._does("drafts"):
            for share in (0.3, 0.7, 1.0)[: self.draw.randint(1, 3)]:
                kept = dict(list(fields.items())[: max(1, int(len(fields) * share))])
                self._draft(task, task.hidden | kept)
        if self._does("drafts_in_two_tabs"):
            self._draft_in_two_tabs(task, fields)
        if self._does("changes_device") and not self._comes_back_to(task):
            return
        if self._does("dawdles"):
            time.sleep(self.draw.uniform(0.5, 3))
        self._hand_in(task, fields)

    def _draft(self, task: Task, fields: Fields) -> None:
        """Save a draft; that it is too late for it is an answer too."""
        try:
            revision = self.bot.save_draft(task, fields)
        except Unexpected as refused:
            if refused.page.status not in {409, 410}:
                raise
            self.ledger.count(f"drafts refused with {refused.page.status}")
        else:
            self.ledger.drafted(task.key, revision, fields)

    def _draft_in_two_tabs(self, task: Task, fields: Fields) -> None:
        """Save two different drafts that build on the same one; the later must be told of the earlier."""
        tab = self.bot.browser.another_tab()
        path, revision = task.form.data["draft-url"], [str(self.bot.revisions.get(task.key, 0))]
        texts = [fields | {"world_why": [f"A thought in tab {name}."], "revision": revision} for name in "AB"]
        pages = _at_once(
            lambda: self.bot.browser.send("POST", path, texts[0]),
            lambda: tab.send("POST", path, texts[1]),
        )
        tab.close()
        self.ledger.count("drafts saved in two tabs at once")
        saved = [(page, text) for page, text in zip(pages, texts, strict=True) if page.status == 200]
        for page, text in saved:
            self.bot.revisions[task.key] = int(json.loads(page.text)["revision"])
            self.ledger.drafted(task.key, self.bot.revisions[task.key], text)
        if len(saved) == 2:
            self.ledger.complain(f"two tabs have saved over each other in {task.key}")

    def _comes_back_to(self, task: Task) -> bool:
        """Open the task again on another device; return whether it is still theirs. What was saved must be on it."""
        tab = self.bot.browser.another_tab()
        page = tab.get(task.path)
        tab.close()
        if page.status == 409:  # its lease has ended, and others gave all the answers it needs
            return False
        again = self.bot.task_on(page)
        kept = self.ledger.drafts.get(task.key)
        self.ledger.count("tasks opened again elsewhere")
        shown = answers_of(again.form.fields())
        if kept and any(shown.get(name) != values for name, values in kept.answers.items()):
            self.ledger.complain(f"the draft of {task.key} was saved as {kept.answers} and is shown as {shown}")
        return True

    def _hand_in(self, task: Task, fields: Fields) -> None:
        actions: list[Callable[[], object]] = [lambda: self._send(self.bot.browser, task, fields)]
        tabs = [self.bot.browser.another_tab() for _ in range(2)]
        if self._does("presses_twice"):
            actions.append(lambda: self._send(tabs[0], task, fields))
        if self._does("drafts_while_handing_in"):
            actions.append(lambda: self._late_draft(tabs[1], task, fields))
        taken = [answer for answer in _at_once(*actions) if answer is not None]
        if any(taken) and self._does("sends_again"):
            self._send(self.bot.browser, task, fields)
        if any(taken) and self._does("sends_other_answers"):
            self._send(self.bot.browser, task, self.bot.fill(task))
        for tab in tabs:
            tab.close()

    def _send(self, browser: Browser, task: Task, fields: Fields) -> bool:
        """Hand in until it is stored or finally refused; return whether it is stored."""
        revision = self.bot.revisions.get(task.key, 0)
        for _ in range(10):
            self.ledger.sends(task.key, fields)
            page = browser.send("POST", task.path, fields | {"revision": [str(revision)]})
            if page.status == 303:
                self.ledger.acknowledged(task.key)
                return True
            if page.status != 409:
                raise Unexpected(page, "the task to be taken")
            newer = [form for form in page.forms if "revision" in form]
            if not newer:
                self.ledger.count("submissions refused: needed no more")
                return False
            # Another tab saved a draft meanwhile: pressing the button again means these answers.
            self.ledger.count("submissions refused: newer draft")
            revision = int(newer[0].fields()["revision"][0])
        raise Unexpected(page, "the task to be taken after ten tries")

    def _late_draft(self, browser: Browser, task: Task, fields: Fields) -> None:
        """Save a draft from another tab while the task is handed in."""
        changed = fields | {"world_why": ["Another thought."], "revision": [str(self.bot.revisions.get(task.key, 0))]}
        page = browser.send("POST", task.form.data["draft-url"], changed)
        if page.status == 200:
            self.ledger.drafted(task.key, int(json.loads(page.text)["revision"]), changed)
        elif page.status not in {409, 410}:
            raise Unexpected(page, "a saved draft, or why not")

    def _does(self, habit: str) -> bool:
        return self.draw.random() < getattr(self.habits, habit)

    def _browser(self) -> StubbornBrowser:
        browser = StubbornBrowser(self.base_url)
        browser.ledger = self.ledger
        return browser


def _at_once(*actions: Callable[[], T]) -> list[T]:
    """Do things at the same moment, and return their results; the first error is raised."""
    results: dict[int, T | Exception] = {}
    barrier = threading.Barrier(len(actions))

    def act(number: int) -> None:
        barrier.wait()
        try:
            results[number] = actions[number]()
        except Exception as error:  # noqa: BLE001 (raised below, in the thread of who asked)
            results[number] = error

    others = [threading.Thread(target=act, args=(number,), daemon=True) for number in range(1, len(actions))]
    for thread in others:
        thread.start()
    act(0)
    for thread in others:
        thread.join()
    done: list[T] = []
    for _number, result in sorted(results.items()):
        if isinstance(result, Exception):
            raise result
        done.append(result)
    return done
