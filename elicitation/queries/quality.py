"""Read the quality flags of a study: by kind, by person, on one assessment."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, F, Max, Q, QuerySet

from elicitation.models import Assessment, Participant, QualityFlag, QualityReport, Study
from elicitation.quality.kinds import KINDS, Kind
from elicitation.quality.saying import evidence_sentence

STRONG = 0.5
STATES = {
    "": Q(),
    "counted": Q(excluded_at__isnull=True),
    "excluded": Q(excluded_at__isnull=False),
}
"""Whose flags to show, by the name it is asked for."""


@dataclass(frozen=True)
class ShownFlag:
    """A kind of flag on a person: its strength, a sentence per place, and the assessments it speaks of."""

    kind: Kind
    strength: float
    sentences: Sequence[str]
    assessments: Sequence[int]
    others: Sequence[int] = ()

    @property
    def percent(self) -> int:
        """The strength in hundredths."""
        return round(100 * self.strength)


@dataclass(frozen=True)
class KindCount:
    """How many people a kind falls on, and how many of them are excluded already."""

    kind: Kind
    people: int
    strong: int
    excluded: int
    share: float


@dataclass(frozen=True)
class WithoutThem:
    """What would be left of a study without the people chosen, beside what counts now."""

    chosen: int
    people: int
    people_now: int
    assessments: int
    assessments_now: int


@dataclass(frozen=True)
class QualityOfStudy:
    """What is known of a study's quality as a whole."""

    report: QualityReport | None
    people: int
    flagged: int
    excluded: int
    kinds: list[KindCount] = field(default_factory=list)


def quality_of(study: Study) -> QualityOfStudy:
    """Count people and flags; kinds come the most telling first, also those that fall on nobody."""
    people = _with_answers(study).aggregate(
        people=Count("pk"), excluded=Count("pk", filter=Q(excluded_at__isnull=False))
    )
    flags = QualityFlag.objects.filter(participant__study=study)
    rows = flags.values("kind").annotate(
        people=Count("participant", distinct=True),
        strong=Count("participant", distinct=True, filter=Q(strength__gte=STRONG)),
        excluded=Count("participant", distinct=True, filter=Q(participant__excluded_at__isnull=False)),
    )
    by_kind = {row["kind"]: row for row in rows}
    return QualityOfStudy(
        report=QualityReport.objects.filter(study=study).first(),
        people=people["people"],
        excluded=people["excluded"],
        flagged=flags.values("participant").distinct().count(),
        kinds=[_kind_count(kind, by_kind.get(kind.key), people["people"]) for kind in KINDS.values()],
    )


def _kind_count(kind: Kind, row: Mapping[str, Any] | None, people: int) -> KindCount:
    row = row or {"people": 0, "strong": 0, "excluded": 0}
    share = row["people"] / people if people else 0.0
    return KindCount(kind, row["people"], row["strong"], row["excluded"], share)


def _with_answers(study: Study) -> QuerySet[Participant]:
    given = Assessment.objects.filter(prompt__study=study).values("participant")
    return study.participants.filter(pk__in=given)


def flagged_people(
    study: Study, *, kind: str = "", strong: bool = False, state: str = ""
) -> QuerySet[Participant, Any]:
    """Return the people with flags of a kind (of any, without one), the strongest first.

    They carry `strongest` and `kind_count`; with no kind asked for, weak kinds do not make anybody come first.
    """
    chosen = Q(quality_flags__kind=kind) if kind else Q(quality_flags__isnull=False)
    if strong:
        chosen &= Q(quality_flags__strength__gte=STRONG)
    telling = [each.key for each in KINDS.values() if not each.is_weak]
    return (
        study.participants.filter(STATES.get(state, Q()))
        .filter(chosen)
        .annotate(
            strongest=Max("quality_flags__strength"),
            telling=Max("quality_flags__strength", filter=Q(quality_flags__kind__in=telling)),
            kind_count=Count("quality_flags__kind", distinct=True),
        )
        .order_by(F("telling").desc(nulls_last=True), F("strongest").desc(), "-kind_count", "key")
    )


def without(study: Study, people: QuerySet[Participant, Any]) -> WithoutThem:
    """Count what would still count without some people, who may be excluded already."""
    chosen = people.order_by().values("pk")
    standing = Q(participant__excluded_at__isnull=True)
    given = Assessment.objects.filter(prompt__study=study, is_surplus=False)
    counts = given.aggregate(
        people_now=Count("participant", distinct=True, filter=standing),
        people=Count("participant", distinct=True, filter=standing & ~Q(participant__in=chosen)),
        assessments_now=Count("pk", filter=standing),
        assessments=Count("pk", filter=standing & ~Q(participant__in=chosen)),
    )
    return WithoutThem(chosen=people.count(), **counts)


def flags_of(people: Iterable[Participant]) -> dict[int, list[ShownFlag]]:
    """Return the flags of people by their primary keys, the strongest first, weak kinds after the others."""
    gathered: dict[int, dict[str, list[QualityFlag]]] = defaultdict(lambda: defaultdict(list))
    flags = QualityFlag.objects.filter(participant__in=[person.pk for person in people])
    for flag in flags.order_by("-strength", "assessment__position", "pk"):
        if flag.kind in KINDS:
            gathered[flag.participant_id][flag.kind].append(flag)
    return {
        person: sorted(
            (_shown(KINDS[kind], flags) for kind, flags in by_kind.items()),
            key=lambda shown: (shown.kind.is_weak, -shown.strength),
        )
        for person, by_kind in gathered.items()
    }


def flags_on(assessment: Assessment) -> list[ShownFlag]:
    """Return the flags that speak of one assessment: on it, or naming it among others."""
    found = flags_of([assessment.participant]).get(assessment.participant_id, [])
    return [shown for shown in found if assessment.pk in shown.assessments]


def strengths(study: Study, kind: str) -> list[float]:
    """Return the strongest flag of a kind of everybody who has one."""
    flags = QualityFlag.objects.filter(participant__study=study, kind=kind)
    rows = flags.values("participant").annotate(strongest=Max("strength")).order_by("participant")
    return [row["strongest"] for row in rows]


def _shown(kind: Kind, flags: Sequence[QualityFlag]) -> ShownFlag:
    sentences = (evidence_sentence(kind.key, flag.evidence) for flag in flags)
    assessments = (pk for flag in flags for pk in flag.evidence.get("assessments", ()))
    return ShownFlag(
        kind=kind,
        strength=max(flag.strength for flag in flags),
        sentences=[sentence for sentence in dict.fromkeys(sentences) if sentence],
        assessments=list(dict.fromkeys(assessments)),
        others=[pk for flag in flags for pk in flag.evidence.get("others", ())],
    )
