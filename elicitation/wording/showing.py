"""Say an item's texts in a language."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from django.conf import settings
from django.utils.translation import get_language, gettext, override

from elicitation.models import Prompt, ProtocolVersion, Response, Study

from .fields import MESSAGES, Item, Text, digest, source_text
from .languages import source_language

SOURCE: Final = "source"
HUMAN: Final = "human"
MACHINE: Final = "machine"
INTERFACE: Final = "interface"


class Wording(str):
    """A text, with the language it is in and where it comes from: written so, translated, or the interface's own."""

    __slots__ = ("language", "origin")

    language: str
    origin: str

    def __new__(cls, value: str, language: str, origin: str) -> "Wording":
        """Make a text that knows its language."""
        wording = super().__new__(cls, value)
        wording.language, wording.origin = language, origin
        return wording

    @property
    def value(self) -> str:
        """The text alone."""
        return str(self)

    @property
    def lang(self) -> str:
        """What the attribute `lang` of its element must say: "" where it is the language of the page."""
        return "" if self.language == get_language() else self.language


def text_of(item: Item, field: str, language: str, *, written_in: str = "") -> Wording:
    """Return a text of an item in a language, in the words it was written in where there are no others.

    Args:
        item: whose text.
        field: a column, or for a protocol version the text as it was written.
        language: what the reader reads.
        written_in: the language of the item; found by the item's study where it is not given, which may take a query.
    """
    text, origin, found = _found(item, field, language, written_in or language_of(item))
    return Wording(text if isinstance(text, str) else _joined(text), found, origin)


def messages_of(item: Prompt | Response, language: str, *, written_in: str = "") -> list[dict[str, str]]:
    """Return the messages of a prompt or a response in a language, each with the `lang` its element must name."""
    messages, _origin, found = _found(item, MESSAGES, language, written_in or language_of(item))
    lang = "" if found == get_language() else found
    return [{**message, "lang": lang} for message in messages if isinstance(message, dict)]


def told(study: Study, field: str, text: str, language: str, *, kept_then: Mapping[str, Any] | None = None) -> Wording:
    """Return a text of a study as it stood at some time, in a language it was translated into.

    Args:
        study: whose text.
        field: its column.
        text: how it stood then.
        language: what the reader reads.
        kept_then: the study's translations of that time; those of now serve too where they are of the same text.
    """
    for translations in (study.translations, kept_then or {}):
        kept = translations.get(language, {}).get(field)
        if kept and not is_stale(kept, text):
            return Wording(kept["value"], language, kept.get("origin", HUMAN))
    return Wording(text, source_language(study), SOURCE)


def speaker(version: ProtocolVersion, language: str, *, written_in: str = "") -> Callable[[str], Wording]:
    """Return what says the texts of a protocol version in a language."""
    source = written_in or language_of(version)
    return lambda text: text_of(version, text, language, written_in=source)


def language_of(item: Item) -> str:
    """Return the language an item was written in."""
    if isinstance(item, Study):
        return source_language(item)
    if isinstance(item, ProtocolVersion):
        return source_language(item.study)
    prompt = item if isinstance(item, Prompt) else item.prompt
    return prompt.language or source_language(prompt.study)


def kept_translation(item: Item, field: str, language: str) -> dict[str, Any] | None:
    """Return a translation as it is kept, also a stale one; None where there is none."""
    kept = item.translations.get(language, {}).get(field)
    return kept if isinstance(kept, dict) else None


def is_stale(kept: dict[str, Any], text: Text) -> bool:
    """Return whether the text was changed after it was translated."""
    return bool(kept.get("source") != digest(text))


def interface_translation(text: Text, language: str, written_in: str) -> str:
    """Return a sentence of the interface in a language, "" where it is none, or not in the catalogue."""
    if not isinstance(text, str) or written_in.split("-")[0] != "en" or language not in dict(settings.LANGUAGES):
        return ""
    with override(language):
        said = gettext(text)
    return said if said != text else ""


def _found(item: Item, field: str, language: str, written_in: str) -> tuple[Text, str, str]:
    """Return a text, where it comes from, and its language."""
    text = source_text(item, field)
    if language in {written_in, ""}:
        return text, SOURCE, written_in
    kept = kept_translation(item, field, language)
    if kept and not is_stale(kept, text) and _is_whole(kept["value"]):
        return kept["value"], kept.get("origin", HUMAN), language
    if isinstance(item, ProtocolVersion) and (said := interface_translation(text, language, written_in)):
        return said, INTERFACE, language
    return text, SOURCE, written_in


def _joined(messages: list[dict[str, str]]) -> str:
    return "\n\n".join(message["content"] for message in messages)


def _is_whole(value: Text) -> bool:
    """Return whether every message of a conversation is translated: half of one is shown to nobody."""
    return bool(value) if isinstance(value, str) else all(message["content"].strip() for message in value)
