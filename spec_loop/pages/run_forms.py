"""The forms with which a run is started and resumed."""

from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from elicitation.models import Block
from spec_loop.loop.runs import RunRefused, check_model
from spec_loop.models import SpecVersion

MODEL_HELP = _("<code>offline</code> for the built-in baseline, or <code>openai:MODEL</code>.")


class VersionField(forms.ModelChoiceField):
    """Chooses a version of a document."""

    def label_from_instance(self, version: SpecVersion) -> str:
        """Name a version by its document, its number and its hash."""
        name = f"{version.document.title}, {_('version')} {version.number} ({version.hash[:12]})"
        return f"{name}, {_('current')}" if version.document.current_id == version.pk else name


class BudgetForm(forms.Form):
    """What a run may spend in all; an empty field is no limit."""

    max_calls = forms.IntegerField(label=_("At most so many calls"), min_value=0, required=False)
    max_tokens = forms.IntegerField(label=_("At most so many tokens"), min_value=0, required=False)
    max_cost = forms.DecimalField(
        label=_("At most so many US dollars"),
        min_value=Decimal(0),
        decimal_places=4,
        max_digits=12,
        required=False,
    )

    def budget(self) -> dict[str, Any]:
        """Return the limits given, as `start_run` and `resume_run` take them."""
        return {name: self.cleaned_data[name] for name in ("max_calls", "max_tokens", "max_cost")}


class StartRunForm(BudgetForm):
    """What a run is of."""

    field_order = ("version", "block", "ranker", "proposer", "seed", "max_calls", "max_tokens", "max_cost")

    version = VersionField(queryset=SpecVersion.objects.none(), label=_("Spec"), empty_label=None)
    block = forms.ChoiceField(
        label=_("Rankings to come closer to"), choices=Block.choices, widget=forms.RadioSelect, initial=Block.PERSONAL
    )
    ranker = forms.CharField(
        label=_("Ranker: who ranks by the spec"), help_text=MODEL_HELP, initial="offline", max_length=120
    )
    proposer = forms.CharField(
        label=_("Proposer: who writes edits"), help_text=MODEL_HELP, initial="offline", max_length=120
    )
    seed = forms.IntegerField(
        label=_("Seed"),
        help_text=_("The same seed draws the same split of prompts and the same placebos."),
        initial=1,
        min_value=0,
        max_value=2**62,
    )

    def __init__(self, *args: Any, versions: QuerySet[SpecVersion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["version"]
        assert isinstance(field, VersionField)  # noqa: S101 (for the type checker)
        field.queryset = versions

    def clean_ranker(self) -> str:
        """Refuse a ranker that there is not."""
        return _model_name(self.cleaned_data["ranker"])

    def clean_proposer(self) -> str:
        """Refuse a proposer that there is not."""
        return _model_name(self.cleaned_data["proposer"])


def _model_name(name: str) -> str:
    try:
        check_model(name)
    except RunRefused as error:
        raise forms.ValidationError(str(error)) from error
    return name
