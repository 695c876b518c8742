"""The languages of the pages: what the menu offers, and what is said of their translations."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.conf.locale import LANG_INFO
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language, get_language_info

from collective.web.catalogues import files


@dataclass(frozen=True)
class Choice:
    """A language of a menu, named in itself."""

    code: str
    name: str
    direction: str
    current: bool


@dataclass(frozen=True)
class LanguageMenu:
    """The languages a page offers, and the address that takes the choice."""

    choices: Sequence[Choice]
    action: str

    @property
    def current(self) -> Choice | None:
        """The language the page is in."""
        return next((choice for choice in self.choices if choice.current), None)

    @property
    def machine_made(self) -> list[str]:
        """Names of the languages offered whose sentences a machine translated and nobody has reviewed."""
        return [choice.name for choice in self.choices if is_machine_made(choice.code)]


def menu(codes: Sequence[str], *, action: str, current: str) -> LanguageMenu:
    """Return the menu of some languages."""
    return LanguageMenu([Choice(code, name_of(code), direction_of(code), code == current) for code in codes], action)


def menu_of(request: HttpRequest) -> LanguageMenu:
    """Return the menu of a page: what its view has set, else all languages of the interface."""
    own: LanguageMenu | None = getattr(request, "language_menu", None)
    if own is not None:
        return own
    try:
        action = reverse("set-language")
    except NoReverseMatch:  # the page is of a site that takes no choice
        return LanguageMenu([], "")
    offered = [code for code, _name in settings.LANGUAGES]
    return menu(offered, action=action, current=get_language() or "")


def name_of(language: str) -> str:
    """Return a language's name in that language, its code where Django knows no name."""
    if language not in LANG_INFO and language.split("-")[0] not in LANG_INFO:
        return language
    name: str = get_language_info(language)["name_local"]
    return name[:1].upper() + name[1:]


def direction_of(language: str) -> str:
    """Return "rtl" for a language that is written from right to left, else "ltr"."""
    return "rtl" if language.split("-")[0] in settings.LANGUAGES_BIDI else "ltr"


@cache
def is_machine_made(language: str) -> bool:
    """Return whether the interface's sentences in a language were translated by a machine and not reviewed."""
    return language in files.PLURAL_FORMS and files.origin_of(language) == files.MACHINE
