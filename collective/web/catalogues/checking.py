"""Check catalogues against the code: every message in each, translated, fitting, nothing left over."""

from collections.abc import Iterator, Sequence
from typing import Any

from babel.messages.catalog import Catalog, Message

from . import files
from .fitting import misfits


def problems(language: str, found: Catalog, *, must_be_complete: bool) -> list[str]:
    """Return what is wrong with a language's catalogue, a sentence each, with the message it is about.

    Args:
        language: its code.
        found: the messages in the code.
        must_be_complete: False lets messages be missing or untranslated; what is translated must fit all the same.
    """
    if not files.path_of(language).exists():
        return [f"{language}: there is no catalogue."] if must_be_complete else []
    return [f"{language}: {problem}" for problem in _problems(language, found, must_be_complete)]


def _problems(language: str, found: Catalog, must_be_complete: bool) -> Iterator[str]:
    yield from _problems_of_head(language)
    catalogue = files.read(language)
    if catalogue.obsolete:
        yield f"{len(catalogue.obsolete)} obsolete messages are kept: run catalogues --update."
    wanted = {key(message): message for message in found if message.id}
    given = {key(message): message for message in catalogue if message.id}
    for name, message in given.items():
        if name not in wanted and must_be_complete:
            yield f"{shown(message)}: it is not in the code any more."
        elif name in wanted:
            yield from _problems_of(message, wanted[name], catalogue.plural_expr, must_be_complete)
    if must_be_complete:
        yield from (f"{shown(wanted[name])}: it is missing." for name in wanted if name not in given)


def _problems_of_head(language: str) -> Iterator[str]:
    if files.origin_of(language) not in files.ORIGINS:
        yield f"the header X-Translation must be one of: {'; '.join(files.ORIGINS)}."
    number, expression = files.PLURAL_FORMS[language]
    wanted = f"Plural-Forms: nplurals={number}; plural={expression};\\n"
    if wanted not in files.path_of(language).read_text(encoding="utf-8").replace('"\n"', ""):
        yield f"the header must say {wanted}."


def _problems_of(message: Message, source: Message, plural_expression: str, must_be_complete: bool) -> Iterator[str]:
    forms = forms_of(message)
    if not any(forms) and not must_be_complete:
        return
    if message.fuzzy:
        yield f"{shown(message)}: it is marked fuzzy."
    if isinstance(message.id, tuple) != isinstance(source.id, tuple):
        yield f"{shown(message)}: the code has it with a plural, or without one: run catalogues --update."
        return
    expression = plural_expression.strip()
    for problem in misfits(_source(source), forms, plural_expression=expression):
        yield f"{shown(message)}: {problem}"


def key(message: Message) -> tuple[str, str]:
    """Return what tells a message from others: its context and its (singular) text."""
    return message.context or "", str(message.id[0] if isinstance(message.id, tuple | list) else message.id)


def forms_of(message: Message) -> Sequence[str]:
    """Return a message's translation as a list of forms."""
    given: Any = message.string
    return list(given) if isinstance(given, tuple | list) else [given or ""]


def shown(message: Message) -> str:
    """Return a message as one quotes it in a report."""
    text = key(message)[1]
    return f'"{text if len(text) <= 70 else text[:69] + "…"}"'


def _source(message: Message) -> str | tuple[str, str]:
    return (str(message.id[0]), str(message.id[1])) if isinstance(message.id, tuple | list) else str(message.id)
