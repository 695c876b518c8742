"""Correct an answer that was handed in, within the days a study gives for it.

The days run from handing in, whether the study is still open or not: they were promised. They end early for who has
looked at how others answered (`standing`), so that what people say stays their own.

A correction is one transaction under the row's lock. `submitted_at` stays, `corrected_at` says when. A ranking whose
order changes is a new row with a new key: runs of the spec loop keep to the rankings up to a key, so none that has
begun ever reads an order that was given after it began, and evidence that named the old order goes with it. Words that
are replaced are taken back wherever they were repeated, as by a withdrawal.
"""

import uuid
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from measures.rankings import LETTERS

from . import intake
from .answers import Answers, Asked, GivenRanking, read_answers
from .drafts import FormFields
from .models import (
    AnswerState,
    Assessment,
    Criterion,
    Participant,
    ProtocolVersion,
    Ranking,
    Score,
    TextReading,
    UnacceptableFlag,
)
from .protocol import CRITERIA, RANKING_STEPS, SCALE_LEVELS, steps_asked
from .quality.recomputing import ask_anew
from .withdrawal import Taken
from .withdrawal.reach import forget_copies, own_criteria, own_words


class CorrectionRefused(Exception):
    """The answer can be corrected no more; the message says why."""


class NewerAnswer(Exception):
    """The answer was corrected in another tab since the page was opened."""


def correctable_until(assessment: Assessment) -> datetime:
    """Return until when an answer can be corrected."""
    return assessment.submitted_at + timedelta(days=assessment.participant.study.correction_days)


def intake_correctable_until(participant: Participant) -> datetime | None:
    """Return until when a person can correct what they said about themselves; None before they have said it."""
    if participant.intake_at is None:
        return None
    return participant.intake_at + timedelta(days=participant.study.correction_days)


def can_correct(assessment: Assessment) -> bool:
    """Return whether an answer can be corrected now."""
    return not _why_not(assessment.participant, correctable_until(assessment))


def can_correct_intake(participant: Participant) -> bool:
    """Return whether a person can correct now what they said about themselves."""
    return not _why_not(participant, intake_correctable_until(participant))


def version_of(assessment: Assessment) -> int:
    """Return a number that changes with every correction: a page carries it, so that an old one is noticed."""
    return 0 if assessment.corrected_at is None else int(assessment.corrected_at.timestamp() * 1_000_000)


def what_was_asked(assessment: Assessment) -> Asked:
    """Return what the person was asked on this task, by the version they answered under."""
    steps = [step.key for step in steps_asked(assessment.protocol.steps, assessment.participant.form)]
    scored = assessment.scores.exclude(criterion__author=assessment.participant_id)
    criteria = list(scored.order_by("criterion__position", "criterion").values_list("criterion", flat=True))
    shown = assessment.shown_order or assessment.prompt.letters
    return Asked(steps=steps, shown_order=shown, criteria=criteria)


def stored_answers(assessment: Assessment) -> Answers:
    """Return an answer as it is stored, in the form in which a sent one is read."""
    asked = what_was_asked(assessment)
    rankings = {ranking.block: ranking for ranking in assessment.rankings.all()}
    scores = dict(assessment.scores.values_list("criterion", "value"))
    own = own_criteria(assessment).first()
    return Answers(
        scales={scale: (getattr(assessment, f"{scale}_state"), getattr(assessment, scale)) for scale in SCALE_LEVELS},
        unacceptable_state=assessment.unacceptable_state,
        unacceptable=tuple(sorted(flag.letter for flag in assessment.unacceptable_flags.all())),
        unacceptable_rationale=assessment.unacceptable_rationale,
        rankings=[
            GivenRanking(ranking.block, ranking.order, ranking.justification)
            for step, block in RANKING_STEPS.items()
            if step in asked.steps and (ranking := rankings.get(block)) is not None
        ],
        scores={key: scores[key] for key in asked.criteria} if CRITERIA in asked.steps else {},
        own_criterion=own.text if own else "",
        own_score=scores.get(own.pk) if own else None,
    )


