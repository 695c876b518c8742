"""The catalogue files: where they lie, and how they are read, brought up to date and written."""

import re
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po
from django.conf import settings

# How each language counts: the number of plural forms and the C expression that chooses one.
PLURAL_FORMS = {
    "es": (2, "(n != 1)"),
    "fr": (2, "(n > 1)"),
    "de": (2, "(n != 1)"),
    "pt": (2, "(n != 1)"),
    "nl": (2, "(n != 1)"),
    "tr": (2, "(n != 1)"),
    "ja": (1, "0"),
    "hi": (2, "(n > 1)"),
    "ar": (
        6,
        "(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 && n%100<=99 ? 4 : 5)",
    ),
}
"""Every language there is a catalogue of; `settings.LANGUAGES` names those whose catalogue is complete."""

MACHINE = "machine, unreviewed"
ORIGINS = (MACHINE, "machine, reviewed", "human")
"""What the header `X-Translation` may say about where a catalogue's sentences come from."""

_NEW = """\
msgid ""
msgstr ""
"Project-Id-Version: Collective\\n"
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals={number}; plural={expression};\\n"
"""
_HEAD = """\
# Sentences of Collective's interface. `python manage.py catalogues` writes this file; see docs/languages.md.
"""
# Dates and names of tools would change with every run and say nothing.
_NOISE = re.compile(
    r'^"(?:POT-Creation-Date|PO-Revision-Date|Generated-By|Last-Translator|Language-Team|Report-Msgid-Bugs-To): .*\n',
    re.MULTILINE,
)
_ORIGIN = re.compile(r'^"X-Translation: (.*?)\\n"$', re.MULTILINE)
_LANGUAGE_LINE = re.compile(r'^("Language: .*\n)', re.MULTILINE)


def path_of(language: str) -> Path:
    """Return where a language's catalogue lies."""
    return settings.LOCALE_PATHS[0] / language / "LC_MESSAGES" / "django.po"


def read(language: str) -> Catalog:
    """Return a language's catalogue, an empty one where there is no file yet."""
    path = path_of(language)
    if path.exists():
        return read_po(BytesIO(path.read_bytes()), locale=language, charset="utf-8")
    number, expression = PLURAL_FORMS[language]
    text = _NEW.format(language=language, number=number, expression=expression)
    return read_po(BytesIO(text.encode()), locale=language, charset="utf-8")


def origin_of(language: str) -> str:
    """Return what a catalogue says of where its sentences come from, "" where it says nothing."""
    path = path_of(language)
    found = _ORIGIN.search(path.read_text(encoding="utf-8")) if path.exists() else None
    return found[1] if found else ""


def update(language: str, found: Catalog) -> Catalog:
    """Return a language's catalogue with just the messages that are in the code, translations kept.

    Nothing is guessed from similar messages: a guess looks like a translation to whoever does not read closely.
    """
    catalogue = read(language)
    catalogue.update(found, no_fuzzy_matching=True, update_header_comment=False)
    catalogue.obsolete.clear()
    for message in catalogue:
        message.flags.discard("fuzzy")
        message.previous_id = []
        if isinstance(message.id, tuple) and not isinstance(message.string, tuple | list):
            message.string = ("",) * catalogue.num_plurals
    return catalogue


def write(language: str, catalogue: Catalog, *, origin: str = "") -> None:
    """Write a language's catalogue; `origin` is kept as it was where it is not given."""
    path = path_of(language)
    origin = origin or origin_of(language) or MACHINE
    buffer = BytesIO()
    write_po(buffer, catalogue, width=110, include_lineno=False, sort_by_file=True, omit_header=False)
    text = buffer.getvalue().decode()
    text = _HEAD + text[text.index('msgid ""') :]
    text = _ORIGIN.sub("", _NOISE.sub("", text))
    text = _LANGUAGE_LINE.sub(lambda line: f'{line[1]}"X-Translation: {origin}\\n"\n', text, count=1)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
