"""Somebody who takes part: knows where a study's pages are and what can be said on them."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from .browser import Browser
from .pages import Control, Fields, Form, Page, Unexpected

# What a form carries beside answers.
NOT_ANSWERS: Final = frozenset({"csrfmiddlewaretoken", "revision", "protocol", "seconds", "typing", "later"})
_WORDS: Final = ("kind", "honest", "short", "careful", "open", "fair", "plain", "helpful", "safe", "clear", "people")


@dataclass(frozen=True)
class Task:
    """A task's page: where it is handed in, and its form as it was shown."""

    page: Page
    form: Form

    @property
    def path(self) -> str:
        """Where it is shown and handed in."""
        return self.page.path

    @property
    def key(self) -> str:
        """The idempotency key."""
        return self.path.rstrip("/").rpartition("/")[2]

    @property
    def hidden(self) -> Fields:
        """What the form carries beside answers."""
        hidden = (control for control in self.form.controls.values() if control.kind == "hidden")
        return {control.name: list(control.chosen) for control in hidden}


class Bot:
    """A person who takes part in the study of a link. `page` is what they last saw."""

    def __init__(self, base_url: str, link: str, *, seed: int = 0, browser: Browser | None = None) -> None:
        self.browser = browser or Browser(base_url)
        self.link = link
        self.draw = random.Random(seed)
        self.page = Page(base_url, 0, "")
        self.revisions: dict[str, int] = {}

    def url(self, name: str = "") -> str:
        """Return the address of one of the study's pages."""
        return f"/p/{self.link}/{name}/" if name else f"/p/{self.link}/"

    @property
    def token(self) -> str:
        """The token in the person's cookie, "" before they came in."""
        cookie = self.browser.cookies.get("collective-person")
        return cookie.value if cookie else ""

    def enter(self, **query: str) -> Page:
        """Open the study's link, with what a panel adds to it, and agree if asked."""
        self.open_link(**query)
        return self.agree() if self._is_at(self.url()) else self.page

    def open_link(self, **query: str) -> Page:
        """Open the study's link; no more."""
        return self._seen(self.browser.get(self.url() + (f"?{urlencode(query)}" if query else "")))

    def agree(self) -> Page:
        """Press "I agree" on the study's first page."""
        return self._answer_welcome("agree")

    def decline(self) -> Page:
        """Press "No, thank you" on the study's first page."""
        return self._answer_welcome("decline")

    def answer_intake(self, **answers: str) -> Page:
        """Answer the intake survey if it is shown; a question not named gets a random answer, "" leaves it open."""
        if not self._is_at(self.url("about-you")):
            return self.page
        form = self._main_form()
        fields = self._random_fields(form) | {name: [value] for name, value in answers.items()}
        page = self._seen(self.browser.post(form.action or self.page.url, fields))
        if page.status != 200 or self._is_at(self.url("about-you")):
            raise Unexpected(page, "the intake survey to be taken")
        return page

    def next_task(self) -> Task | None:
        """Ask for the next task; None where the way has ended, which `page` then says."""
        page = self._seen(self.browser.get(self.url("next")))
        return self.task_on(page) if f"/p/{self.link}/task/" in page.path else None

    def task_on(self, page: Page) -> Task:
        """Return the task of a page. Raises `Unexpected` where it shows none."""
        if page.status != 200:
            raise Unexpected(page, "a task")
        task = Task(page, page.form("revision"))
        self.revisions[task.key] = int(task.form.fields()["revision"][0])
        return task

    def fill(self, task: Task, **answers: str | Sequence[str]) -> Fields:
        """Return a task's form filled in: all of it, at random but for the answers named ("" leaves one open)."""
        fields = self._random_fields(task.form)
        marked = [letter for letter in fields.pop("unacceptable", []) if letter]
        fields.pop("unacceptable_none", None)
        if marked:
            fields["unacceptable"] = marked
        elif "unacceptable_none" in task.form:
            fields["unacceptable_none"] = ["1"]
        if not marked:
            fields.pop("unacceptable_why", None)
        for name, value in answers.items():
            fields[name] = [value] if isinstance(value, str) else list(value)
        return {name: values for name, values in fields.items() if any(values) or name in task.hidden}

    def save_draft(self, task: Task, fields: Fields) -> int:
        """Save a draft as the page's script does, and return its revision. Raises `Unexpected` where it is refused."""
        page = self.browser.send("POST", task.form.data["draft-url"], self._at_revision(task, fields))
        if page.status != 200:
            raise Unexpected(page, "a saved draft")
        self.revisions[task.key] = int(json.loads(page.text)["revision"])
        return self.revisions[task.key]

    def hand_in(self, task: Task, fields: Fields) -> Page:
        """Hand a task in and follow to what comes next. Raises `Unexpected` where it is not taken."""
        answer = self.browser.send("POST", task.path, self._at_revision(task, fields))
        self._seen(answer)
        if answer.status != 303:
            raise Unexpected(answer, "the task to be taken")
        return self._seen(self.browser.get(answer.headers["Location"]))

    def finish(self) -> Page:
        """Open the last page. Raises `Unexpected` where there are tasks left."""
        page = self._seen(self.browser.get(self.url("finish")))
        if not self._is_at(self.url("finish")) or page.status != 200:
            raise Unexpected(page, "the last page")
        return page

    def walk(self) -> int:
        """Take part from the first page to the last; return how many tasks were handed in."""
        self.enter()
        self.answer_intake()
        done = 0
        while task := self.next_task():
            self.hand_in(task, self.fill(task))
            done += 1
        self.finish()
        return done

    def _answer_welcome(self, answer: str) -> Page:
        form = self.page.form("answer")
        page = self.browser.post(form.action or self.page.url, form.fields() | {"answer": [answer]})
        if page.status != 200:
            raise Unexpected(page, "consent to be taken")
        return self._seen(page)

    def _is_at(self, path: str) -> bool:
        return self.page.path == path

    def _seen(self, page: Page) -> Page:
        self.page = page
        return page

    def _main_form(self) -> Form:
        return self.page.form("csrfmiddlewaretoken")

    def _at_revision(self, task: Task, fields: Fields) -> Fields:
        return fields | {"revision": [str(self.revisions.get(task.key, 0))]}

    def _random_fields(self, form: Form) -> Fields:
        return {name: self._random_values(control) for name, control in form.controls.items()}

    def _random_values(self, control: Control) -> list[str]:
        if control.kind == "textarea":
            return [self._sentence()]
        if control.kind in {"radio", "select"}:
            options = [option for option in control.options if option]
            return [self.draw.choice(options)] if options else []
        if control.kind == "checkbox":
            # What says "skip" or "save for later" would undo the rest.
            ticked = [] if control.name.endswith("_skip") else control.options
            return [option for option in ticked if self.draw.random() < 0.15]
        return list(control.chosen)

    def _sentence(self) -> str:
        words = " ".join(self.draw.choices(_WORDS, k=self.draw.randint(3, 12)))
        return f"{words.capitalize()}, {self.draw.randrange(10**6)}."


def answers_of(fields: Mapping[str, Any]) -> Fields:
    """Return what a person has said with a form: its fields without what it carries beside, and without empty ones."""
    return {name: list(values) for name, values in fields.items() if name not in NOT_ANSWERS and any(values)}
