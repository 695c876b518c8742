"""The form of the audit log's page."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from . import audit


class AuditFilterForm(forms.Form):
    """Which entries to list."""

    actor = forms.CharField(label=_("Who"), required=False, widget=forms.TextInput({"type": "search"}))
    study = forms.ChoiceField(label=_("Study"), required=False)
    action = forms.ChoiceField(label=_("What"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("study", "action"):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 (declared above)
            field.choices = [("", _("All")), *((value, value) for value in audit.known(name))]