def stored_fields(assessment: Assessment) -> dict[str, list[str]]:
    """Return an answer as the fields of the task's form, in the letters the person was shown."""
    asked, stored = what_was_asked(assessment), stored_answers(assessment)
    shown = {letter: LETTERS[place] for place, letter in enumerate(asked.shown_order)}
    fields: dict[str, list[str]] = {
        "unacceptable": [shown[letter] for letter in stored.unacceptable],
        "unacceptable_why": [stored.unacceptable_rationale],
        "own_criterion": [stored.own_criterion],
        "own_score": [_written(stored.own_score)],
    }
    if stored.unacceptable_state == AnswerState.ANSWERED and not stored.unacceptable:
        fields["unacceptable_none"] = ["1"]
    for ranking in stored.rankings:
        step = next(step for step, block in RANKING_STEPS.items() if block == ranking.block)
        fields[f"{step}_why"] = [ranking.justification]
        if not ranking.order:
            fields[f"{step}_skip"] = ["1"]
        for place, group in enumerate(ranking.order.split(">") if ranking.order else [], start=1):
            for letter in group.split("="):
                fields[f"{step}_place_{shown[letter]}"] = [str(place)]
    for scale, (_state, level) in stored.scales.items():
        fields[scale] = [_written(level)]
    for key, value in stored.scores.items():
        fields[f"score_{key}"] = [_written(value)]
    return {name: values for name, values in fields.items() if any(values)}


@transaction.atomic
def correct(*, participant: Participant, assessment: int, fields: FormFields, version: int) -> Assessment:
    """Put what was sent in the place of an answer, by its key; `version` is `version_of` the one the page showed.

    The same answer sent again is stored already. Raises `Assessment.DoesNotExist`, `CorrectionRefused`,
    `AnswersRefused` and, where another tab was quicker and said something else, `NewerAnswer`.
    """
    held = (
        Assessment.objects.select_for_update(of=("self",))
        .select_related("participant__study", "prompt", "protocol")
        .get(pk=assessment, participant=participant)
    )
    if why := _why_not(held.participant, correctable_until(held)):
        raise CorrectionRefused(why)
    stored = stored_answers(held)
    given = _read(fields, held, stored)
    if given == stored:
        return held
    if version != version_of(held):
        raise NewerAnswer(_("You corrected this answer in another tab or on another device meanwhile."))
    _take_back_what_is_replaced(held, stored, given)
    _store(held, stored, given)
    return held


@transaction.atomic
def correct_intake(*, participant: Participant, protocol: ProtocolVersion, given: Mapping[str, str]) -> None:
    """Put other answers in the place of what a person said about themselves.

    The place they hold in a quota stays as it is: others were let in or turned away by it.

    Raises `CorrectionRefused` and `intake.IntakeRefused`.
    """
    kept = Participant.objects.select_for_update(no_key=True, of=("self",)).select_related("study")
    person = kept.get(pk=participant.pk)
    if why := _why_not(person, intake_correctable_until(person)):
        raise CorrectionRefused(why)
    before = set(own_words(person).values_list("original", flat=True))
    intake.save_intake(participant=person, protocol=protocol, given=given)
    replaced = before - set(own_words(person).values_list("original", flat=True)) - {""}
    if replaced:
        TextReading.objects.filter(intake_answer__participant=person).delete()
        forget_copies(Taken(participant=person, texts=frozenset(replaced)))


def _why_not(participant: Participant, until: datetime | None) -> str:
    """Say in a sentence why something can be corrected no more, "" where it can."""
    if participant.withdrawn_at is not None:
        return _("You took back what you gave, so there is nothing to correct.")
    if participant.compared_at is not None:
        return _("You have looked at how others answered. From then on, answers can no longer be corrected.")
    if until is None or timezone.now() > until:
        return _("The time in which this could be corrected has passed. You can still take it back.")
    return ""


