"""How a study runs right now: who came, how far they got, how long it takes, and when it will be full.

All of it is read from the rows that people's steps leave, in a handful of queries, so that a page can look every few
seconds.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import connection
from django.db.models import Count, Max, Min
from django.utils import timezone

from elicitation.models import Alert, Assessment, Assignment, Participant, QualityFlag, Study
from elicitation.protocol import SCREENS, STEP_KEYS
from elicitation.quality.kinds import KINDS, Kind
from measures.pace import time_left
from measures.resampling import Estimate

from .counted import counted
from .pay import PayTotals, pay_lines, totals
from .progress import Coverage, coverage
from .quotas import QuotaLevel, quota_levels

Outcome = Participant.Outcome

WINDOW: Final = timedelta(hours=24)
"""Over which the pace is taken: a whole day, so that a night does not pass for the end."""
SHORTEST_WINDOW: Final = timedelta(minutes=30)
FEWEST_PEOPLE: Final = 5
FEWEST_ASSESSMENTS: Final = 20
LATEST: Final = 2000
"""Assessments whose times are read: enough for a median, and no more work as the study grows."""
IDLE_AFTER: Final = timedelta(hours=2)
"""Without a sign of life, and without an end, a person counts as gone."""

_STEPS: Final = tuple(dict.fromkeys([*SCREENS, *STEP_KEYS]))


@dataclass(frozen=True)
class Stage:
    """A step of people's way: how many reached it, and how many of these got no further.

    Of the latter, `under_way` are there now; `ended` were sent away or gave up in a way we were told; `gone` have not
    been heard of for hours.
    """

    name: str
    task: int | None
    reached: int
    under_way: int
    ended: int
    gone: int

    @property
    def lost(self) -> int:
        """How many will not go on from here."""
        return self.ended + self.gone


@dataclass(frozen=True)
class Outcomes:
    """How many people came, and how it ended for them."""

    came: int
    consented: int
    under_way: int
    gone: int
    by_outcome: Sequence[tuple[str, str, int]]

    @property
    def complete(self) -> int:
        """How many finished."""
        return next((n for value, _, n in self.by_outcome if value == Outcome.COMPLETE), 0)


@dataclass(frozen=True)
class Times:
    """Median seconds per task and per step, of the latest assessments."""

    assessments: int
    task: float | None
    steps: Sequence[tuple[str, float]]


@dataclass(frozen=True)
class Outlook:
    """When the study will be full if people keep coming as they have: hours from now, with an interval.

    `state` is "full", "stopped" (nobody can take part), "not-yet" (too little to go by) or "known".
    """

    state: str
    remaining: int
    hours: Estimate
    window_hours: float
    people: int
    assessments: int
    now: datetime

    @property
    def at(self) -> datetime | None:
        """When, at the pace of the window."""
        return self._in(self.hours.estimate)

    @property
    def earliest(self) -> datetime | None:
        """The nearer end of the interval."""
        return self._in(self.hours.low)

    @property
    def latest(self) -> datetime | None:
        """The farther end of the interval."""
        return self._in(self.hours.high)

    def _in(self, hours: float | None) -> datetime | None:
        # Beyond ten years a date means nothing, and soon there is none.
        return None if hours is None or hours > 87_600 else self.now + timedelta(hours=hours)


@dataclass(frozen=True)
class Monitoring:
    """Everything the page of a running study shows."""

    outcomes: Outcomes
    stages: Sequence[Stage]
    times: Times
    coverage: Coverage
    quotas: Sequence[QuotaLevel]
    flags: Sequence[tuple[Kind, int]]
    excluded: int
    pay: PayTotals | None
    outlook: Outlook
    open_tasks: int
    last_answer: datetime | None
    alerts: Sequence[Alert]


def watch(study: Study) -> Monitoring:
    """Read how a study runs."""
    people = _people(study)
    covered = coverage(study)
    given = Assessment.objects.filter(prompt__study=study).aggregate(last=Max("submitted_at"))
    flagged = QualityFlag.objects.filter(participant__study=study).values("kind").order_by("kind")
    by_kind = dict(flagged.annotate(n=Count("participant", distinct=True)).values_list("kind", "n"))
    return Monitoring(
        outcomes=_outcomes(people),
        stages=_stages(study, people),
        times=median_times(study),
        coverage=covered,
        quotas=quota_levels(study),
        flags=[(kind, by_kind[key]) for key, kind in KINDS.items() if key in by_kind],
        excluded=sum(person.is_excluded for person in people),
        pay=totals(pay_lines(study)) if study.pay_base or study.pay_per_task or study.pay_screened_out else None,
        outlook=outlook(study, covered),
        open_tasks=Assignment.objects.filter(
            participant__study=study, state=Assignment.State.RESERVED, leased_until__gt=timezone.now()
        ).count(),
        last_answer=given["last"],
        alerts=list(study.alerts.filter(cleared_at__isnull=True).order_by("raised_at")),
    )


@dataclass(frozen=True, slots=True)
class _Person:
    consented: bool
    surveyed: bool
    quizzed: bool
    tasks: int
    outcome: str
    is_idle: bool
    is_excluded: bool

    @property
    def is_gone(self) -> bool:
        return not self.outcome and self.is_idle


def _people(study: Study) -> list[_Person]:
    rows = study.participants.annotate(
        tasks=Count("assessments", distinct=True),
        last_task=Max("assessments__submitted_at"),
        last_lease=Max("assignments__created_at"),
    ).values_list(
        "consented_at",
        "intake_at",
        "quiz_passed_at",
        "tasks",
        "outcome",
        "finished_at",
        "excluded_at",
        "created_at",
        "last_task",
        "last_lease",
    )
    since = timezone.now() - IDLE_AFTER
    return [
        _Person(
            consented=consented is not None,
            surveyed=intake is not None,
            quizzed=quiz is not None,
            tasks=tasks,
            # Imported people, and those of before outcomes were noted, have only the time at which they finished.
            outcome=outcome or (Outcome.COMPLETE.value if finished else ""),
            is_idle=max(at for at in (consented, intake, quiz, created, last, lease) if at is not None) < since,
            is_excluded=excluded is not None,
        )
        for consented, intake, quiz, tasks, outcome, finished, excluded, created, last, lease in rows
    ]


def _outcomes(people: Sequence[_Person]) -> Outcomes:
    counts = Counter(person.outcome for person in people)
    return Outcomes(
        came=len(people),
        consented=sum(person.consented for person in people),
        under_way=sum(not person.outcome and not person.is_idle for person in people),
        gone=sum(person.is_gone for person in people),
        by_outcome=[(value, str(label), counts[value]) for value, label in Outcome.choices if counts[value]],
    )


def _stages(study: Study, people: Sequence[_Person]) -> list[Stage]:
    """Return the stages of the way in order; the quiz only where somebody has passed it."""
    has_quiz = any(person.quizzed for person in people)
    most = max([study.tasks_per_person, *(person.tasks for person in people)])
    names: list[tuple[str, int | None]] = [("came", None), ("consented", None), ("survey", None)]
    names += [("quiz", None)] if has_quiz else []
    names += [("task", number) for number in range(1, most + 1)]
    stopped: dict[int, list[_Person]] = defaultdict(list)
    for person in people:
        stopped[_last_stage(person, has_quiz)].append(person)
    stages, ahead = [], len(people)
    for place, (name, task) in enumerate(names):
        here = stopped[place]
        stages.append(
            Stage(
                name=name,
                task=task,
                reached=ahead,
                under_way=sum(not person.outcome and not person.is_idle for person in here),
                ended=sum(person.outcome not in {"", Outcome.COMPLETE} for person in here),
                gone=sum(person.is_gone for person in here),
            )
        )
        ahead -= len(here)
    complete = sum(person.outcome == Outcome.COMPLETE for person in people)
    return [*stages, Stage("finished", None, complete, 0, 0, 0)]


def _last_stage(person: _Person, has_quiz: bool) -> int:
    before_tasks = 3 if has_quiz else 2
    if person.tasks:
        return before_tasks + person.tasks
    if has_quiz and person.quizzed:
        return 3
    return 2 if person.surveyed else 1 if person.consented else 0


_MEDIANS: Final = """
WITH latest AS (
  SELECT a.id, a.step_seconds FROM elicitation_assessment a JOIN elicitation_prompt p ON p.id = a.prompt_id
  WHERE p.study_id = %s AND a.step_seconds <> '{}'::jsonb ORDER BY a.submitted_at DESC LIMIT %s
), times AS (
  SELECT latest.id, t.key, t.value::float8 AS seconds FROM latest, jsonb_each_text(latest.step_seconds) t
  WHERE t.value ~ '^[0-9]+(\\.[0-9]+)?$'
)
SELECT key, percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds), count(*) FROM times GROUP BY key
UNION ALL
SELECT '', percentile_cont(0.5) WITHIN GROUP (ORDER BY total), count(*)
FROM (SELECT sum(seconds) AS total FROM times GROUP BY id) tasks
"""


def median_times(study: Study) -> Times:
    """Return the median times of a study's latest assessments, steps in the protocol's order."""
    with connection.cursor() as cursor:
        cursor.execute(_MEDIANS, [study.pk, LATEST])
        rows: Mapping[str, tuple[float | None, int]] = {key: (median, n) for key, median, n in cursor.fetchall()}
    task, assessments = rows.get("", (None, 0))
    steps = sorted(((key, median) for key, (median, _) in rows.items() if key and median is not None), key=_step_order)
    return Times(assessments=assessments, task=task, steps=steps)


def _step_order(step: tuple[str, float]) -> tuple[int, str]:
    return (_STEPS.index(step[0]) if step[0] in _STEPS else len(_STEPS), step[0])


def outlook(study: Study, covered: Coverage) -> Outlook:
    """Return when every prompt will have its target, if answers keep coming as in the last day."""
    now = timezone.now()
    remaining = sum(max(covered.target - count, 0) for count in covered.counts)
    since = now - WINDOW
    given = Assessment.objects.filter(counted(), prompt__study=study, submitted_at__gte=since)
    rows = list(given.values("participant").annotate(n=Count("pk"), first=Min("submitted_at")).order_by("participant"))
    batches = [row["n"] for row in rows]
    began = min((row["first"] for row in rows), default=now)
    # Within a day of the first answer the window is what has passed since then.
    earlier = Assessment.objects.filter(prompt__study=study, submitted_at__lt=since).exists()
    span = WINDOW if earlier else now - began
    enough = sum(batches) >= FEWEST_ASSESSMENTS and span >= SHORTEST_WINDOW
    hours = time_left(remaining, batches if enough else [], span / timedelta(hours=1), fewest_batches=FEWEST_PEOPLE)
    return Outlook(
        state=_state(study, covered, remaining, hours),
        remaining=remaining,
        hours=hours,
        window_hours=span / timedelta(hours=1),
        people=len(batches),
        assessments=sum(batches),
        now=now,
    )


def _state(study: Study, covered: Coverage, remaining: int, hours: Estimate) -> str:
    if covered.counts and remaining == 0:
        return "full"
    if not study.is_open:
        return "stopped"
    return "not-yet" if hours.estimate is None or not covered.counts else "known"
