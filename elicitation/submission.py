"""Hand in a task: everything of it is stored at once, exactly once.

The form carries an idempotency key, made when the task was reserved. A second click, a retry after a lost answer or a
stale page brings the same key and gets the stored row, whatever it says. `submit` returns only after the commit, so
that a page may then say "saved".

No entry of the audit log is written: answers are their own record, and the chain would make everybody queue.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from . import assignment as assignments
from . import quotas
from .answers import Answers, Asked, read_answers
from .drafts import FormFields, clean_fields
from .models import Assessment, Assignment, Draft, Participant, Prompt, Study
from .protocol import SCREENS, steps_asked
from .storing import Circumstances, OpenTask, read_open_task, store, stored_assessment
from .webhooks import emit
from .webhooks.addresses import ASSESSMENT_SUBMITTED

_LONGEST_STEP_SECONDS = 86_400.0
# What a form carries beside answers.
_BESIDE_ANSWERS = frozenset({"csrfmiddlewaretoken", "revision", "protocol", "seconds", "typing", "later"})
# The texts of a task, and what is counted of how each came about.
_TEXTS = frozenset({"unacceptable_why", "personal_why", "world_why", "own_criterion"})
_MOST_COUNTED = {"typed": 1_000_000, "pasted": 1_000_000, "kept": 1_000_000, "seconds": int(_LONGEST_STEP_SECONDS)}


class UnknownTask(Exception):
    """The person has no such task."""


class StudyClosed(Exception):
    """The study was closed; it takes no more answers."""


class TaskGone(Exception):
    """The task was given back, or the person's part in the study is over: it takes no more answers."""


class NewerDraft(Exception):
    """Another tab has saved something newer than what was sent; the person decides which of the two they mean."""


@dataclass(frozen=True)
class Submitted:
    """The stored assessment, whether it had been there before, and whether it was no longer needed."""

    assessment: int
    repeated: bool
    is_surplus: bool = False


@dataclass(frozen=True)
class Sender:
    """Who sends a task: what their cookie holds, and the link of the study they are in."""

    token: str
    link: str


def submit(
    *, key: uuid.UUID, sender: Sender, fields: FormFields, circumstances: Circumstances | None = None
) -> Submitted:
    """Store what a person sent on a task.

    `fields` are read by `answers.read_answers`; beside them `revision` names the draft the page last saved or showed,
    and `protocol` the protocol version it was made from.

    Raises `UnknownTask`, `AnswersRefused` (with an error per field), `NewerDraft`, `TaskGone` and `StudyClosed`;
    nothing is then stored, and the draft stays.
    """
    task = read_open_task(
        key=key,
        token=sender.token,
        link=sender.link,
        protocol=_number(fields, "protocol"),
    )
    if task is None:
        raise UnknownTask(_("There is no such task among yours."))
    if task.state == Assignment.State.SUBMITTED and (known := stored_assessment(key)):
        return Submitted(known, repeated=True)
    if task.study_status == Study.Status.CLOSED:
        raise StudyClosed(_("This study was closed and takes no more answers."))
    answers = read_answers(fields, what_was_asked(task))
    _refuse_older_than_draft(task, fields)
    return _store(task, key, answers, circumstances or Circumstances())


def what_was_asked(task: OpenTask) -> Asked:
    """Return what the protocol asks this person on the task."""
    steps = [step.key for step in steps_asked(task.steps, task.form)]
    return Asked(steps=steps, shown_order=task.shown_order, criteria=task.criteria)


def read_step_seconds(seconds: Mapping[str, object]) -> dict[str, float]:
    """Return the times per screen that make sense; they come from the person's device and are only ever a hint."""
    return {
        step: round(min(float(value), _LONGEST_STEP_SECONDS), 1)
        for step, value in seconds.items()
        if step in SCREENS and isinstance(value, int | float) and value >= 0
    }


def takes_late(participant: Participant, study: Study) -> bool:
    """Return whether a person may still hand in what they had begun when its lease ran out.

    They may after their days are over, for as long as a lease lasts, and when they have finished; not when they have
    returned, withdrawn or been sent away.
    """
    if participant.outcome not in {"", Participant.Outcome.COMPLETE, Participant.Outcome.TIMED_OUT}:
        return False
    return not assignments.is_overdue(participant, grace=timedelta(minutes=study.lease_minutes))


