"""The build fails where people would see English instead of their language."""

import pytest
from babel.messages.catalog import Catalog
from django.conf import settings

from collective.web.catalogues import bare, checking, extracting, files


@pytest.fixture(scope="module")
def found() -> Catalog:
    """Every message in the code."""
    return extracting.extract()


@pytest.mark.parametrize("language", files.PLURAL_FORMS)
def test_a_catalogue_fits_the_code_and_is_complete_if_its_language_is_offered(language: str, found: Catalog) -> None:
    offered = dict(settings.LANGUAGES)
    assert checking.problems(language, found, must_be_complete=language in offered) == []


def test_only_languages_with_a_catalogue_are_offered() -> None:
    assert {code for code, _name in settings.LANGUAGES} <= {"en", *files.PLURAL_FORMS}


def test_every_sentence_can_be_translated() -> None:
    assert bare.everywhere() == []
