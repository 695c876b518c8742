"""A message that is not found in the code is in no catalogue, and stays English."""

from pathlib import Path

import pytest
from django.conf import LazySettings

from collective.web.catalogues import checking, extracting


def test_messages_of_python_and_templates_are_found(settings: LazySettings, tmp_path: Path) -> None:
    settings.BASE_DIR = tmp_path
    (tmp_path / "elicitation").mkdir()
    (tmp_path / "templates").mkdir()
    (tmp_path / "elicitation" / "page.py").write_text(
        "from django.utils.translation import gettext as _, ngettext, pgettext\n"
        'a = _("Plain")\nb = ngettext("%(n)d dog", "%(n)d dogs", 2)\nc = pgettext("month", "May")\n'
    )
    (tmp_path / "templates" / "page.html").write_text(
        '{% load i18n %}<div>\n      <p class="a">{% translate "Indented" %}\n  </p>{% card title=_("In a tag") %}'
        "{% blocktranslate count n=n trimmed %}\n  One\n  cat{% plural %}{{ n }} cats{% endblocktranslate %}</div>"
    )
    found = {(message.context, message.id) for message in extracting.extract() if message.id}
    assert found == {
        (None, "Plain"),
        (None, ("%(n)d dog", "%(n)d dogs")),
        ("month", "May"),
        (None, "Indented"),
        (None, "In a tag"),
        (None, ("One cat", "%(n)s cats")),
    }


@pytest.mark.parametrize("sentence", ["Skip to the content", "Please answer this question.", "Not rated"])
def test_the_projects_own_messages_are_found(sentence: str) -> None:
    assert ("", sentence) in {checking.key(message) for message in extracting.extract()}
