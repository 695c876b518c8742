"""Whether a translation fits its source: placeholders, tags, plural forms, edges."""

import gettext
import re
from collections import Counter
from collections.abc import Sequence

_PLACEHOLDER = re.compile(r"%\(\w+\)[#0\- +]*\d*(?:\.\d+)?[a-zA-Z]|%[sd](?![a-zA-Z])|\{\w*\}")
_TAG = re.compile(r"</?[a-zA-Z][^>]*>")
_ENOUGH = 201
"""Numbers tried to see which ones a plural form stands for."""


def placeholders(text: str) -> Counter[str]:
    """Return the places in a message that the program fills in."""
    return Counter(_PLACEHOLDER.findall(text))


def misfits(source: str | tuple[str, str], forms: Sequence[str], *, plural_expression: str = "0") -> list[str]:
    """Return what is wrong with a translation, in sentences; nothing where it fits.

    Args:
        source: the message, or its singular and plural.
        forms: the translation, one text, or one for each of the language's plural forms.
        plural_expression: the C expression by which the language chooses a form.
    """
    if isinstance(source, str):
        return _misfits_of_text(source, forms[0]) if len(forms) == 1 else ["It is one text, not several."]
    singular, plural = source
    numbers = _numbers_by_form(plural_expression)
    if len(forms) != len(numbers):
        return [f"There must be {len(numbers)} plural forms, and there are {len(forms)}."]
    return [
        f"Form {index}: {problem}"
        for index, form in enumerate(forms)
        for problem in _misfits_of_form(singular, plural, form, is_for_one_number=len(numbers[index]) == 1)
    ]


def _misfits_of_form(singular: str, plural: str, form: str, *, is_for_one_number: bool) -> list[str]:
    """A form that stands for one number only ("two answers") need not repeat it, as the source's singular need not."""
    as_plural = _misfits_of_text(plural, form)
    if not as_plural or not is_for_one_number:
        return as_plural
    wanted, given = placeholders(plural), placeholders(form)
    if not given - wanted and (wanted - given).total() == 1:
        return [problem for problem in as_plural if not problem.startswith("Placeholders")]
    return _misfits_of_text(singular, form)


def _misfits_of_text(source: str, text: str) -> list[str]:
    if not text.strip():
        return ["It is not translated."]
    problems = []
    if placeholders(source) != placeholders(text):
        problems.append(f"Placeholders differ: {_named(placeholders(source))} became {_named(placeholders(text))}.")
    if ("%%" in source or placeholders(source)) and "%" in _PLACEHOLDER.sub("", text).replace("%%", ""):
        problems.append("A percent sign beside placeholders is written %%.")
    if Counter(_TAG.findall(source)) != Counter(_TAG.findall(text)) or _is_badly_nested(text):
        problems.append("HTML tags differ from the source's, or do not nest.")
    if (source[:1].isspace(), source[-1:].isspace()) != (text[:1].isspace(), text[-1:].isspace()):
        problems.append("It must begin and end with a space where the source does, and only there.")
    if "\0" in text or "\r" in text:
        problems.append("It holds a character that cannot be shown.")
    return problems


def _is_badly_nested(text: str) -> bool:
    """Return whether a tag is closed that is not the last one open. Tags without an end (`<br>`) do not occur."""
    opened: list[str] = []
    for tag in _TAG.findall(text):
        name = re.split(r"[\s/>]", tag.lstrip("</"), maxsplit=1)[0]
        if not tag.startswith("</"):
            opened.append(name)
        elif not opened or opened.pop() != name:
            return True
    return bool(opened)


def _numbers_by_form(plural_expression: str) -> list[list[int]]:
    """Return, for each plural form, the numbers it stands for."""
    choose = gettext.c2py(plural_expression)
    chosen = [choose(number) for number in range(_ENOUGH)]
    return [[number for number in range(_ENOUGH) if chosen[number] == form] for form in range(max(chosen) + 1)]


def _named(found: Counter[str]) -> str:
    return ", ".join(sorted(found.elements())) or "none"
