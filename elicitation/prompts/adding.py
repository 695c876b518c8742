"""Add prompts to a study by hand."""

from collections.abc import Mapping, Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from collective.accounts.models import User
from collective.audit.chain import record
from elicitation.models import Prompt, Study

from .content import Provenance, check, clean_messages, copy_content, set_criteria, set_responses


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
    attention_best: str = "",
    provenance: Sequence[Provenance | None] = (),
) -> Prompt:
    """Add a prompt with its candidate responses and criteria at the end of a study.

    Args:
        messages: the conversation so far as {role, content}; the last one is the person's.
        responses: 2 to 6 texts, lettered in this order.
        criteria: statements that people score, in this order.
        key: name in imports and exports; without one, `prompt-N`.
        attention_best: of an attention item, the letter that reading it tells to put first.
        provenance: of each response, which model wrote it; None for one written by hand.

    Raises `ValidationError` with a sentence on what is wrong, also where the key is taken.
    """
    check(messages, responses, attention_best)
    position = _next_position(study)
    prompt = Prompt(
        study=study,
        key=key.strip() or f"prompt-{position + 1}",
        position=position,
        topic=topic.strip(),
        language=language.strip(),
        messages=clean_messages(messages),
        candidates=len(responses),
        is_anchor=is_anchor,
        attention_best=attention_best,
    )
    prompt.full_clean()
    prompt.save()
    set_responses(prompt, responses, provenance)
    set_criteria(prompt, criteria)
    details = {"key": prompt.key, "responses": len(responses), "criteria": prompt.criteria.count()}
    record(by=by, action="prompt.added", target=f"prompt:{prompt.pk}", study=study.slug, details=details)
    return prompt


@transaction.atomic
def add_retest(*, by: User | None, anchor: Prompt) -> Prompt:
    """Ask an anchor again, as a prompt of its own that comes later and is not counted as an answer.

    Raises `ValidationError` for a prompt that is no anchor or is asked again already.
    """
    if not anchor.is_anchor or anchor.retest_of_id or anchor.attention_best:
        raise ValidationError(_("Only an anchor, which everybody gets, can be asked again."))
    if anchor.retests.exists():
        raise ValidationError(_("This anchor is asked again already."))
    position = _next_position(anchor.study)
    retest = Prompt(
        study=anchor.study,
        key=f"{anchor.key[:190]}-again",
        position=position,
        messages=anchor.messages,
        candidates=anchor.candidates,
        retest_of=anchor,
    )
    retest.full_clean()
    retest.save()
    copy_content(anchor, retest)
    details = {"key": retest.key, "retest_of": anchor.key}
    record(by=by, action="prompt.added", target=f"prompt:{retest.pk}", study=anchor.study.slug, details=details)
    return retest


def _next_position(study: Study) -> int:
    """Return the place after the last prompt, keeping others from taking it until the transaction ends."""
    Study.objects.select_for_update().get(pk=study.pk)
    last = study.prompts.aggregate(last=Max("position"))["last"]
    return 0 if last is None else last + 1