def _read(fields: FormFields, assessment: Assessment, stored: Answers) -> Answers:
    """Read what was sent. A criterion that the page did not show keeps its score."""
    asked = what_was_asked(assessment)
    shown = [key for key in asked.criteria if f"score_{key}" in fields]
    given = read_answers(fields, replace(asked, criteria=shown))
    if CRITERIA in asked.steps:
        given.scores = {**stored.scores, **given.scores}
    return given


def _take_back_what_is_replaced(assessment: Assessment, stored: Answers, given: Answers) -> None:
    before, after = _texts(stored), _texts(given)
    own = own_criteria(assessment).exclude(text=given.own_criterion)
    replaced = before - after
    if replaced:
        criteria = frozenset(own.values_list("pk", flat=True))
        forget_copies(Taken(participant=assessment.participant, criteria=criteria, texts=frozenset(replaced)))


def _texts(answers: Answers) -> set[str]:
    written = {ranking.justification for ranking in answers.rankings}
    return (written | {answers.unacceptable_rationale, answers.own_criterion}) - {""}


def _store(assessment: Assessment, stored: Answers, given: Answers) -> None:
    for scale, (state, level) in given.scales.items():
        setattr(assessment, f"{scale}_state", state)
        setattr(assessment, scale, level)
    if given.unacceptable_rationale != stored.unacceptable_rationale:
        TextReading.objects.filter(assessment=assessment).delete()
    assessment.unacceptable_state = given.unacceptable_state
    assessment.unacceptable_rationale = given.unacceptable_rationale
    assessment.originals = {}
    assessment.corrected_at = timezone.now()
    assessment.save()
    if given.unacceptable != stored.unacceptable:
        assessment.unacceptable_flags.all().delete()
        UnacceptableFlag.objects.bulk_create(
            UnacceptableFlag(assessment=assessment, letter=letter) for letter in given.unacceptable
        )
    for ranking in given.rankings:
        _store_ranking(assessment, ranking)
    for criterion, value in given.scores.items():
        _store_score(assessment, criterion, value)
    _store_own_criterion(assessment, stored, given)
    # Signs of an answer that is no longer there; what stands there now is looked at like any other.
    assessment.quality_flags.all().delete()
    ask_anew(assessment.participant.study)


def _store_ranking(assessment: Assessment, given: GivenRanking) -> None:
    row = assessment.rankings.filter(block=given.block).first()
    if row is not None and row.order == given.order:
        if row.justification != given.justification:
            TextReading.objects.filter(ranking=row).delete()
            row.justification = given.justification
            row.save(update_fields=["justification"])
        return
    if row is not None:
        row.delete()
    Ranking.objects.create(
        assessment=assessment,
        block=given.block,
        state=given.state,
        order=given.order,
        candidates=assessment.prompt.candidates,
        justification=given.justification,
    )


def _store_score(assessment: Assessment, criterion: int, value: int | None) -> None:
    state = AnswerState.SKIPPED if value is None else AnswerState.ANSWERED
    Score.objects.update_or_create(
        participant=assessment.participant,
        criterion_id=criterion,
        defaults={"assessment": assessment, "state": state, "value": value},
    )


def _store_own_criterion(assessment: Assessment, stored: Answers, given: Answers) -> None:
    """A criterion with other words is another one: what was made of the first was not made of this."""
    own = own_criteria(assessment)
    if given.own_criterion != stored.own_criterion:
        own.delete()
    if not given.own_criterion:
        return
    row = own.first()
    if row is None:
        last = assessment.prompt.criteria.aggregate(last=Max("position"))["last"]
        row = Criterion.objects.create(
            prompt=assessment.prompt,
            key=f"own-{uuid.uuid4()}",
            position=0 if last is None else last + 1,
            text=given.own_criterion,
            origin=Criterion.Origin.PARTICIPANT,
            author=assessment.participant,
        )
    _store_score(assessment, row.pk, given.own_score)


def _written(value: int | None) -> str:
    return "" if value is None else str(value)
