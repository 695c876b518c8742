"""Which languages a study has, and which of them somebody reads."""

from collections.abc import Iterable

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation.trans_real import parse_accept_lang_header

from elicitation.models import Study


def languages_of(study: Study) -> list[str]:
    """Return the languages people may choose from, the one the study is written in first."""
    return [code for code in dict.fromkeys(code.strip().lower() for code in study.languages) if code] or [
        settings.LANGUAGE_CODE
    ]


def source_language(study: Study) -> str:
    """Return the language a study is written in."""
    return languages_of(study)[0]


def language_for(study: Study, asked: str | Iterable[str]) -> str:
    """Return the study's language that comes nearest to what was asked for; the first wish that can be met counts.

    Example: a study in "en" and "pt" is shown in "pt" to who asked for ["pt-br", "en"].
    """
    offered = languages_of(study)
    for wish in [asked] if isinstance(asked, str) else asked:
        code = wish.strip().lower()
        for candidate in (code, code.split("-")[0]):
            if candidate in offered:
                return candidate
    return offered[0]


def wishes_of(request: HttpRequest) -> list[str]:
    """Return the languages a visitor's device asks for, the most wanted first: what they chose here, their browser."""
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    accepted = parse_accept_lang_header(request.headers.get("Accept-Language", "")[:500])
    return [*([chosen] if chosen else []), *(code for code, _weight in accepted)]


def interface_language(language: str) -> str:
    """Return the language of the interface's own sentences for who reads a study in `language`."""
    offered = dict(settings.LANGUAGES)
    return next((code for code in (language, language.split("-")[0]) if code in offered), settings.LANGUAGE_CODE)
