"""Catalogues on disk: brought up to date, checked, compiled, handed out and taken back."""

import gettext
import json
import os
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from django.conf import LazySettings

from collective.web.catalogues import checking, compiling, exchange, files


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(settings: LazySettings, tmp_path: Path) -> None:
    settings.LOCALE_PATHS = [tmp_path]


@pytest.fixture
def found() -> Catalog:
    """Two messages, as the code holds them."""
    code = Catalog(charset="utf-8")
    code.add("Hello %(name)s", locations=[("a.py", 1)])
    code.add(("%(n)s dog", "%(n)s dogs"), locations=[("a.py", 2)])
    return code


def fill(language: str, found: Catalog, **forms: Any) -> None:
    """Write a catalogue with translations by the first letter of their message."""
    catalogue = files.update(language, found)
    for message in catalogue:
        if message.id:
            message.string = forms["H" if checking.key(message)[1].startswith("Hello") else "d"]
    files.write(language, catalogue)


def test_a_complete_catalogue_has_no_problems(found: Catalog) -> None:
    fill("ar", found, H="مرحبا %(name)s", d=("لا", "واحد", "اثنان", "%(n)s", "%(n)s", "%(n)s"))
    assert checking.problems("ar", found, must_be_complete=True) == []


def test_what_is_missing_or_left_over_is_a_problem_of_a_complete_catalogue_only(found: Catalog) -> None:
    fill("de", found, H="Hallo %(name)s", d=("ein Hund", "%(n)s Hunde"))
    found.add("New")
    found.delete("Hello %(name)s")
    assert checking.problems("de", found, must_be_complete=True) == [
        'de: "Hello %(name)s": it is not in the code any more.',
        'de: "New": it is missing.',
    ]
    assert checking.problems("de", found, must_be_complete=False) == []
    assert checking.problems("nl", found, must_be_complete=True) == ["nl: there is no catalogue."]


def test_an_empty_or_misfitting_translation_is_a_problem(found: Catalog) -> None:
    fill("ja", found, H="こんにちは", d=("",))
    assert checking.problems("ja", found, must_be_complete=True) == [
        'ja: "Hello %(name)s": Placeholders differ: %(name)s became none.',
        'ja: "%(n)s dog": Form 0: It is not translated.',
    ]


def test_the_catalogue_must_say_where_its_sentences_come_from(found: Catalog) -> None:
    fill("es", found, H="Hola %(name)s", d=("un perro", "%(n)s perros"))
    path = files.path_of("es")
    path.write_text(path.read_text().replace(f'"X-Translation: {files.MACHINE}\\n"\n', ""))
    assert len(checking.problems("es", found, must_be_complete=True)) == 1


def test_a_fuzzy_or_obsolete_message_and_a_wrong_plural_rule_are_problems(found: Catalog) -> None:
    fill("fr", found, H="Bonjour %(name)s", d=("%(n)s chien", "%(n)s chiens"))
    path = files.path_of("fr")
    text = path.read_text().replace("plural=(n > 1)", "plural=(n != 1)")
    text = text.replace("#, python-format", "#, fuzzy, python-format", 1) + '\n#~ msgid "Old"\n#~ msgstr "Vieux"\n'
    path.write_text(text)
    problems = checking.problems("fr", found, must_be_complete=True)
    assert [problem.split(": ", 1)[1] for problem in problems] == [
        "the header must say Plural-Forms: nplurals=2; plural=(n > 1);\\n.",
        "1 obsolete messages are kept: run catalogues --update.",
        '"Hello %(name)s": it is marked fuzzy.',
    ]


def test_update_keeps_translations_and_guesses_none(found: Catalog) -> None:
    fill("de", found, H="Hallo %(name)s", d=("ein Hund", "%(n)s Hunde"))
    before = files.path_of("de").read_text()
    files.write("de", files.update("de", found))
    assert files.path_of("de").read_text() == before
    found.add("Hello %(name)s!")
    given = {checking.key(message)[1]: message.string or "" for message in files.update("de", found)}
    assert (given["Hello %(name)s"], given["Hello %(name)s!"]) == ("Hallo %(name)s", "")


def test_compiling_makes_what_gettext_reads_and_only_where_it_is_stale(found: Catalog) -> None:
    fill("de", found, H="Hallo %(name)s", d=("ein Hund", "%(n)s Hunde"))
    assert compiling.compile_stale() == [files.path_of("de")]
    assert compiling.stale() == []
    with files.path_of("de").with_suffix(".mo").open("rb") as made:
        read = gettext.GNUTranslations(made)
    assert (read.gettext("Hello %(name)s"), read.ngettext("%(n)s dog", "%(n)s dogs", 7)) == (
        "Hallo %(name)s",
        "%(n)s Hunde",
    )
    later = files.path_of("de").stat().st_mtime + 1
    os.utime(files.path_of("de"), (later, later))
    assert compiling.stale() == [files.path_of("de")]


def test_translators_get_what_is_missing_and_give_it_back(found: Catalog, tmp_path: Path) -> None:
    asked = exchange.write_missing("de", found, to=tmp_path / "out", size=1)
    entries = [json.loads(path.read_text())[0] for path in asked]
    assert entries == [
        {"id": 0, "msgid": "Hello %(name)s", "where": "a.py"},
        {
            "id": 0,
            "msgid": "%(n)s dog",
            "plural": "%(n)s dogs",
            "where": "a.py",
            "forms": ["for 1", "for other numbers"],
        },
    ]
    answers = [tmp_path / "0.json", tmp_path / "1.json"]
    answers[0].write_text(json.dumps({"0": "Hallo %(name)s"}))
    answers[1].write_text(json.dumps([{"id": 0, "translation": ["ein Hund", "%(n)s Hunde"]}]))
    merged = exchange.merge("de", found, list(zip(asked, answers, strict=True)), origin=files.MACHINE)
    assert (merged.taken, merged.refused) == (2, [])
    assert checking.problems("de", found, must_be_complete=True) == []
    assert exchange.write_missing("de", found, to=tmp_path / "again") == []


def test_work_that_does_not_fit_is_refused_and_the_rest_is_kept(found: Catalog, tmp_path: Path) -> None:
    asked = exchange.write_missing("de", found, to=tmp_path)
    answer = tmp_path / "answer.json"
    answer.write_text(json.dumps({"0": "Hallo %(nme)s", "1": ["ein Hund", "%(n)s Hunde"], "7": "Was?"}))
    merged = exchange.merge("de", found, [(asked[0], answer)], origin="")
    assert merged.taken == 1
    assert [refusal.split(". ")[0] for refusal in merged.refused] == [
        "answer.json, 0: Placeholders differ: %(name)s became %(nme)s",
        "answer.json, 7: there is no such message (any more).",
    ]
