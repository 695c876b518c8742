"""What a page holds for somebody without JavaScript: its words, and its forms with all that can be filled in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from html.parser import HTMLParser
from urllib.parse import urlsplit

Fields = dict[str, list[str]]
"""A form as it is sent: every name with its values."""


class Unexpected(AssertionError):
    """A page that somebody on their way through a study should not have got."""

    def __init__(self, page: Page, wanted: str) -> None:
        super().__init__(f"Wanted {wanted}, got {page.status} at {page.url}: {page.words[:400]}")
        self.page = page


@dataclass
class Control:
    """What can be filled in under one name: its kind, what may be chosen, what is."""

    name: str
    kind: str
    options: list[str] = field(default_factory=list)
    chosen: list[str] = field(default_factory=list)


@dataclass
class Form:
    """A form of a page. `buttons` are those that would send it, as (name, value)."""

    method: str
    action: str
    data: dict[str, str] = field(default_factory=dict)
    controls: dict[str, Control] = field(default_factory=dict)
    buttons: list[tuple[str, str]] = field(default_factory=list)

    def fields(self) -> Fields:
        """Return what would be sent as it is filled in now, without any button."""
        return {control.name: list(control.chosen) for control in self.controls.values() if control.chosen}

    def __contains__(self, name: str) -> bool:
        return name in self.controls or any(name == button for button, _value in self.buttons)


@dataclass(frozen=True)
class Page:
    """An answer to a request, after its redirects."""

    url: str
    status: int
    text: str
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def path(self) -> str:
        """The address without host and query."""
        return urlsplit(self.url).path

    @property
    def words(self) -> str:
        """The text that can be read, on one line."""
        return " ".join(re.sub(r"<[^>]*>", " ", re.sub(r"(?s)<head>.*?</head>", "", self.text)).split())

    @cached_property
    def forms(self) -> list[Form]:
        """The page's forms, as a browser without JavaScript sees them."""
        parser = _FormParser()
        parser.feed(self.text)
        return parser.forms

    def form(self, having: str) -> Form:
        """Return the form that has a control or button of this name. Raises `Unexpected`."""
        for form in self.forms:
            if having in form:
                return form
        raise Unexpected(self, f"a form with {having!r}")


class _FormParser(HTMLParser):
    """Collects forms; what stands in a `<template>` is no part of the page."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._form: Form | None = None
        self._templates = 0
        self._select: Control | None = None
        self._textarea: Control | None = None
        self._text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "template":
            self._templates += 1
        elif tag == "form":
            data = {name[5:]: value for name, value in given.items() if name.startswith("data-")}
            self._form = Form(given.get("method", "get").lower(), given.get("action", ""), data)
            self.forms.append(self._form)
        elif self._form and not self._templates and "disabled" not in given:
            self._control(self._form, tag, given)

    def _control(self, form: Form, tag: str, given: Mapping[str, str]) -> None:
        name = given.get("name", "")
        if tag == "button" and given.get("type", "submit") == "submit":
            form.buttons.append((name, given.get("value", "")))
        elif tag == "option" and self._select:
            self._select.options.append(given.get("value", ""))
            if "selected" in given:
                self._select.chosen = [given.get("value", "")]
        elif tag == "input" and name:
            _add_input(form, name, given)
        elif tag == "select" and name:
            self._select = form.controls.setdefault(name, Control(name, "select"))
        elif tag == "textarea" and name:
            self._textarea = form.controls.setdefault(name, Control(name, "textarea"))
            self._text = []

    def handle_endtag(self, tag: str) -> None:
        if tag == "template":
            self._templates -= 1
        elif tag == "form":
            self._form = None
        elif tag == "select" and self._select:
            self._select.chosen = self._select.chosen or self._select.options[:1]
            self._select = None
        elif tag == "textarea" and self._textarea:
            self._textarea.chosen = ["".join(self._text).removeprefix("\n")]
            self._textarea = None

    def handle_data(self, data: str) -> None:
        if self._textarea:
            self._text.append(data)


def _add_input(form: Form, name: str, given: Mapping[str, str]) -> None:
    kind = given.get("type", "text")
    if kind == "submit":
        form.buttons.append((name, given.get("value", "")))
        return
    control = form.controls.setdefault(name, Control(name, kind))
    value = given.get("value", "on" if kind in {"radio", "checkbox"} else "")
    control.options.append(value)
    if kind not in {"radio", "checkbox"} or "checked" in given:
        control.chosen.append(value)
