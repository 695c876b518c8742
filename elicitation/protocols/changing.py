"""Write the next version of a protocol: its steps, its intake survey, its quiz.

Translations go along. They belong to the text itself (see `elicitation.wording`), so a text that is worded otherwise
has none.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from collective.accounts.models import User
from collective.audit.chain import record
from elicitation.models import ProtocolVersion, Study

from .checking import clean_intake, clean_quiz, clean_steps
from .versions import draft_of, in_force


def change_steps(*, by: User | None, study: Study, steps: Sequence[Mapping[str, Any]]) -> ProtocolVersion:
    """Set which steps are asked, in which words and order. Raises `ValidationError` with a sentence per step."""
    return _change(by, study, "steps", clean_steps(steps))


def change_intake(*, by: User | None, study: Study, intake: Sequence[Mapping[str, Any]]) -> ProtocolVersion:
    """Set the questions of the intake survey. Raises `ValidationError` with sentences by question."""
    return _change(by, study, "intake", clean_intake(intake))


def change_quiz(*, by: User | None, study: Study, quiz: Mapping[str, Any]) -> ProtocolVersion:
    """Set the quiz; an empty one switches it off. Raises `ValidationError` with sentences on what is wrong."""
    return _change(by, study, "quiz", clean_quiz(quiz))


@transaction.atomic
def discard_draft(*, by: User | None, study: Study) -> None:
    """Give up what was written since the version in force. Raises `ValidationError` where nothing is in force."""
    kept = Study.objects.select_for_update().get(pk=study.pk)
    draft = draft_of(kept)
    if draft is None:
        return
    if not kept.protocols.filter(published_at__isnull=False).exists():
        raise ValidationError(_("The only version of a study is not discarded."))
    number = draft.number
    draft.delete()
    record(
        by=by,
        action="protocol.discarded",
        target=f"study:{kept.slug}",
        study=kept.slug,
        details={"number": number},
    )


def copy_of(version: ProtocolVersion, *, number: int) -> ProtocolVersion:
    """Return an unsaved draft that says the same as a version."""
    return ProtocolVersion(
        study=version.study,
        number=number,
        steps=version.steps,
        intake=version.intake,
        quiz=version.quiz,
        translations=version.translations,
    )


@transaction.atomic
def _change(by: User | None, study: Study, part: str, value: Any) -> ProtocolVersion:
    """Write a part of the draft, made from the version in force where there is none yet; nothing where it is alike."""
    kept = Study.objects.select_for_update().get(pk=study.pk)
    draft = draft_of(kept)
    present = draft or in_force(kept)
    if getattr(present, part) == value:
        return present
    draft = draft or copy_of(present, number=present.number + 1)
    setattr(draft, part, value)
    draft.save()
    record(
        by=by,
        action="protocol.changed",
        target=f"study:{kept.slug}",
        study=kept.slug,
        details={"number": draft.number, "part": part},
    )
    return draft
