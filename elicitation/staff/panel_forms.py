"""The form of a panel; what a panel may be is said by `elicitation.panels.managing`."""

import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from elicitation.models import Panel, Participant
from elicitation.panels.presets import Preset
from elicitation.panels.returning import CODED


class PanelForm(forms.Form):
    """A panel's fields, and one for the code of each outcome. It only reads; the domain checks."""

    name = forms.CharField(
        label=_("Name"), max_length=100, help_text=_("People read it on the button that leads back.")
    )
    id_parameter = forms.CharField(
        label=_("Parameter that names the person"), max_length=50, help_text=_("As it stands in the study's address.")
    )
    captured_parameters = forms.CharField(
        label=_("Further parameters to keep"), required=False, help_text=_("Names, separated by commas.")
    )
    return_url = forms.CharField(
        label=_("Address that people go back to"),
        required=False,
        max_length=500,
        widget=forms.TextInput({"dir": "ltr", "spellcheck": "false"}),
        help_text=_(
            "It may name {code}, {id} and the parameters kept. Without {code} in it, it is shown only to those who "
            "are done."
        ),
    )
    signature = forms.ChoiceField(label=_("Webhook"), choices=Panel.Signature.choices, required=False)
    webhook_secret = forms.CharField(
        label=_("Secret of the webhook"),
        required=False,
        max_length=200,
        widget=forms.PasswordInput({"autocomplete": "off"}),
        help_text=_("It is not shown again. Leave this empty to keep the one there is."),
    )
    is_active = forms.BooleanField(
        label=_("It sends people"),
        required=False,
        help_text=_("Without it, only those who came before may come again."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = dict(Participant.Outcome.choices)
        for outcome in CODED:
            self.fields[f"code_{outcome}"] = forms.CharField(
                label=labels[outcome],
                required=False,
                widget=forms.TextInput({"dir": "ltr", "autocomplete": "off", "spellcheck": "false"}),
            )

    @property
    def first_fields(self) -> list[forms.BoundField]:
        """How the panel names people and where they return to."""
        return [self[name] for name in ("name", "id_parameter", "captured_parameters", "return_url")]

    @property
    def code_fields(self) -> list[forms.BoundField]:
        """The codes, in the order of the outcomes."""
        return [self[f"code_{outcome}"] for outcome in CODED]

    @property
    def webhook_fields(self) -> list[forms.BoundField]:
        """What a panel proves its messages by."""
        return [self["signature"], self["webhook_secret"]]

    def as_fields(self) -> dict[str, Any]:
        """Return what `add_panel` and `change_panel` take."""
        data = self.cleaned_data
        fields = {name: data[name] for name in ("name", "id_parameter", "return_url", "signature", "is_active")}
        fields["captured_parameters"] = [name for name in re.split(r"[\s,]+", data["captured_parameters"]) if name]
        fields["codes"] = {str(outcome): data[f"code_{outcome}"] for outcome in CODED}
        if data["webhook_secret"]:
            fields["webhook_secret"] = data["webhook_secret"]
        return fields

    def show_errors(self, errors: Mapping[str, str]) -> None:
        """Show what the domain has refused beside the fields."""
        for name, sentence in errors.items():
            self.add_error(name.replace("codes.", "code_"), sentence)


def initial_of(panel: Panel) -> dict[str, Any]:
    """Return what the form shows of a panel."""
    return {
        **{name: getattr(panel, name) for name in ("name", "id_parameter", "return_url", "signature", "is_active")},
        "captured_parameters": ", ".join(panel.captured_parameters),
        **{f"code_{outcome}": code for outcome, code in panel.codes.items()},
    }


def initial_from(preset: Preset) -> dict[str, Any]:
    """Return what the form of a new panel shows."""
    return {
        "name": preset.name,
        "id_parameter": preset.id_parameter,
        "captured_parameters": ", ".join(preset.captured_parameters),
        "return_url": preset.return_url,
        "signature": preset.signature,
        "is_active": True,
    }
