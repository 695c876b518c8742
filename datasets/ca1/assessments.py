"""Store assessments that a file brings, whichever file brings them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils import timezone

from elicitation.models import (
    AnswerState,
    Assessment,
    ProtocolVersion,
    Ranking,
    UnacceptableFlag,
)

from .labels import SCALES
from .people import People
from .reading import BadInput, Fields, quoted
from .records import AssessmentRecord, Flags, stored


class Repeats:
    """What to do where a file has a person twice on a prompt with different answers."""

    REFUSE = "refuse"
    KEEP_FIRST = "keep-first"
    CHOICES = (REFUSE, KEEP_FIRST)


@dataclass(frozen=True)
class ReadAssessment:
    """An assessment as read, with the prompt it belongs to and where it stands."""

    prompt_pk: int
    prompt_key: str
    candidates: int
    source: Fields
    record: AssessmentRecord


@dataclass
class AssessmentStore:
    """Adds assessments to a study: new ones are stored, known ones must be the same.

    A repeat of the same answers changes nothing, so that a file can be imported again. Different answers of the
    same person on the same prompt are refused, or dropped and counted under `Repeats.KEEP_FIRST`.
    """

    people: People
    protocol: ProtocolVersion
    repeats: str = Repeats.REFUSE
    added: int = 0
    known: int = 0
    dropped: int = 0
    _submitted_at: datetime = field(default_factory=timezone.now)

    def add(self, batch: list[ReadAssessment]) -> None:
        """Store a batch of assessments, in order. Raises `BadInput` for a contradiction."""
        self.people.ensure(item.record.participant for item in batch)
        present = self._present(batch)
        new: list[ReadAssessment] = []
        for item in batch:
            place = (item.prompt_pk, item.record.participant)
            if place not in present:
                present[place] = item.record
                new.append(item)
            elif same_answers(present[place], item.record):
                self.known += 1
            elif self.repeats == Repeats.KEEP_FIRST:
                self.dropped += 1
            else:
                raise self._contradiction(item)
        self._store(new)
        self.added += len(new)

    def _present(self, batch: list[ReadAssessment]) -> dict[tuple[int, str], AssessmentRecord]:
        return {
            (item.prompt_pk, item.record.participant): item.record
            for item in stored(
                Assessment.objects.filter(
                    prompt__in={item.prompt_pk for item in batch},
                    participant__in={self.people[item.record.participant] for item in batch},
                ).order_by("pk")
            )
        }

    def _contradiction(self, item: ReadAssessment) -> BadInput:
        return item.source.error(
            "annotator_id",
            f"{quoted(item.record.participant)} has answered this prompt already, with different answers; "
            "keep one of the two, or let the first stand (--repeats keep-first)",
        )

    def _store(self, items: list[ReadAssessment]) -> None:
        assessments = Assessment.objects.bulk_create(self._row(item) for item in items)
        pairs = list(zip(assessments, items, strict=True))
        Ranking.objects.bulk_create(_ranking_rows(pairs))
        UnacceptableFlag.objects.bulk_create(
            UnacceptableFlag(assessment=assessment, letter=letter)
            for assessment, item in pairs
            for letter in (item.record.flags and item.record.flags.letters) or ()
        )

    def _row(self, item: ReadAssessment) -> Assessment:
        record = item.record
        originals: dict[str, Any] = dict(record.labels)
        if record.conversation and record.conversation != item.prompt_key:
            originals["conversation_id"] = record.conversation
        if record.flags and record.flags.wording:
            originals["rating"] = list(record.flags.wording)
        scales = {
            name: value
            for scale in SCALES
            for name, value in (
                (scale.field, record.scales.get(scale.field)),
                (f"{scale.field}_state", _state(record.scales, scale.field)),
            )
        }
        return Assessment(
            prompt_id=item.prompt_pk,
            participant_id=self.people[record.participant],
            protocol=self.protocol,
            submitted_at=self._submitted_at,
            unacceptable_state=_flags_state(record.flags),
            unacceptable_rationale=record.flags.rationale if record.flags else "",
            originals=originals,
            **scales,
        )


def same_answers(one: AssessmentRecord, other: AssessmentRecord) -> bool:
    """Return whether two records hold the same answers, whatever the wording of their labels."""
    return (one.scales, one.flags, one.rankings) == (other.scales, other.flags, other.rankings)


def _flags_state(flags: Flags | None) -> AnswerState:
    if flags is None:
        return AnswerState.NOT_ASKED
    return AnswerState.SKIPPED if flags.letters is None else AnswerState.ANSWERED


def _state(scales: dict[str, int | None], name: str) -> AnswerState:
    if name not in scales:
        return AnswerState.NOT_ASKED
    return AnswerState.SKIPPED if scales[name] is None else AnswerState.ANSWERED


def _ranking_rows(pairs: list[tuple[Assessment, ReadAssessment]]) -> Iterable[Ranking]:
    for assessment, item in pairs:
        for block, ranked in item.record.rankings.items():
            yield Ranking(
                assessment=assessment,
                block=block,
                state=AnswerState.ANSWERED if ranked.order else AnswerState.SKIPPED,
                order=ranked.order,
                candidates=item.candidates,
                justification=ranked.justification,
            )
