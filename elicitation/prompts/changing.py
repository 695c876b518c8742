"""Change, move and remove prompts, as long as nobody has been given them."""

from collections.abc import Mapping, Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, Max, OuterRef, Q
from django.utils.translation import gettext as _

from collective.accounts.models import User
from collective.audit.chain import record
from elicitation.models import Assessment, Assignment, Prompt, Study
from elicitation.signals import prompt_changed

from .content import Provenance, check, clean_messages, copy_content, set_criteria, set_responses


class PromptInUse(Exception):
    """People have been given the prompt: what they answered must stay what they saw."""


def is_in_use(prompt: Prompt) -> bool:
    """Return whether anybody was given a prompt, or the re-test of it."""
    same = Prompt.objects.filter(Q(pk=prompt.pk) | Q(retest_of=prompt))
    given = Exists(Assignment.objects.filter(prompt=OuterRef("pk")))
    answered = Exists(Assessment.objects.filter(prompt=OuterRef("pk")))
    return same.filter(given | answered).exists()


@transaction.atomic
def change_prompt(
    *,
    by: User | None,
    prompt: Prompt,
    messages: Sequence[Mapping[str, str]],
    responses: Sequence[str],
    criteria: Sequence[str] = (),
    topic: str = "",
    language: str = "",
    is_anchor: bool = False,
    attention_best: str = "",
    provenance: Sequence[Provenance | None] = (),
) -> Prompt:
    """Change what a prompt says; its re-test follows. The arguments are those of `add_prompt`.

    What others made of the old text (a spec's ranking of it) is told to go by `prompt_changed`. Raises `PromptInUse`
    and `ValidationError`.
    """
    kept = _take(prompt)
    if kept.retest_of_id:
        raise ValidationError(_("A re-test asks what its anchor asks: change the anchor."))
    check(messages, responses, attention_best)
    if kept.retests.exists() and (not is_anchor or attention_best):
        raise ValidationError({"is_anchor": _("It is asked again, so it stays an anchor: remove the re-test first.")})
    kept.messages, kept.candidates = clean_messages(messages), len(responses)
    kept.topic, kept.language = topic.strip(), language.strip()
    kept.is_anchor, kept.attention_best = is_anchor, attention_best
    kept.full_clean()
    kept.save()
    set_responses(kept, responses, provenance)
    set_criteria(kept, criteria)
    for retest in kept.retests.all():
        copy_content(kept, retest)
        prompt_changed.send(sender=Prompt, prompt=retest)
    prompt_changed.send(sender=Prompt, prompt=kept)
    _record(by, kept, "prompt.changed")
    return kept


@transaction.atomic
def move_prompt(*, by: User | None, prompt: Prompt, down: bool) -> None:
    """Let a prompt change places with the one before or after it; at the end of the list nothing changes.

    The order is that of lists and exports: people are given prompts by coverage.
    """
    Study.objects.select_for_update().get(pk=prompt.study_id)
    kept = Prompt.objects.get(pk=prompt.pk)
    prompts = Prompt.objects.filter(study=kept.study_id)
    if down:
        other = prompts.filter(position__gt=kept.position).order_by("position").first()
    else:
        other = prompts.filter(position__lt=kept.position).order_by("-position").first()
    if other is None:
        return
    free = prompts.aggregate(last=Max("position"))["last"] + 1
    own, others = kept.position, other.position
    for row, position in ((kept, free), (other, own), (kept, others)):
        row.position = position
        row.save(update_fields=["position"])
    _record(by, kept, "prompt.moved")


@transaction.atomic
def remove_prompt(*, by: User | None, prompt: Prompt) -> None:
    """Remove a prompt with its re-test. Raises `PromptInUse`."""
    kept = _take(prompt)
    _record(by, kept, "prompt.removed")
    kept.delete()


def _take(prompt: Prompt) -> Prompt:
    kept = Prompt.objects.select_for_update(of=("self",)).select_related("study").get(pk=prompt.pk)
    if is_in_use(kept):
        raise PromptInUse(_("People have been given this prompt already: it stays as it is."))
    return kept


def _record(by: User | None, prompt: Prompt, action: str) -> None:
    record(by=by, action=action, target=f"prompt:{prompt.pk}", study=prompt.study.slug, details={"key": prompt.key})
