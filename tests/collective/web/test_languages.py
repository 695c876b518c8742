"""What differs between languages beside the sentences: dates, numbers, names, the menu and what it says of machines."""

import datetime

import pytest
from django.conf import LazySettings
from django.test import Client
from django.utils import formats, translation

from collective.web import languages

MOMENT = datetime.datetime(2026, 5, 7, 14, 5, tzinfo=datetime.UTC)


@pytest.mark.parametrize(
    ("language", "date", "moment", "number"),
    [
        ("en", "May 7, 2026", "May 7, 2026, 2:05 p.m.", "1234.5"),
        ("es", "7 de mayo de 2026", "7 de mayo de 2026 a las 14:05", "1234,5"),
        ("fr", "7 mai 2026", "7 mai 2026 14:05", "1234,5"),
        ("de", "7. Mai 2026", "7. Mai 2026 14:05", "1234,5"),
        ("pt", "7 de Maio de 2026", "7 de Maio de 2026 às 14:05", "1234,5"),
        ("nl", "7 mei 2026", "7 mei 2026 14:05", "1234,5"),
        ("tr", "07 Mayıs 2026", "07 Mayıs 2026 14:05", "1234,5"),
        ("ja", "2026年5月7日", "2026年5月7日14:05", "1234.5"),
        ("hi", "7 मई 2026", "7 मई 2026, 14:05", "1234.5"),
        ("ar", "7 مايو 2026", "7 مايو 2026، 14:05", "1234,5"),
    ],
)
def test_dates_and_numbers_are_written_as_in_the_language(language: str, date: str, moment: str, number: str) -> None:
    with translation.override(language):
        assert formats.date_format(MOMENT, "DATE_FORMAT") == date
        assert formats.date_format(MOMENT, "DATETIME_FORMAT") == moment
        assert formats.localize(1234.5) == number


def test_languages_are_named_in_themselves_and_know_their_direction() -> None:
    assert [languages.name_of(code) for code in ("es", "ja", "pt-br", "xx")] == [
        "Español",
        "日本語",
        "Português Brasileiro",
        "xx",
    ]
    assert [languages.direction_of(code) for code in ("ar", "hi")] == ["rtl", "ltr"]


@pytest.mark.django_db
def test_a_visitor_chooses_a_language_and_it_is_kept(client: Client, settings: LazySettings) -> None:
    settings.LANGUAGES = [("en", "English"), ("ar", "Arabic")]
    opened = client.get("/")
    assert 'value="ar"' in opened.text
    response = client.post("/language/", {"language": "ar", "next": "/"})
    assert (response.status_code, response["Location"]) == (302, "/")
    assert '<html lang="ar" dir="rtl">' in client.get("/", headers={"accept-language": "en"}).text


def test_the_menu_says_which_languages_a_machine_translated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(languages, "is_machine_made", lambda code: code == "es")
    menu = languages.menu(["en", "es"], action="/language/", current="es")
    assert menu.machine_made == ["Español"]
    assert menu.current is not None
    assert menu.current.code == "es"