def read_typing(counts: Mapping[str, object]) -> dict[str, dict[str, int]]:
    """Return how many characters of each text were typed and pasted, and the seconds it was in focus.

    `kept` are characters that stood there when the page was opened. Like all that a person's device says of itself this
    is only ever a hint; what makes no sense is passed over.
    """
    found = {}
    for text, counted in counts.items():
        if text in _TEXTS and isinstance(counted, Mapping):
            read = {name: _count(counted.get(name), most) for name, most in _MOST_COUNTED.items()}
            found[text] = {name: count for name, count in read.items() if count or name != "kept"}
    return found


def _count(value: object, most: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float) or not value > 0:
        return 0
    return int(min(value, most))


def _store(task: OpenTask, key: uuid.UUID, answers: Answers, circumstances: Circumstances) -> Submitted:
    if task.is_open and (made := _store_and_tell(task, key, answers, circumstances)):
        return Submitted(made, repeated=False)
    if known := stored_assessment(key):  # a second click was quicker
        return Submitted(known, repeated=True)
    return _store_late(task, key, answers, circumstances)


@transaction.atomic
def _store_late(task: OpenTask, key: uuid.UUID, answers: Answers, circumstances: Circumstances) -> Submitted:
    """Store a task whose lease has ended: counted if the prompt still needs answers, else as surplus."""
    study = Study.objects.get(pk=task.study)
    assignments.queue_up(study)
    # Held, so that an end (a return to the panel, a withdrawal) comes before or after the whole of this.
    participant = Participant.objects.select_for_update(no_key=True).get(pk=task.participant)
    participant.study = study
    assignment = Assignment.objects.select_related("prompt").filter(pk=task.assignment, idempotency_key=key).first()
    if assignment is None:  # taken back meanwhile
        raise UnknownTask(_("There is no such task among yours."))
    assignment.participant = participant
    if assignment.state == Assignment.State.RETURNED or not takes_late(participant, study):
        raise TaskGone(_("Your part in this study is over, so this task takes no more answers."))
    counts = assignments.reclaim(assignment, study) and quotas.holds_places(participant, study)
    if not counts and assignment.state == Assignment.State.EXPIRED:
        assignments.reopen(assignment, study)
    made = _store_and_tell(task, key, answers, circumstances, is_surplus=not counts)
    if made is None:  # a second click was quicker
        return Submitted(Assessment.objects.get(idempotency_key=key).pk, repeated=True)
    return Submitted(made, repeated=False, is_surplus=not counts)


def _store_and_tell(
    task: OpenTask, key: uuid.UUID, answers: Answers, circumstances: Circumstances, *, is_surplus: bool = False
) -> int | None:
    """Store the answers; where other systems are told of them, queue that in the same transaction."""
    if not task.is_told:
        return store(task=task, key=key, answers=answers, circumstances=circumstances, is_surplus=is_surplus)
    with transaction.atomic():
        made = store(task=task, key=key, answers=answers, circumstances=circumstances, is_surplus=is_surplus)
        if made is not None:
            prompt = Prompt.objects.select_related("study").get(pk=task.prompt)
            data = {"participant": task.participant_key, "prompt": prompt.key, "assessment": made}
            emit(study=prompt.study, event=ASSESSMENT_SUBMITTED, data=data)
        return made


def _refuse_older_than_draft(task: OpenTask, fields: FormFields) -> None:
    """Refuse a page that knows nothing of the newest draft, unless the draft says the same."""
    if task.draft_revision is None or revision_of(fields) >= task.draft_revision:
        return
    newest = Draft.objects.filter(assignment=task.assignment).first()
    if newest and newest.fields != clean_fields(answer_fields(fields)):
        raise NewerDraft(
            _("You went on with this task in another tab or on another device since this page was opened.")
        )


def answer_fields(fields: FormFields) -> dict[str, list[str]]:
    """Return a form's fields without those that are not answers: what a draft keeps."""
    return {name: list(values) for name, values in fields.items() if name not in _BESIDE_ANSWERS}


def revision_of(fields: FormFields) -> int:
    """Return the revision of the draft that a form builds on, 0 for none."""
    return _number(fields, "revision") or 0


def _number(fields: FormFields, name: str) -> int | None:
    values = fields.get(name)
    sent = values[-1] if values else ""
    return int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 10 else None
