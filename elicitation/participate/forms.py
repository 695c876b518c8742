"""The intake survey as a form; what may be answered is said by `elicitation.intake`."""

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _

from elicitation.countries import COUNTRIES
from elicitation.protocol import CHOICE
from elicitation.templatetags.wording import said

# More answers than this are a list to choose from; fewer are shown at once.
MOST_RADIO_BUTTONS = 8


class IntakeForm(forms.Form):
    """One field per question of a protocol's intake survey, each said by `say`.

    What is posted is the answer as the protocol words it, in whatever language it is shown: so answers are pooled.
    """

    def __init__(
        self,
        questions: Sequence[Mapping[str, Any]],
        *,
        say: Callable[[str], str] = _,
        data: QueryDict | None = None,
        initial: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(data=data, initial=dict(initial or {}))
        for question in questions:
            self.fields[question["key"]] = _field(question, say)

    def given(self) -> dict[str, str]:
        """Return the answers as they were sent."""
        return {name: self.data.get(name, "") for name in self.fields}

    def show_errors(self, errors: Mapping[str, str]) -> None:
        """Show what the domain has refused beside the questions."""
        self._errors = forms.utils.ErrorDict()  # the domain is asked, not Django's own validation
        self.cleaned_data = {}
        for name, sentence in errors.items():
            self.add_error(name, sentence)


def _field(question: Mapping[str, Any], say: Callable[[str], str]) -> forms.Field:
    label, required = said(say(question["question"])), bool(question.get("required"))
    if question["kind"] != CHOICE:
        return forms.CharField(label=label, required=required, widget=forms.Textarea(attrs={"rows": 4}))
    choices = _in_order([(option, said(say(option))) for option in question["options"]])
    if len(choices) <= MOST_RADIO_BUTTONS:
        return forms.ChoiceField(label=label, required=required, choices=choices, widget=forms.RadioSelect)
    return forms.ChoiceField(label=label, required=required, choices=[("", _("Choose")), *choices])


def _in_order(choices: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Put countries into the alphabet's order, which is another in each language; other answers stay as they are."""
    if tuple(value for value, _label in choices) != tuple(COUNTRIES):
        return choices
    return sorted(choices, key=lambda choice: unicodedata.normalize("NFKD", choice[1]).casefold())
