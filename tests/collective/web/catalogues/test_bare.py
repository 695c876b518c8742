"""What nobody can translate is found, wherever it stands; what is translated, or no sentence, is let pass."""

from pathlib import Path

import pytest

from collective.web.catalogues import bare_python, bare_scripts, bare_templates


@pytest.mark.parametrize(
    ("template", "found"),
    [
        ("<p>Hello you</p>", ["1: Hello you"]),
        ("<p>\n{{ name }} wrote this</p>", ["2: … wrote this"]),
        ('<a title="Go on">{{ x }}</a>', ['1: title="Go on"']),
        ('<button data-say-back="Taken back">{{ x }}</button>', ['1: data-say-back="Taken back"']),
        ('<div data-other="Two words">{{ x }}</div>', ['1: data-other="Two words"']),
        ('<input type="submit" value="Save">', ['1: value="Save"']),
        ('{% include "a.html" with title="Bare title" %}', ['1: title="Bare title"']),
        ("{% if x %}yes{% endif %}", ["1: yes"]),
        ('{% load i18n %}<p title="{% translate "A" %}">{% blocktranslate %}Hi there{% endblocktranslate %}</p>', []),
        ('{% include "a.html" with title=_("Marked") %}', []),
        (
            "{# A comment #}{% comment %}More of it{% endcomment %}<code>make run</code><p>{{ a }} · {{ b }}, 10 %</p>",
            [],
        ),
        (
            '<div class="two words" data-on="one two three{{ x }}" id="first"></div>',
            ['1: data-on="one two three\ue000"'],
        ),
        ("<p>Collective</p>", []),
    ],
)
def test_templates(template: str, found: list[str], tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text(template)
    assert bare_templates.bare_words(path) == found


HEAD = "from django.utils.translation import gettext as _, gettext_lazy\n"


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ('x = forms.CharField(label="Your name")', ['2: label: "Your name"']),
        ('x = forms.CharField(label=gettext_lazy("Your name"))', []),
        ('x = models.CharField(help_text="For the admin only.")', []),
        ('x = forms.ChoiceField(choices=[("a", "first one")])', ['2: label of a choice: "first one"']),
        ('class A(models.TextChoices):\n    X = "x", "ex"', ['3: label of a choice: "ex"']),
        ('def f():\n    messages.success(request, "done")', ['3: message: "done"']),
        ('def f():\n    raise Refused(f"The task {key} is gone.")', ['3: text of Refused: "The task … is gone."']),
        ('def f():\n    raise ValidationError({"x": "It is wrong."})', ['3: text of ValidationError: "It is wrong."']),
        ('def f():\n    raise ValueError("Told to programmers.")', []),
        ('def f():\n    raise Refused(_("Marked sentence."))', []),
        ('def f():\n    raise Refused("Bare sentence.")  # not translated: nobody sees it', []),
        ('def f():\n    return _(f"Glued {x}")', ["3: _() of something that is not a plain text"]),
        ('def f():\n    return _("A %s" % x)', ["3: _() of something that is not a plain text"]),
        ("def f():\n    _, rest = 1, 2", ["3: _ translates in this file: name the value otherwise"]),
        ('X = _("Too early")', ["2: _() while the module is loaded: use the lazy form"]),
        ('def f(x=_("Too early")): ...', ["2: _() while the module is loaded: use the lazy form"]),
    ],
)
def test_python(code: str, found: list[str], tmp_path: Path) -> None:
    path = tmp_path / "code.py"
    path.write_text(HEAD + code)
    assert bare_python.bare_sentences(path, name="elicitation/code.py") == found


def test_rooms_that_speak_to_programs_may_refuse_in_english(tmp_path: Path) -> None:
    path = tmp_path / "code.py"
    path.write_text('def f():\n    raise Refused("The model did not answer.")\n')
    assert len(bare_python.bare_sentences(path, name="elicitation/code.py")) == 1
    assert bare_python.bare_sentences(path, name="llm/code.py") == []


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("a.js", 'say("Saved on this device");', ['1: "Saved on this device"']),
        ("a.js", "// Saved on this device\nsay(form.dataset.saved, `${a} b`, 'data-say');", []),
        ("a.css", 'a::after { content: "tie"; }', ['1: content: "tie"']),
        ("a.css", 'a::after { content: "·"; }', []),
    ],
)
def test_scripts_and_style_sheets(name: str, text: str, found: list[str], tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text(text)
    assert bare_scripts.bare_words(path) == found
