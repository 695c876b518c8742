"""Find words in templates that nobody can translate: text and visible attributes outside translation tags.

A template is read as the HTML it would make, with each thing filled in standing as one character; what is left with a
letter in it would be shown as it stands, in English, in every language.
"""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from django.template.base import Lexer, Token, TokenType

_FILLED_IN = "\ue000"
_WORD = re.compile(r"[^\W\d_]{2,}")
_PLACEHOLDER = re.compile(r"\{\w+\}")
_VISIBLE = frozenset(
    ["title", "aria-label", "aria-description", "aria-valuetext", "aria-roledescription", "placeholder", "alt"]
)
# Sentences that scripts say. Other data attributes hold keys and numbers.
_SAID = re.compile(r"^data-(say|state|wait|saving|saved|offline|failed|restored|more|less|fewer|clear|empty|copied)")
_SENTENCE = re.compile(r"[^\W\d_]{2,} [^\W\d_]{2,}")
_SILENT = frozenset({"script", "style", "code", "kbd", "samp"})
# Parameters by which a template tells a tag or an included template what to say.
_ARGUMENT = re.compile(
    r"\b(title|lead|label|legend|hint|note|text|message|heading|eyebrow|summary|low|high|description|caption|name)="
    r"(\"[^\"]*\"|'[^']*')"
)
ALLOWED = frozenset({"Collective", "JSON", "CSV", "HTML", "API", "Markdown", "CI", "SHA", "UTC"})
"""Names that are the same in every language."""


def bare_words(path: Path) -> list[str]:
    """Return what a template would show untranslated, as "line: text"."""
    tokens = Lexer(path.read_text(encoding="utf-8")).tokenize()
    reader = _Reader()
    reader.feed("".join(_as_html(tokens)))
    reader.close()
    found = [*reader.found, *_arguments(tokens)]
    return [f"{line}: {text}" for line, text in sorted(found)]


def _as_html(tokens: list[Token]) -> Iterator[str]:
    """Yield the template's text, keeping its lines; tags that fill something in leave one character."""
    inside = ""
    for token in tokens:
        lines = "\n" * token.contents.count("\n")
        command = token.split_contents()[0] if token.token_type == TokenType.BLOCK else ""
        if inside:
            inside = "" if command == inside else inside
            yield lines
        elif command in {"blocktranslate", "blocktrans", "comment", "verbatim"}:
            inside = f"end{command}"
            yield _FILLED_IN
        elif token.token_type == TokenType.TEXT:
            yield token.contents
        elif token.token_type == TokenType.VAR or command in {"translate", "trans", "url", "static"}:
            yield _FILLED_IN + lines
        else:
            yield lines


def _arguments(tokens: list[Token]) -> Iterator[tuple[int, str]]:
    for token in tokens:
        if token.token_type == TokenType.BLOCK and not token.contents.startswith(("blocktrans", "translate", "url")):
            for name, value in _ARGUMENT.findall(token.contents):
                if _is_bare(value) and (name not in {"name", "text"} or _SENTENCE.search(value)):
                    yield token.lineno or 0, f"{name}={value}"


def _is_bare(text: str) -> bool:
    return any(word not in ALLOWED for word in _WORD.findall(_PLACEHOLDER.sub("", text)))


class _Reader(HTMLParser):
    """Collects words outside tags and in attributes that are seen or said."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[int, str]] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in _SILENT
        is_button = tag == "input" and ("type", "submit") in attrs
        for name, value in attrs:
            is_said = name in _VISIBLE or _SAID.match(name) or (is_button and name == "value")
            if value and _is_bare(value) and (is_said or (name.startswith("data-") and _SENTENCE.search(value))):
                self.found.append((self.getpos()[0], f'{name}="{value}"'))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in _SILENT

    def handle_data(self, data: str) -> None:
        if not self._silent and _is_bare(data):
            words = " ".join(data.replace(_FILLED_IN, "…").split())
            first = next(number for number, line in enumerate(data.split("\n")) if _is_bare(line))
            self.found.append((self.getpos()[0] + first, words))
