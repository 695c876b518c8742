"""The form of a prompt: the conversation turn by turn, 2 to 6 responses, criteria one per line."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django import forms
from django.core import signing
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from elicitation.models import Criterion, Prompt
from elicitation.prompts import FEWEST_RESPONSES, MOST_RESPONSES, Drafted, Provenance

MOST_TURNS: Final = 5
LETTERS: Final = "ABCDEF"[:MOST_RESPONSES]
_SALT: Final = "elicitation.staff.build.prompt_form"


class PromptForm(forms.Form):
    """A prompt with its responses and criteria, written or changed by hand."""

    topic = forms.CharField(label=gettext_lazy("Topic"), max_length=100, required=False)
    key = forms.CharField(
        label=gettext_lazy("Key"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Its name in exports. Without one it is numbered."),
    )
    language = forms.CharField(
        label=gettext_lazy("Language"),
        max_length=20,
        required=False,
        help_text=gettext_lazy("A code such as en or ar."),
    )
    is_anchor = forms.BooleanField(label=gettext_lazy("Shown to everybody (an anchor)"), required=False)
    attention_best = forms.ChoiceField(
        label=gettext_lazy("Attention item"),
        required=False,
        choices=[
            ("", gettext_lazy("No")),
            *((letter, gettext_lazy("%(letter)s is to be put first") % {"letter": letter}) for letter in LETTERS),
        ],
        help_text=gettext_lazy(
            "A prompt whose text says which response to put first. It shows who reads, and does not count in results."
        ),
    )
    system = forms.CharField(
        label=gettext_lazy("System message"),
        required=False,
        widget=forms.Textarea,
        help_text=gettext_lazy("What the assistant was told beforehand, if anything. People see it."),
    )
    criteria = forms.CharField(
        label=gettext_lazy("Criteria"),
        required=False,
        widget=forms.Textarea,
        help_text=gettext_lazy("Statements about responses that people score from −10 to +10, one per line."),
    )
    model = forms.CharField(
        label=gettext_lazy("Model"),
        max_length=120,
        required=False,
        initial="offline",
        help_text=gettext_lazy("“offline” for templates to try it with, or “openai:” and the name of a model."),
    )
    with_plain = forms.BooleanField(
        label=gettext_lazy("Also take the model's plain answer, as response E"), required=False
    )
    generated = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, prompt: Prompt | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if prompt is not None:
            del self.fields["key"]
        for number in range(1, MOST_TURNS + 1):
            label = _("The person writes") if number % 2 else _("The assistant answers")
            self.fields[f"turn_{number}"] = forms.CharField(label=label, required=number == 1, widget=forms.Textarea)
        for number, letter in enumerate(LETTERS, start=1):
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
    response_names = tuple(f"response_{letter}" for letter in LETTERS)

    def as_prompt(self) -> dict[str, Any]:
        """Return what `elicitation.prompts.add_prompt` and `change_prompt` take."""
        data = self.cleaned_data
        names = ("key", "topic", "language", "is_anchor", "attention_best")
        return {
            "messages": messages_of(data),
            "responses": [data[name] for name in self.response_names if data[name]],
            "criteria": [line.strip() for line in data["criteria"].splitlines() if line.strip()],
            "provenance": self._provenance(),
            **{name: data[name] for name in names if name in data},
        }

    def show_refusal(self, problems: Mapping[str, Sequence[str]]) -> None:
        """Show what the domain has refused beside the fields; what has none stands at the top."""
        for name, sentences in problems.items():
            for sentence in sentences:
                self.add_error(name if name in self.fields else None, sentence)

    def first_fields(self) -> list[forms.BoundField]:
        """Return the fields of the question."""
        return [self[name] for name in ("topic", "turn_1")]

    def response_fields(self) -> list[forms.BoundField]:
        """Return the fields of four responses, and of those beyond that are filled."""
        further = [name for name in self.response_names[4:] if self[name].value()]
        return [self[name] for name in (*self.response_names[:4], *further)]

    def model_fields(self) -> list[forms.BoundField]:
        """Return the fields of having a model write the responses."""
        return [self["model"], self["with_plain"]]

    def further_fields(self) -> list[forms.BoundField]:
        """Return the fields that few prompts need."""
        shown = {field.name for field in self.response_fields()}
        names = ("system", *self.turn_names[1:], *self.response_names[4:], "key", "language")
        marks = ("is_anchor", "attention_best")
        return [self[name] for name in (*names, *marks) if name in self.fields and name not in shown]

    def _provenance(self) -> list[Provenance | None]:
        """Return where the responses come from, by what the page that drafted them has signed."""
        sealed = self.cleaned_data["generated"]
        try:
            given = signing.loads(sealed, salt=_SALT) if sealed else []
        except signing.BadSignature:
            given = []
        found: list[Provenance | None] = []
        for source, name in zip(given, self.response_names, strict=False):
            edited = {"edited": True} if self.cleaned_data[name].strip() != source["text"].strip() else {}
            parameters = {**source["parameters"], **edited}
            found.append(Provenance(source["model"], source["viewpoint"], parameters))
        return found


def messages_of(data: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return the conversation in a form's data, up to the first turn that is empty."""
    system = str(data.get("system", "") or "").strip()
    messages = [{"role": "system", "content": system}] if system else []
    for number in range(1, MOST_TURNS + 1):
        text = str(data.get(f"turn_{number}", "") or "").strip()
        if not text:
            break
        messages.append({"role": "user" if number % 2 else "assistant", "content": text})
    return messages


def initial_of(prompt: Prompt) -> dict[str, Any] | None:
    """Return what the form of a prompt shows; None for a conversation that the form cannot show."""
    messages = list(prompt.messages)
    initial: dict[str, Any] = {"system": messages.pop(0)["content"]} if messages[0]["role"] == "system" else {}
    expected = ["user" if number % 2 else "assistant" for number in range(1, len(messages) + 1)]
    if len(messages) > MOST_TURNS or [message["role"] for message in messages] != expected:
        return None
    initial |= {f"turn_{number}": message["content"] for number, message in enumerate(messages, start=1)}
    initial |= {f"response_{response.letter}": response.text for response in prompt.responses.all()}
    written = prompt.criteria.exclude(origin=Criterion.Origin.PARTICIPANT)
    return {
        **initial,
        "criteria": "\n".join(" ".join(criterion.text.split()) for criterion in written),
        **{name: getattr(prompt, name) for name in ("topic", "language", "is_anchor", "attention_best")},
    }


def filled_with(data: Mapping[str, Any], drafted: Drafted) -> dict[str, Any]:
    """Return what the form shows after a model has written: what was typed, with the drafts as responses."""
    texts = [draft.text for draft in drafted.drafts]
    if data.get("with_plain"):
        texts.append(drafted.plain)
    sealed = [
        {"text": text, "model": source.model, "viewpoint": source.viewpoint, "parameters": dict(source.parameters)}
        for text, source in zip(texts, drafted.provenance(), strict=False)
    ]
    responses = {f"response_{letter}": "" for letter in LETTERS}
    responses |= {f"response_{letter}": text for letter, text in zip(LETTERS, texts, strict=False)}
    kept = {name: data.get(name, "") for name in data}
    return {**kept, **responses, "generated": signing.dumps(sealed, salt=_SALT, compress=True)}
