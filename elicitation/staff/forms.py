"""The forms of the staff's pages of studies."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from elicitation.models import Participant, Role, Study
from elicitation.webhooks import EVENTS

MOST_LIST_BYTES = 1024 * 1024


class CreateStudyForm(forms.ModelForm):
    """What a new study begins with; the rest are settings."""

    class Meta:
        model = Study
        fields = ("title", "slug", "description")
        labels = {"title": _("Title"), "slug": _("Name in addresses"), "description": _("Description")}
        help_texts = {
            "title": _("As participants read it."),
            "slug": _("Small letters, digits and hyphens, such as bees-2026. It cannot be changed later."),
            "description": _("What the study is about, shown before consent."),
        }


class StatusForm(forms.Form):
    """The status wanted, and whether the answers of a pilot that ends with it go on to count."""

    status = forms.ChoiceField(choices=Study.Status.choices)
    keep_pilot = forms.BooleanField(required=False)


class MemberForm(forms.Form):
    """Somebody's address and the role they are to have."""

    email = forms.EmailField(label=_("E-mail address"))
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)


class PromptFilterForm(forms.Form):
    """Which prompts to list, and in which order."""

    q = forms.CharField(label=_("Words in the prompt"), required=False, widget=forms.TextInput({"type": "search"}))
    topic = forms.ChoiceField(label=_("Topic"), required=False)
    sort = forms.ChoiceField(
        label=_("Order"),
        required=False,
        choices=[("", _("As in the study")), ("least", _("Least covered first")), ("most", _("Most covered first"))],
    )

    def __init__(self, *args: Any, topics: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["topic"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 (declared above)
        field.choices = [("", _("All")), *((topic, topic) for topic in topics)]


class PeopleFilterForm(forms.Form):
    """Which people to list."""

    q = forms.CharField(label=_("Name of the person"), required=False, widget=forms.TextInput({"type": "search"}))
    source = forms.ChoiceField(
        label=_("Came by"), required=False, choices=[("", _("All")), *Participant.Source.choices]
    )
    state = forms.ChoiceField(
        label=_("How far"),
        required=False,
        choices=[
            ("", _("All")),
            ("finished", _("Finished")),
            ("under-way", _("Under way")),
            ("before-consent", _("Before consent")),
        ],
    )


class PayFilterForm(forms.Form):
    """Whose pay to list."""

    panel = forms.ChoiceField(label=_("Panel"), required=False)
    state = forms.ChoiceField(
        label=_("Pay"),
        required=False,
        choices=[
            ("", _("All")),
            ("due", _("To be paid")),
            ("paid", _("Paid")),
            ("under-way", _("Under way")),
            ("nothing", _("Nothing owed")),
        ],
    )

    def __init__(self, *args: Any, study: Study, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["panel"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 (declared above)
        panels = study.panels.order_by("name").values_list("pk", "name")
        field.choices = [("", _("All")), *((str(pk), name) for pk, name in panels)]


class InviteForm(forms.Form):
    """Addresses, typed or in a file, and the language to write in."""

    addresses = forms.CharField(
        label=_("E-mail addresses"),
        required=False,
        widget=forms.Textarea({"rows": 6, "dir": "ltr", "spellcheck": "false", "autocomplete": "off"}),
        help_text=_("One per line, or separated by commas."),
    )
    file = forms.FileField(
        label=_("Or a text file of them"), required=False, help_text=_("A list or a CSV with one column of addresses.")
    )
    language = forms.ChoiceField(label=_("Language of the letter"), choices=lambda: settings.LANGUAGES)

    def clean_file(self) -> str:
        """Return the file's text."""
        file = self.cleaned_data["file"]
        if not file:
            return ""
        if file.size > MOST_LIST_BYTES:
            raise forms.ValidationError(_("The file is larger than a list of addresses can be."))
        try:
            return file.read().decode("utf-8-sig")
        except UnicodeDecodeError:
            raise forms.ValidationError(_("The file is no text in UTF-8.")) from None

    def clean(self) -> dict[str, Any]:
        """Put both together; one of them must have something in it."""
        self.cleaned_data["text"] = "\n".join(
            (self.cleaned_data.get("addresses") or "", self.cleaned_data.get("file") or "")
        ).strip()
        if not self.errors and not self.cleaned_data["text"]:
            self.add_error("addresses", _("Give at least one address."))
        return self.cleaned_data


class InvitedFilterForm(forms.Form):
    """Which of those invited to list."""

    q = forms.CharField(label=_("Letters of the address"), required=False, widget=forms.TextInput({"type": "search"}))
    state = forms.ChoiceField(
        label=_("How far"),
        required=False,
        choices=[
            ("", _("All")),
            ("new", _("Not written to yet")),
            ("queued", _("Mail on its way")),
            ("sent", _("Invited")),
            ("reminded", _("Reminded")),
            ("come", _("Takes part")),
            ("failed", _("Mail failed")),
            ("unclear", _("Unclear whether sent")),
        ],
    )


class LetterForm(forms.Form):
    """The letter that goes out; `elicitation.invitations` says what it must hold."""

    subject = forms.CharField(label=_("Subject"), max_length=200)
    text = forms.CharField(
        label=_("Text"),
        widget=forms.Textarea({"rows": 14}),
        help_text=_("{link} becomes each person's own link, {study} the study's title."),
    )


class WebhookForm(forms.Form):
    """An address to be told of events, and of which."""

    url = forms.URLField(
        label=_("Address"),
        max_length=500,
        assume_scheme="https",
        help_text=_("Begins with https:// and leads to a machine that can be reached from outside."),
        widget=forms.URLInput(attrs={"dir": "ltr"}),
    )
    events = forms.MultipleChoiceField(
        label=_("What is it told of?"), choices=list(EVENTS.items()), widget=forms.CheckboxSelectMultiple
    )
