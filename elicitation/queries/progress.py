"""How far a study has come: people, assessments, coverage of the prompts, who takes part."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, TruncDate
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from elicitation.models import AnswerState, Assessment, IntakeAnswer, Participant, Prompt, Study
from elicitation.protocol import CHOICE, default_intake

from .counted import counted, counted_prompts, stands

NAMES: dict[str, str | Promise] = {
    "age": _("Age"),
    "gender": _("Gender"),
    "education_level": _("Education"),
    "country_of_residence": _("Country"),
    "generative_ai_usage": _("Use of AI"),
    "ai_concern_level": _("Concern about AI"),
    "ideal-model-behavior": _("Ideal behaviour of an AI"),
}
"""Short names of the questions of the default intake survey."""


# Who took everything back is a row without content, and counted as such only.
_FINISHED = Q(finished_at__isnull=False, withdrawn_at__isnull=True)


def name_of(key: str) -> str | Promise:
    """Return the short name of an intake question, its key made readable where it has none."""
    return NAMES.get(key) or key.replace("_", " ").replace("-", " ").capitalize()


def with_counts(studies: QuerySet[Study]) -> QuerySet[Study, Any]:
    """Add `people`, `finished_people`, `assessment_count` and `prompt_count` to studies, each counted by itself."""

    def count(rows: QuerySet[Any], to_study: str) -> Coalesce:
        counted = rows.filter(**{to_study: OuterRef("pk")}).order_by().values(to_study).annotate(n=Count("pk"))
        return Coalesce(Subquery(counted.values("n"), output_field=IntegerField()), Value(0))

    return studies.annotate(
        people=count(Participant.objects.filter(withdrawn_at__isnull=True), "study"),
        finished_people=count(Participant.objects.filter(_FINISHED), "study"),
        assessment_count=count(Assessment.objects.filter(counted()), "prompt__study"),
        prompt_count=count(Prompt.objects.all(), "study"),
    )


@dataclass(frozen=True)
class Figures:
    """How many people came and how far they got."""

    people: int
    consented: int
    finished: int
    assessments: int


def figures(study: Study) -> Figures:
    """Count the people of a study and what they gave."""
    people = study.participants.aggregate(
        people=Count("pk", filter=Q(withdrawn_at__isnull=True)),
        consented=Count("pk", filter=Q(consented_at__isnull=False)),
        finished=Count("pk", filter=_FINISHED),
    )
    return Figures(assessments=Assessment.objects.filter(counted(), prompt__study=study).count(), **people)


@dataclass(frozen=True)
class Coverage:
    """Finished assessments of every prompt against the study's target."""

    target: int
    prompts: Sequence[Prompt]
    counts: list[int] = field(default_factory=list)

    @property
    def reached(self) -> int:
        """How many prompts have as many assessments as are wanted."""
        return sum(count >= self.target for count in self.counts)


def coverage(study: Study) -> Coverage:
    """Count the assessments of each prompt; the prompts come least covered first and carry `assessment_count`.

    Attention items and re-tests have no target and are left out.
    """
    asked = with_assessment_counts(study.prompts.filter(counted_prompts()))
    prompts = list(asked.order_by(F("assessment_count").asc(), "position"))
    return Coverage(target=study.overlap_target, prompts=prompts, counts=[p.assessment_count for p in prompts])


def with_assessment_counts(prompts: QuerySet[Prompt]) -> QuerySet[Prompt, Any]:
    """Add `assessment_count` to prompts: surplus ones and those of excluded people are not in it."""
    return prompts.annotate(assessment_count=Count("assessments", filter=stands("assessments__")))


def assessments_by_day(study: Study) -> list[tuple[date, int]]:
    """Return the days (UTC) with assessments, in order, with how many."""
    given = Assessment.objects.filter(counted(), prompt__study=study)
    days = given.annotate(day=TruncDate("submitted_at")).values("day")
    return list(days.annotate(n=Count("pk")).order_by("day").values_list("day", "n"))


@dataclass(frozen=True)
class Group:
    """People who gave the same answer to an intake question."""

    value: str
    people: int
    assessments: int


@dataclass(frozen=True)
class Demographic:
    """How the people of a study answered one intake question."""

    key: str
    name: str | Promise
    groups: list[Group]
    skipped: int
    not_asked: int

    @property
    def answered(self) -> int:
        """How many gave an answer."""
        return sum(group.people for group in self.groups)


def demographics(study: Study) -> list[Demographic]:
    """Count people and assessments by the answers to each choice question of the intake, in the survey's order.

    A question nobody was asked is left out. Groups stand in the survey's order of options, others by size.
    """
    options = _choices(study)
    total = study.participants.filter(withdrawn_at__isnull=True).count()
    rows = (
        IntakeAnswer.objects.filter(participant__study=study, key__in=options)
        .values("key", "state", "value")
        .annotate(
            people=Count("participant", distinct=True),
            assessments=Count("participant__assessments", filter=counted("participant__assessments__")),
        )
        .order_by(F("people").desc(), "value")
    )
    by_key: dict[str, list[dict[str, Any]]] = {key: [] for key in options}
    for row in rows:
        by_key[row["key"]].append({**row})
    return [_demographic(key, by_key[key], order, total) for key, order in options.items() if by_key[key]]


def _demographic(key: str, rows: list[dict[str, Any]], order: list[str], total: int) -> Demographic:
    answered = [
        Group(value=row["value"], people=row["people"], assessments=row["assessments"])
        for row in rows
        if row["state"] == AnswerState.ANSWERED
    ]
    if len(order) <= len(answered) * 3:  # a short list of levels has its own order; of 200 countries the largest lead
        answered.sort(key=lambda group: order.index(group.value) if group.value in order else len(order))
    skipped = sum(row["people"] for row in rows if row["state"] == AnswerState.SKIPPED)
    return Demographic(
        key=key,
        name=name_of(key),
        groups=answered,
        skipped=skipped,
        not_asked=total - skipped - sum(group.people for group in answered),
    )


def _choices(study: Study) -> dict[str, list[str]]:
    """Return the options of each choice question the study asks; an imported study has the default ones."""
    surveys = [question for version in study.protocols.all() for question in version.intake] or default_intake()
    return {question["key"]: list(question["options"]) for question in surveys if question["kind"] == CHOICE}
