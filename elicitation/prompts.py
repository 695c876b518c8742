"""Add prompts to a study by hand; importing many is `datasets`' work."""

from collections.abc import Mapping, Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from collective.accounts.models import User
from collective.audit.chain import record

from .models import Criterion, Prompt, Response, Study

FEWEST_RESPONSES, MOST_RESPONSES = 2, 6
ROLES = ("system", "developer", "user", "assistant")


@transaction.atomic
def add_prompt(
    *,
    by: User | None,
    study: Study,
    messages: Sequence[Mapping[str, str]],
    responses: Sequence[str],
    criteria: Sequence[str] = (),
    key: str = "",
    topic: str = "",
    language: str = "",
    is_anchor: bool = False,
) -> Prompt:
    """Add a prompt with its candidate responses and criteria at the end of a study.

    Args:
        messages: the conversation so far as {role, content}; the last one is the person's.
        responses: 2 to 6 texts, lettered in this order.
        criteria: statements that people score, in this order.
        key: name in imports and exports; without one, `prompt-N`.

    Raises `ValidationError` with a sentence on what is wrong, also where the key is taken.
    """
    _check(messages, responses)
    Study.objects.select_for_update().get(pk=study.pk)  # two prompts at once would take the same position
    last = study.prompts.aggregate(last=Max("position"))["last"]
    position = 0 if last is None else last + 1
    prompt = Prompt(
        study=study,
        key=key.strip() or f"prompt-{position + 1}",
        position=position,
        topic=topic.strip(),
        language=language.strip(),
        messages=[{"role": message["role"], "content": message["content"]} for message in messages],
        candidates=len(responses),
        is_anchor=is_anchor,
    )
    prompt.full_clean()
    prompt.save()
    Response.objects.bulk_create(
        Response(
            prompt=prompt,
            letter=letter,
            messages=[{"role": "assistant", "content": text.strip()}],
            source=Response.Source.WRITTEN,
            made_on=timezone.now().date(),
        )
        for letter, text in zip(prompt.letters, responses, strict=True)
    )
    Criterion.objects.bulk_create(
        Criterion(
            prompt=prompt,
            key=f"{prompt.key}-{number}",
            position=number - 1,
            text=text.strip(),
            origin=Criterion.Origin.SEEDED,
        )
        for number, text in enumerate(criteria, start=1)
    )
    record(
        by=by,
        action="prompt.added",
        target=f"prompt:{prompt.pk}",
        study=study.slug,
        details={"key": prompt.key, "responses": len(responses), "criteria": len(criteria)},
    )
    return prompt


def _check(messages: Sequence[Mapping[str, str]], responses: Sequence[str]) -> None:
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
