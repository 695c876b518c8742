"""Keep the flags of studies in step with what people have given.

Flags are found anew as a whole, in one transaction that alone does so for its study, and only what differs is written:
a task may be killed at any line, or come twice, and the next one finishes the same work.
"""

import hashlib
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import numpy as np
from django.db import connection, transaction
from django.db.models import Count, F, Max, Q
from django.utils import timezone

from elicitation.models import Assessment, Participant, QualityFlag, QualityReport, Study

from .consistency import find_uneven_halves, measure_halves, retest_taus
from .finding import find_each
from .given import Finding, Material, load_material

RULES: Final = 1
"""To be raised when a sign is looked for in another way, so that flags are found anew everywhere."""

REST: Final = timedelta(minutes=3)
"""Between two findings in a study to which answers keep coming: they take seconds, of which there are others to use."""

_LOCK: Final = 41_880_223
_BATCH: Final = 1000


@dataclass(frozen=True)
class Recomputed:
    """What finding the flags anew has changed."""

    added: int
    changed: int
    removed: int
    flags: int


def recompute(study: Study) -> Recomputed | None:
    """Find the flags of a study anew; None where somebody else is at it."""
    with transaction.atomic():
        if not _only_one(study):
            return None
        state, asked_at = state_of(study), timezone.now()
        material = load_material(study)
        halves = measure_halves(material)
        findings = [*find_each(material), *find_uneven_halves(halves)]
        done = _write(study, findings)
        QualityReport.objects.update_or_create(
            study=study,
            defaults={
                "seen": state,
                "found_at": asked_at,
                "asked_at": None,
                "people": len(material.people),
                "figures": _figures(material, halves.reliability.to_json(), len(halves.people)),
            },
        )
        return done


def ask_anew(study: Study) -> None:
    """Have the next sweep find a study's flags anew, whatever has changed."""
    QualityReport.objects.update_or_create(study=study, defaults={"asked_at": timezone.now()})


def due_studies() -> list[Study]:
    """Return the studies whose answers have changed since their flags were found, the longest waiting first."""
    rested = Q(quality_report__isnull=True) | Q(quality_report__found_at__isnull=True)
    rested |= Q(quality_report__found_at__lt=timezone.now() - REST) | Q(quality_report__asked_at__isnull=False)
    studies = Study.objects.filter(rested).select_related("quality_report")
    ordered = studies.order_by(F("quality_report__found_at").asc(nulls_first=True), "pk")
    return [study for study in ordered if _is_due(study)]


def _is_due(study: Study) -> bool:
    report = getattr(study, "quality_report", None)
    if report is None:
        return Assessment.objects.filter(prompt__study=study).exists()
    return report.asked_at is not None or report.seen != state_of(study)


def state_of(study: Study) -> str:
    """Return a digest that changes with what people have given, and with what prompts are there to test them."""
    given = Assessment.objects.filter(prompt__study=study).aggregate(
        n=Count("pk"), last=Max("pk"), corrected=Max("corrected_at")
    )
    special = study.prompts.filter(~Q(attention_best="") | Q(retest_of__isnull=False))
    tests = sorted(special.values_list("pk", "attention_best", "retest_of_id"))
    parts = (RULES, given["n"], given["last"], given["corrected"], tests)
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def _only_one(study: Study) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [_LOCK, study.pk])
        return bool(cursor.fetchone()[0])


def _write(study: Study, findings: list[Finding]) -> Recomputed:
    """Make the rows those of the findings. People who withdrew meanwhile are passed over."""
    people = set(Participant.objects.select_for_update(no_key=True).filter(study=study).values_list("pk", flat=True))
    given = set(Assessment.objects.filter(prompt__study=study).values_list("pk", flat=True))
    wanted = {
        (found.person, found.assessment, found.kind): found
        for found in findings
        if found.person in people and (found.assessment is None or found.assessment in given)
    }
    present = {
        (flag.participant_id, flag.assessment_id, flag.kind): flag
        for flag in QualityFlag.objects.filter(participant__study=study)
    }
    gone = [flag.pk for place, flag in present.items() if place not in wanted]
    QualityFlag.objects.filter(pk__in=gone).delete()
    changed = [
        _updated(flag, wanted[place])
        for place, flag in present.items()
        if place in wanted and (flag.strength, flag.evidence) != (wanted[place].strength, wanted[place].evidence)
    ]
    QualityFlag.objects.bulk_update(changed, ["strength", "evidence"], batch_size=_BATCH)
    new = [_row(found) for place, found in wanted.items() if place not in present]
    QualityFlag.objects.bulk_create(new, batch_size=_BATCH)
    return Recomputed(added=len(new), changed=len(changed), removed=len(gone), flags=len(wanted))


def _row(found: Finding) -> QualityFlag:
    return QualityFlag(
        participant_id=found.person,
        assessment_id=found.assessment,
        kind=found.kind,
        strength=found.strength,
        evidence=found.evidence,
    )


def _updated(flag: QualityFlag, found: Finding) -> QualityFlag:
    flag.strength, flag.evidence = found.strength, found.evidence
    return flag


def _figures(material: Material, reliability: dict[str, Any], halved: int) -> dict[str, Any]:
    taus = retest_taus(material)
    attention = Counter(bool(material.prompts[each.prompt].attention_best) for each in material.everything())
    return {
        "reliability": reliability,
        "halved_people": halved,
        "retest_people": len(taus),
        "retest_tau": round(float(np.mean(taus)), 4) if taus else None,
        "attention_given": attention[True],
    }
