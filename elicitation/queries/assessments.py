"""Read one assessment step by step, as it was asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _

from elicitation import protocol
from elicitation.models import AnswerState, Assessment, Criterion, Ranking, Score, Study


@dataclass(frozen=True)
class StepAnswer:
    """A step with its question, what became of it, the seconds spent on it, and the answer in the step's own form.

    `level` is a scale's; `ranking` a ranking step's; `letters` and `text` what was flagged and why; `scores` and
    `criteria` those of the criteria steps.
    """

    key: str
    question: str
    seconds: float | None
    state: str = AnswerState.NOT_ASKED
    level: str = ""
    ranking: Ranking | None = None
    letters: Sequence[str] = ()
    text: str = ""
    scores: Sequence[Score] = field(default=())
    criteria: Sequence[Criterion] = field(default=())


def assessments_of(study: Study) -> QuerySet[Assessment]:
    """Return a study's assessments with everything `steps_of` reads."""
    return (
        Assessment.objects.filter(prompt__study=study)
        .select_related("prompt", "participant", "protocol", "reading")
        .prefetch_related(
            "rankings__reading",
            "unacceptable_flags",
            "prompt__responses",
            Prefetch("scores", Score.objects.select_related("criterion").order_by("criterion__position")),
        )
    )


def steps_of(assessment: Assessment) -> list[StepAnswer]:
    """Return all steps of the protocol the person answered under, in its order, asked or not."""
    own = list(assessment.prompt.criteria.filter(author=assessment.participant).select_related("reading"))
    steps = assessment.protocol.steps or protocol.default_steps()
    return [_step(assessment, step["key"], step["question"], own) for step in steps]


def _step(assessment: Assessment, key: str, question: str, own: list[Criterion]) -> StepAnswer:
    step = StepAnswer(key=key, question=_(question), seconds=_seconds(assessment.step_seconds, key))
    if key in protocol.RANKING_STEPS:
        ranking = next((r for r in assessment.rankings.all() if r.block == protocol.RANKING_STEPS[key]), None)
        return replace(step, state=ranking.state, ranking=ranking) if ranking else step
    if key in protocol.SCALE_LEVELS:
        level = getattr(assessment, key)
        label = _(protocol.SCALE_LEVELS[key][level - 1]) if level else ""
        return replace(step, state=getattr(assessment, f"{key}_state"), level=label)
    if key == protocol.UNACCEPTABLE:
        letters = sorted(flag.letter for flag in assessment.unacceptable_flags.all())
        state, text = assessment.unacceptable_state, assessment.unacceptable_rationale
        return replace(step, state=state, letters=letters, text=text)
    if key == protocol.OWN_CRITERION:
        return replace(step, state=_state(asked=step.seconds is not None, answered=bool(own)), criteria=own)
    written = {criterion.pk for criterion in own}
    scores = [score for score in assessment.scores.all() if score.criterion_id not in written]
    answered = any(score.state == AnswerState.ANSWERED for score in scores)
    return replace(step, state=_state(asked=bool(scores), answered=answered), scores=scores)


def _state(*, asked: bool, answered: bool) -> str:
    if answered:
        return AnswerState.ANSWERED
    return AnswerState.SKIPPED if asked else AnswerState.NOT_ASKED


def _seconds(times: Mapping[str, float], key: str) -> float | None:
    value = times.get(key)
    return None if value is None else float(value)
