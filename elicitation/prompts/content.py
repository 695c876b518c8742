"""What a prompt is made of, and what it may be."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from elicitation.models import Criterion, Prompt, Response

FEWEST_RESPONSES, MOST_RESPONSES = 2, 6
ROLES = ("system", "developer", "user", "assistant")

Messages = Sequence[Mapping[str, str]]


@dataclass(frozen=True)
class Provenance:
    """Which model wrote a response, from what point of view, how and when."""

    model: str
    viewpoint: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    made_on: date | None = None


def check(messages: Messages, responses: Sequence[str], attention_best: str = "") -> None:
    """Raise `ValidationError` with a sentence on what is wrong."""
    if not messages or any(not message["content"].strip() for message in messages):
        raise ValidationError(_("A prompt has at least one message, and none is empty."))
    if any(message["role"] not in ROLES for message in messages):
        raise ValidationError(_("A message is by one of: %(roles)s.") % {"roles": ", ".join(ROLES)})
    if messages[-1]["role"] != "user":
        raise ValidationError(_("The last message is the person's: the responses answer it."))
    if not FEWEST_RESPONSES <= len(responses) <= MOST_RESPONSES:
        raise ValidationError(
            _("A prompt has %(fewest)s to %(most)s responses, not %(given)s.")
            % {"fewest": FEWEST_RESPONSES, "most": MOST_RESPONSES, "given": len(responses)}
        )
    texts = [text.strip() for text in responses]
    if not all(texts) or len(set(texts)) < len(texts):
        raise ValidationError(_("No response is empty, and no two are the same."))
    if attention_best and attention_best not in "ABCDEF"[: len(responses)]:
        raise ValidationError({"attention_best": _("The prompt has no response of this letter.")})


def clean_messages(messages: Messages) -> list[dict[str, str]]:
    """Return messages as a prompt stores them."""
    return [{"role": message["role"], "content": message["content"]} for message in messages]


def set_responses(prompt: Prompt, texts: Sequence[str], provenance: Sequence[Provenance | None] = ()) -> None:
    """Let these be a prompt's responses, lettered in this order.

    One whose text stays keeps where it comes from; a generated one that was edited stays generated, and says that it
    was edited. Translations of another text are stale, which `elicitation.wording` sees by itself.
    """
    known = {response.letter: response for response in prompt.responses.all()}
    sources = [*provenance, *[None] * len(texts)]
    for letter, text, source in zip(prompt.letters, texts, sources, strict=False):
        response = known.pop(letter, None) or Response(prompt=prompt, letter=letter, source=Response.Source.WRITTEN)
        if source is None and response.pk and response.text == text.strip():
            continue
        response.messages = [{"role": "assistant", "content": text.strip()}]
        _set_source(response, source)
        response.save()
    for response in known.values():
        response.delete()


def set_criteria(prompt: Prompt, texts: Sequence[str]) -> None:
    """Let these be the criteria written beforehand, in this order; one whose text stays is the same row."""
    known = {criterion.text: criterion for criterion in prompt.criteria.exclude(origin=Criterion.Origin.PARTICIPANT)}
    taken = set(prompt.criteria.values_list("key", flat=True))
    wanted = list(dict.fromkeys(text.strip() for text in texts if text.strip()))
    for position, text in enumerate(wanted):
        criterion = known.pop(text, None)
        if criterion is None:
            key = _free_key(prompt.key, taken)
            taken.add(key)
            criterion = Criterion(prompt=prompt, key=key, text=text, origin=Criterion.Origin.SEEDED)
        criterion.position = position
        criterion.save()
    for criterion in known.values():
        criterion.delete()


def copy_content(source: Prompt, target: Prompt) -> None:
    """Let a re-test ask exactly what its anchor asks."""
    target.messages, target.candidates = source.messages, source.candidates
    target.topic, target.language, target.translations = source.topic, source.language, source.translations
    target.save()
    target.responses.all().delete()
    Response.objects.bulk_create(
        Response(
            prompt=target,
            letter=response.letter,
            messages=response.messages,
            source=response.source,
            model=response.model,
            viewpoint=response.viewpoint,
            parameters=response.parameters,
            translations=response.translations,
            made_on=response.made_on,
        )
        for response in source.responses.all()
    )
    set_criteria(target, [criterion.text for criterion in source.criteria.exclude(origin=Criterion.Origin.PARTICIPANT)])


def _set_source(response: Response, source: Provenance | None) -> None:
    if source is not None:
        response.source, response.model = Response.Source.GENERATED, source.model[:100]
        response.viewpoint, response.parameters = source.viewpoint[:200], dict(source.parameters)
        response.made_on = source.made_on or timezone.now().date()
    elif response.source == Response.Source.GENERATED:
        response.parameters = {**response.parameters, "edited": True}
    else:
        response.source, response.model, response.viewpoint = Response.Source.WRITTEN, "", ""
        response.parameters, response.made_on = {}, timezone.now().date()


def _free_key(stem: str, taken: set[str]) -> str:
    number = 1
    while f"{stem}-{number}" in taken:
        number += 1
    return f"{stem}-{number}"
