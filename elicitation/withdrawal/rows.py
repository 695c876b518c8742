"""What goes when somebody takes something back: their own rows, each kind named."""

from django.db.models import Q, QuerySet

from elicitation.models import (
    AnswerState,
    Assessment,
    Assignment,
    Criterion,
    Draft,
    IntakeAnswer,
    PanelEvent,
    Participant,
    Ranking,
    Score,
    TextReading,
)

from .reach import TEXT_FIELDS


def delete_everything(participant: Participant) -> None:
    """Delete all rows that hold something of a person, apart from the person's own and how to pay them."""
    Criterion.objects.filter(author=participant).delete()
    Assessment.objects.filter(participant=participant).delete()
    Score.objects.filter(participant=participant).delete()
    Assignment.objects.filter(participant=participant).delete()
    participant.intake_answers.all().delete()
    participant.quality_flags.all().delete()
    participant.exclusions.all().delete()
    participant.quiz_attempts.all().delete()
    participant.withdrawals.all().delete()
    participant.quota_places.all().delete()


def delete_names(participant: Participant) -> None:
    """Delete under which names a person was known elsewhere: to their panel, or as an address."""
    entry = getattr(participant, "panel_entry", None)
    if entry is not None:
        PanelEvent.objects.filter(panel=entry.panel, external_id=entry.external_id).update(external_id="")
        entry.delete()
    invitation = getattr(participant, "invitation", None)
    if invitation is not None:
        invitation.delete()


def delete_answer(assessment: Assessment, criteria: QuerySet[Criterion]) -> None:
    """Delete what was given on a prompt. Others may be given the prompt in its place; this person is not again."""
    criteria.delete()
    assignment = assessment.assignment
    assessment.delete()
    if assignment is not None:
        Draft.objects.filter(assignment=assignment).delete()


def blank_texts(participant: Participant, intake: QuerySet[IntakeAnswer]) -> None:
    """Delete what a person wrote in their own words, and leave what they chose, placed and scored."""
    readings = Q(ranking__assessment__participant=participant) | Q(assessment__participant=participant)
    TextReading.objects.filter(readings | Q(intake_answer__in=intake)).delete()
    Criterion.objects.filter(author=participant).delete()
    Ranking.objects.filter(assessment__participant=participant).exclude(justification="").update(justification="")
    written = Assessment.objects.filter(participant=participant)
    written.exclude(unacceptable_rationale="").update(unacceptable_rationale="")
    _blank_intake(intake)
    for draft in Draft.objects.filter(assignment__participant=participant):
        kept = {name: values for name, values in draft.fields.items() if not name.endswith(TEXT_FIELDS)}
        if kept != draft.fields:
            draft.fields, draft.revision = kept, draft.revision + 1
            draft.save()


def blank_intake(participant: Participant) -> None:
    """Turn what a person said about themselves into questions left open."""
    TextReading.objects.filter(intake_answer__participant=participant).delete()
    _blank_intake(participant.intake_answers.all())


def _blank_intake(intake: QuerySet[IntakeAnswer]) -> None:
    intake.filter(state=AnswerState.ANSWERED).update(state=AnswerState.SKIPPED, value="", original="")
