"""The forms of the staff's pages of studies."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.postgres.forms import SimpleArrayField
from django.utils.translation import gettext_lazy as _

from elicitation.models import Participant, Role, Study
from elicitation.prompts import FEWEST_RESPONSES, MOST_RESPONSES
from elicitation.webhooks import EVENTS

MOST_TURNS = 5
LETTERS = "ABCDEF"
MOST_LIST_BYTES = 1024 * 1024


class StudyForm(forms.ModelForm):
    """The settings of a study. It only reads and checks; `elicitation.studies` writes."""

    languages = SimpleArrayField(
        forms.CharField(max_length=20),
        label=_("Languages"),
        help_text=_("Codes of the languages the study is offered in, separated by commas, such as en, ar."),
        required=False,
    )

    class Meta:
        model = Study
        fields = (
            "title",
            "description",
            "consent_text",
            "thanks_text",
            "completion_code",
            "languages",
            "tasks_per_person",
            "overlap_target",
            "lease_minutes",
            "short_form_share",
            "seed",
            "is_public",
        )
        labels = {
            "title": _("Title"),
            "description": _("Description"),
            "consent_text": _("Consent text"),
            "thanks_text": _("Thanks"),
            "completion_code": _("Completion code"),
            "tasks_per_person": _("Prompts per person"),
            "overlap_target": _("Assessments per prompt"),
            "lease_minutes": _("Minutes a task stays reserved"),
            "short_form_share": _("Share of people who get the short form"),
            "seed": _("Seed"),
            "is_public": _("Name this study on the first page"),
        }
        help_texts = {
            "title": _("As participants read it."),
            "description": _("What the study is about, shown before consent."),
            "consent_text": _(
                "What people agree to before the first question; Markdown. A study without one cannot open."
            ),
            "thanks_text": _("Shown on the last page; Markdown."),
            "completion_code": _("Shown on the last page, for panels that ask for one."),
            "tasks_per_person": _("How many prompts one person is asked about."),
            "overlap_target": _("How many finished assessments are wanted for each prompt."),
            "lease_minutes": _("After that the prompt is given to somebody else, unless the person comes back first."),
            "short_form_share": _("From 0 (nobody) to 1 (everybody). The short form leaves out the personal ranking."),
            "seed": _("Makes the assignment of prompts reproducible. It stays once tasks have been given out."),
            "is_public": _("Any visitor can then take part while it is open, and read what was changed because of it."),
        }


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
    """The status wanted."""

    status = forms.ChoiceField(choices=Study.Status.choices)


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


class PromptForm(forms.Form):
    """A prompt written by hand: the conversation turn by turn, 2 to 6 responses, criteria one per line."""

    topic = forms.CharField(label=_("Topic"), max_length=100, required=False)
    key = forms.CharField(
        label=_("Key"), max_length=200, required=False, help_text=_("Its name in exports. Without one it is numbered.")
    )
    language = forms.CharField(
        label=_("Language"), max_length=20, required=False, help_text=_("A code such as en or ar.")
    )
    is_anchor = forms.BooleanField(label=_("Shown to everybody (an anchor)"), required=False)
    system = forms.CharField(
        label=_("System message"),
        required=False,
        widget=forms.Textarea,
        help_text=_("What the assistant was told beforehand, if anything. People see it."),
    )
    criteria = forms.CharField(
        label=_("Criteria"),
        required=False,
        widget=forms.Textarea,
        help_text=_("Statements about responses that people score from −10 to +10, one per line."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number in range(1, MOST_TURNS + 1):
            label = _("The person writes") if number % 2 else _("The assistant answers")
            self.fields[f"turn_{number}"] = forms.CharField(label=label, required=number == 1, widget=forms.Textarea)
        for number, letter in enumerate(LETTERS[:MOST_RESPONSES], start=1):
            self.fields[f"response_{letter}"] = forms.CharField(
                label=_("Response %(letter)s") % {"letter": letter},
                required=number <= FEWEST_RESPONSES,
                widget=forms.Textarea,
            )

    def clean(self) -> dict[str, Any]:
        """Refuse gaps: an empty turn or response with a filled one after it."""
        for names in (self.turn_names, self.response_names):
            filled = [bool(self.cleaned_data.get(name)) for name in names]
            for name, before, present in zip(names[1:], filled, filled[1:], strict=False):
                if present and not before:
                    self.add_error(name, _("The one before this is empty."))
        return self.cleaned_data

    turn_names = tuple(f"turn_{number}" for number in range(1, MOST_TURNS + 1))
    response_names = tuple(f"response_{letter}" for letter in LETTERS[:MOST_RESPONSES])

    def as_prompt(self) -> dict[str, Any]:
        """Return what `elicitation.prompts.add_prompt` takes."""
        data = self.cleaned_data
        messages = [{"role": "system", "content": data["system"]}] if data["system"] else []
        for number, name in enumerate(self.turn_names):
            if data[name]:
                messages.append({"role": "assistant" if number % 2 else "user", "content": data[name]})
        return {
            "messages": messages,
            "responses": [data[name] for name in self.response_names if data[name]],
            "criteria": [line.strip() for line in data["criteria"].splitlines() if line.strip()],
            **{name: data[name] for name in ("key", "topic", "language", "is_anchor")},
        }

    def first_fields(self) -> list[forms.BoundField]:
        """Return the fields of what stands first on the page: the question and four responses."""
        return [self[name] for name in ("topic", "turn_1", *self.response_names[:4], "criteria")]

    def further_fields(self) -> list[forms.BoundField]:
        """Return the fields that few prompts need."""
        names = ("system", *self.turn_names[1:], *self.response_names[4:], "key", "language", "is_anchor")
        return [self[name] for name in names]


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
