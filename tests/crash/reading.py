"""Read from the database what it holds of a study, for the checker."""

from __future__ import annotations

from typing import Any

from elicitation.models import Assessment, Assignment, Draft, PanelEntry, Study

from .checker import Stored, StoredAssessment


def read_stored(study: Study) -> Stored:
    """Return everything of a study that people were told about."""
    assignments = Assignment.objects.filter(prompt__study=study)
    return Stored(
        assessments=[_assessment(found) for found in _assessments(study)],
        drafts={
            str(draft.assignment.idempotency_key): (draft.revision, draft.fields)
            for draft in Draft.objects.filter(assignment__prompt__study=study).select_related("assignment")
        },
        states={str(key): state for key, state in assignments.values_list("idempotency_key", "state")},
        people=dict(study.participants.values_list("token", "pk")),
        panel_ids=list(PanelEntry.objects.filter(panel__study=study).values_list("external_id", flat=True)),
        targets=dict.fromkeys(study.prompts.filter(is_anchor=False).values_list("pk", flat=True), study.overlap_target),
        tasks_per_person=study.tasks_per_person,
    )


def _assessments(study: Study) -> list[Assessment]:
    found = Assessment.objects.filter(prompt__study=study).order_by("pk")
    return list(found.prefetch_related("rankings", "unacceptable_flags", "scores__criterion"))


def _assessment(found: Assessment) -> StoredAssessment:
    return StoredAssessment(
        key=str(found.idempotency_key),
        person=found.participant_id,
        prompt=found.prompt_id,
        shown_order=found.shown_order,
        is_surplus=found.is_surplus,
        given=_given(found),
    )


def _given(found: Assessment) -> dict[str, Any]:
    own = [score for score in found.scores.all() if score.criterion.origin == "participant"]
    given: dict[str, Any] = {
        "unacceptable": sorted(flag.letter for flag in found.unacceptable_flags.all()),
        "unacceptable_why": found.unacceptable_rationale,
        "scores": {
            str(score.criterion_id): score.value
            for score in found.scores.all()
            if score.value is not None and score not in own
        },
        "own": (own[0].criterion.text, own[0].value) if own else None,
        "importance": found.importance,
        "representativeness": found.representativeness,
        "subjectivity": found.subjectivity,
    }
    rankings = {ranking.block: (ranking.order, ranking.justification) for ranking in found.rankings.all()}
    return given | {block: rankings.get(block, ("", "")) for block in ("personal", "world")}
