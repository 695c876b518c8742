"""The intake survey as a form; what may be answered is said by `elicitation.intake`."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _

from elicitation.protocol import CHOICE

# More answers than this are a list to choose from; fewer are shown at once.
MOST_RADIO_BUTTONS = 8


class IntakeForm(forms.Form):
    """One field per question of a protocol's intake survey."""

    def __init__(
        self,
        questions: Sequence[Mapping[str, Any]],
        *,
        data: QueryDict | None = None,
        initial: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(data=data, initial=dict(initial or {}))
        for question in questions:
            self.fields[question["key"]] = _field(question)

    def given(self) -> dict[str, str]:
        """Return the answers as they were sent."""
        return {name: self.data.get(name, "") for name in self.fields}

    def show_errors(self, errors: Mapping[str, str]) -> None:
        """Show what the domain has refused beside the questions."""
        self._errors = forms.utils.ErrorDict()  # the domain is asked, not Django's own validation
        self.cleaned_data = {}
        for name, sentence in errors.items():
            self.add_error(name, sentence)


def _field(question: Mapping[str, Any]) -> forms.Field:
    label, required = _(question["question"]), bool(question.get("required"))
    if question["kind"] != CHOICE:
        return forms.CharField(label=label, required=required, widget=forms.Textarea(attrs={"rows": 4}))
    choices = [(option, _(option)) for option in question["options"]]
    if len(choices) <= MOST_RADIO_BUTTONS:
        return forms.ChoiceField(label=label, required=required, choices=choices, widget=forms.RadioSelect)
    return forms.ChoiceField(label=label, required=required, choices=[("", _("Choose")), *choices])
