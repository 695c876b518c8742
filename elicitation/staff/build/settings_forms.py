"""The forms of what is a setting of a study, one per concern. They read and check; `elicitation.studies` writes."""

from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from collective.web.catalogues import files
from collective.web.languages import name_of
from elicitation.models import Study

LABELS: Final[Mapping[str, Any]] = {
    "title": _("Title"),
    "description": _("Description"),
    "information_text": _("Information"),
    "consent_text": _("Consent text"),
    "thanks_text": _("Thanks"),
    "tasks_per_person": _("Prompts per person"),
    "fewest_tasks": _("May stop after"),
    "days_to_finish": _("Days to finish"),
    "correction_days": _("Days to correct"),
    "overlap_target": _("Assessments per prompt"),
    "lease_minutes": _("Minutes a task stays reserved"),
    "boost_disagreement": _("Prefer prompts people disagree about"),
    "seed": _("Seed"),
    "currency": _("Currency"),
    "pay_base": _("For finishing"),
    "pay_per_task": _("For each task"),
    "pay_screened_out": _("For those sent away"),
    "completion_code": _("Completion code"),
    "publishes": _("What is published"),
    "retention_until": _("Kept until"),
    "is_public": _("Name this study on the first page"),
}

HELP: Final[Mapping[str, Any]] = {
    "title": _("As participants read it."),
    "description": _("What the study is about, shown before consent."),
    "information_text": _(
        "Who asks, what for, what happens with the answers, whom to write to. Markdown; people can read it at any time."
    ),
    "consent_text": _("What people agree to before the first question; Markdown. A study without one cannot open."),
    "thanks_text": _("Shown on the last page; Markdown."),
    "tasks_per_person": _("How many prompts one person is asked about at most. Five to twenty is usual."),
    "fewest_tasks": _("After so many prompts a person may stop and is done. Empty: after all of them."),
    "days_to_finish": _("Days from consent within which a person may answer. Empty: no limit."),
    "correction_days": _("Days after handing in within which a person may correct an answer."),
    "overlap_target": _("How many finished assessments are wanted for each prompt. No more are given out."),
    "lease_minutes": _("After that the prompt is given to somebody else, unless the person comes back first."),
    "boost_disagreement": _("Among equally covered prompts, those are given out first on which answers differ most."),
    "seed": _("Makes the assignment of prompts reproducible. It stays once tasks have been given out."),
    "currency": _("Three letters, such as EUR or USD."),
    "pay_base": _("What a person gets for finishing, whatever the number of tasks."),
    "pay_per_task": _("What a person gets for each task handed in."),
    "pay_screened_out": _("What a person gets who is sent away by a quota or a check."),
    "completion_code": _("Shown on the last page to those who came by the study link. Panels have codes of their own."),
    "publishes": _("People are told before they agree."),
    "retention_until": _("On this day what identifies people is deleted. They are told before they agree."),
    "is_public": _("Any visitor can then take part while it is open, and read what was changed because of it."),
}


class SettingsForm(forms.ModelForm):
    """Some settings of a study, in the words of the builder."""

    class Meta:
        model = Study
        fields: tuple[str, ...] = ()
        labels = LABELS
        help_texts = HELP

    def _post_clean(self) -> None:
        """Leave the study as it is: what goes beyond a field is the domain's to judge, in sentences of its own."""

    def show_refusal(self, problems: Mapping[str, list[str]]) -> None:
        """Show what the domain has refused beside the fields; what has none stands at the top."""
        for name, sentences in problems.items():
            self.add_error(name if name in self.fields else None, sentences)


class TextsForm(SettingsForm):
    """What people read before and after the tasks."""

    class Meta(SettingsForm.Meta):
        fields = ("title", "description", "information_text", "consent_text", "thanks_text")


class LimitsForm(SettingsForm):
    """How much one person does, how often a prompt is answered, and which is given out next."""

    class Meta(SettingsForm.Meta):
        fields = (
            "tasks_per_person",
            "fewest_tasks",
            "overlap_target",
            "boost_disagreement",
            "days_to_finish",
            "correction_days",
            "lease_minutes",
            "seed",
        )


class PayForm(SettingsForm):
    """What people get."""

    class Meta(SettingsForm.Meta):
        fields = ("currency", "pay_base", "pay_per_task", "pay_screened_out", "completion_code")

    def clean_currency(self) -> str:
        """Write the code in capitals."""
        return str(self.cleaned_data["currency"]).upper()


class PublishingForm(SettingsForm):
    """How long data are kept and what becomes public."""

    publishes = forms.MultipleChoiceField(
        label=LABELS["publishes"],
        help_text=HELP["publishes"],
        choices=Study.Part.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta(SettingsForm.Meta):
        fields = ("publishes", "retention_until", "is_public")
        widgets = {"retention_until": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}


class LanguagesForm(forms.Form):
    """The language a study is written in, and others in which people may take part."""

    first = forms.ChoiceField(label=_("Written in"), help_text=_("The language of your prompts and texts."))
    others = forms.MultipleChoiceField(
        label=_("Also offered in"),
        help_text=_("People choose among these. What is not translated is shown in the language it is written in."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, study: Study, **kwargs: Any) -> None:
        first, others = (study.languages or [settings.LANGUAGE_CODE])[0], study.languages[1:]
        super().__init__(*args, **{**kwargs, "initial": {"first": first, "others": others}})
        codes = dict.fromkeys(
            [settings.LANGUAGE_CODE, *files.PLURAL_FORMS, *dict(settings.LANGUAGES), *study.languages]
        )
        choices = [(code, name_of(code)) for code in codes]
        for name in ("first", "others"):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 (declared above)
            field.choices = choices

    @property
    def languages(self) -> list[str]:
        """The codes as `Study.languages` keeps them: the first is the one the study is written in."""
        first = self.cleaned_data["first"]
        return [first, *(code for code in self.cleaned_data["others"] if code != first)]
