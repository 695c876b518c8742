"""A translation that does not fit breaks a page or says something else; each misfit is found."""

import pytest

from collective.web.catalogues.files import PLURAL_FORMS
from collective.web.catalogues.fitting import misfits


def test_a_fitting_translation_has_no_misfits() -> None:
    assert misfits("Task %(number)s of %(total)s", ["%(total)s 件中 %(number)s 件目"]) == []
    assert misfits("Press <kbd>Delete</kbd> now", ["Jetzt <kbd>Entf</kbd> drücken"]) == []
    assert misfits("100% of people", ["100 % der Leute"]) == []


@pytest.mark.parametrize(
    ("source", "text", "problem"),
    [
        ("Hello", "", "It is not translated."),
        ("Task %(number)s", "Aufgabe", "Placeholders differ: %(number)s became none."),
        ("Task %(number)s", "Aufgabe %(nummer)s", "Placeholders differ: %(number)s became %(nummer)s."),
        ("{name} is here", "Jemand ist hier", "Placeholders differ: {name} became none."),
        ("%(share)s %% of it", "%(share)s % davon", "A percent sign beside placeholders is written %%."),
        ("<b>Bold</b> text", "Fetter Text", "HTML tags differ from the source's, or do not nest."),
        ("<b>Bold</b>", "</b>Fett<b>", "HTML tags differ from the source's, or do not nest."),
        ("added: ", "neu:", "It must begin and end with a space where the source does, and only there."),
    ],
)
def test_a_misfit_is_named(source: str, text: str, problem: str) -> None:
    assert misfits(source, [text]) == [problem]


def test_a_plural_needs_all_forms_of_the_language() -> None:
    source = ("%(count)s answer", "%(count)s answers")
    arabic = PLURAL_FORMS["ar"][1]
    assert misfits(source, ["%(count)s"] * 2, plural_expression=arabic) == [
        "There must be 6 plural forms, and there are 2."
    ]
    assert misfits(source, ["%(count)s"] * 6, plural_expression=arabic) == []


def test_only_a_form_for_one_number_may_leave_the_number_out() -> None:
    source = ("%(count)s answer", "%(count)s answers")
    arabic = PLURAL_FORMS["ar"][1]
    assert misfits(source, ["لا", "واحدة", "اثنتان", *["%(count)s"] * 3], plural_expression=arabic) == []
    assert misfits(source, [*["%(count)s"] * 5, "كثيرة"], plural_expression=arabic) == [
        "Form 5: Placeholders differ: %(count)s became none."
    ]
    # In French, the first form is for 0 and for 1.
    assert misfits(source, ["une réponse", "%(count)s réponses"], plural_expression=PLURAL_FORMS["fr"][1]) != []
