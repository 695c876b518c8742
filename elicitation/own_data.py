"""Everything a person gave, as they gave it: for their own page, and for them to take away.

Answers stand under the letters they saw. `collect` gathers, `as_json` writes what `docs/participant.md` describes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _

from measures.rankings import LETTERS

from . import wording
from .correcting import can_correct, can_correct_intake, correctable_until, intake_correctable_until
from .models import AnswerState, Assessment, Draft, Participant, ProtocolVersion
from .protocol import CRITERIA, OWN_CRITERION, RANKING_STEPS, SCALE_LEVELS, UNACCEPTABLE, steps_asked
from .queries.assessments import StepAnswer, assessments_of, steps_of
from .queries.people import IntakeLine, intake_of

FORMAT: Final = "collective/own-data"
FORMAT_VERSION: Final = 1


@dataclass(frozen=True)
class OwnStep:
    """What was asked on a task and what became of it; only what the kind of question has is filled.

    `places` are the shown letters place by place, the best first; `scores` pairs of a criterion's text and its score.
    """

    key: str
    question: str
    state: str
    places: Sequence[Sequence[str]] = ()
    letters: Sequence[str] = ()
    level: str = ""
    level_number: int | None = None
    text: str = ""
    scores: Sequence[tuple[str, int | None]] = ()

    @property
    def order(self) -> str:
        """The places as a ranking's text, in shown letters."""
        return ">".join("=".join(place) for place in self.places)

    @property
    def is_answered(self) -> bool:
        """Whether it was answered, and not left open."""
        return self.state == AnswerState.ANSWERED


@dataclass(frozen=True)
class OwnTask:
    """A task handed in: what was shown, what was said."""

    assessment: Assessment
    number: int
    messages: Sequence[Mapping[str, str]]
    responses: Sequence[tuple[str, wording.Wording | str]]
    steps: Sequence[OwnStep]

    @property
    def opening(self) -> str:
        """How the last thing somebody asked begins."""
        said = [message["content"] for message in self.messages if message["role"] == "user"]
        return " ".join((said or [""])[-1].split())[:160]

    @property
    def can_correct(self) -> bool:
        """Whether it can be corrected now."""
        return can_correct(self.assessment)

    @property
    def correctable_until(self) -> datetime:
        """Until when it can be."""
        return correctable_until(self.assessment)


@dataclass(frozen=True)
class OwnData:
    """Everything of one person."""

    participant: Participant
    consented_to: ProtocolVersion | None
    about: Sequence[IntakeLine]
    tasks: Sequence[OwnTask]
    unfinished: Sequence[Draft] = field(default=())

    @property
    def can_correct_intake(self) -> bool:
        """Whether what they said about themselves can be corrected now."""
        return can_correct_intake(self.participant)

    @property
    def intake_correctable_until(self) -> datetime | None:
        """Until when it can be."""
        return intake_correctable_until(self.participant)

    @property
    def has_texts(self) -> bool:
        """Whether they wrote anything in their own words."""
        return any(step.text or (step.key == OWN_CRITERION and step.scores) for t in self.tasks for step in t.steps)

    @property
    def has_said_something(self) -> bool:
        """Whether they answered any question about themselves."""
        return any(line.state == AnswerState.ANSWERED for line in self.about)


def collect(participant: Participant) -> OwnData:
    """Return everything a person gave, their tasks in the order in which they did them."""
    found = assessments_of(participant.study).filter(participant=participant).select_related("assignment")
    found = found.order_by("position", "pk")
    tasks = []
    for number, assessment in enumerate(found, start=1):
        assessment.participant = participant
        tasks.append(_task(assessment, number))
    about = intake_of(participant) if participant.intake_at else []
    return OwnData(
        participant=participant,
        consented_to=participant.protocol,
        about=[line for line in about if line.answer is not None],
        tasks=tasks,
        unfinished=list(
            Draft.objects.filter(assignment__participant=participant)
            .exclude(assignment__state="submitted")
            .select_related("assignment__prompt")
            .order_by("pk")
        ),
    )


def as_json(data: OwnData) -> dict[str, Any]:
    """Return everything as plain JSON."""
    person = data.participant
    return {
        "format": FORMAT,
        "version": FORMAT_VERSION,
        "made_at": _time(timezone.now()),
        "study": {"name": person.study.slug, "title": person.study.title},
        "you": {
            "key": person.key,
            "language": person.language,
            "form": person.form,
            "came_at": _time(person.created_at),
            "agreed_at": _time(person.consented_at),
            "finished_at": _time(person.finished_at),
            "outcome": person.outcome,
            "wants_to_hear_back": person.wants_to_hear_back,
            "compared_at": _time(person.compared_at),
            "paid_at": _time(person.paid_at),
        },
        "agreed_to": _consent(data),
        "known_as": _names(person),
        "about_you": [_line(line) for line in data.about],
        "quiz": list(person.quiz_attempts.order_by("number").values("number", "answers", "right", "passed")),
        "tasks": [_task_json(task) for task in data.tasks],
        "unfinished": [
            {"question": draft.assignment.prompt.messages, "saved_at": _time(draft.saved_at), "fields": draft.fields}
            for draft in data.unfinished
        ],
        "taken_back": [
            {"what": made.scope, "at": _time(made.made_at)} for made in person.withdrawals.order_by("made_at")
        ],
    }


def _task(assessment: Assessment, number: int) -> OwnTask:
    order = assessment.shown_order or assessment.prompt.letters
    shown = {letter: LETTERS[place] for place, letter in enumerate(order)}
    prompt, language = assessment.prompt, _language_of(assessment)
    written_in = prompt.language or wording.source_language(assessment.participant.study)
    texts = {
        response.letter: wording.text_of(response, "messages", language, written_in=written_in)
        for response in prompt.responses.all()
    }
    asked = {step.key for step in steps_asked(assessment.protocol.steps, assessment.participant.form)}
    return OwnTask(
        assessment=assessment,
        number=number,
        messages=wording.messages_of(prompt, language, written_in=written_in),
        responses=[(shown[letter], texts.get(letter, "")) for letter in order],
        steps=[_step(assessment, step, shown) for step in steps_of(assessment) if step.key in asked],
    )


def _language_of(assessment: Assessment) -> str:
    """Return the language in which the task was shown, "" for the one it was written in."""
    return assessment.assignment.language if assessment.assignment else ""


def _step(assessment: Assessment, step: StepAnswer, shown: Mapping[str, str]) -> OwnStep:
    state = AnswerState.SKIPPED if step.state == AnswerState.NOT_ASKED else step.state
    made = OwnStep(key=step.key, question=step.question, state=state)
    if step.key in RANKING_STEPS:
        order, why = (step.ranking.order, step.ranking.justification) if step.ranking else ("", "")
        places = [sorted(shown[letter] for letter in group.split("=")) for group in order.split(">")] if order else []
        return _with(made, places=places, text=why)
    if step.key in SCALE_LEVELS:
        return _with(made, level=step.level, level_number=getattr(assessment, step.key))
    if step.key == UNACCEPTABLE:
        return _with(made, letters=sorted(shown[letter] for letter in step.letters), text=step.text)
    if step.key == CRITERIA:
        return _with(made, scores=[(score.criterion.text, score.value) for score in step.scores])
    own = {score.criterion_id: score.value for score in assessment.scores.all()}
    return _with(made, scores=[(criterion.text, own.get(criterion.pk)) for criterion in step.criteria])


def _with(step: OwnStep, **values: Any) -> OwnStep:
    return OwnStep(**{"key": step.key, "question": step.question, "state": step.state, **values})


def _consent(data: OwnData) -> dict[str, Any] | None:
    version = data.consented_to
    if version is None:
        return None
    return {"version": version.number, "in_force_from": _time(version.published_at), "texts": version.texts}


def _names(person: Participant) -> dict[str, Any]:
    """Return under which names others know a person."""
    entry, invitation = getattr(person, "panel_entry", None), getattr(person, "invitation", None)
    names: dict[str, Any] = {}
    if entry is not None:
        names["panel"] = {"name": entry.panel.name, "id": entry.external_id, "sent": entry.captured}
    if invitation is not None:
        names["invited_by_email"] = invitation.email
    return names


def _line(line: IntakeLine) -> dict[str, Any]:
    given = line.answer.original if line.answer and line.state == AnswerState.ANSWERED else None
    return {"key": line.key, "question": _(line.question) if line.question else "", "answer": given}


def _task_json(task: OwnTask) -> dict[str, Any]:
    stored = task.assessment
    return {
        "number": task.number,
        "handed_in_at": _time(stored.submitted_at),
        "corrected_at": _time(stored.corrected_at),
        "protocol": stored.protocol.number,
        "language": stored.language,
        "device": stored.device_class,
        "seconds": stored.step_seconds,
        "typing": stored.typing,
        "conversation": [{"role": turn["role"], "content": turn["content"]} for turn in task.messages],
        "responses": [{"letter": letter, "text": str(text)} for letter, text in task.responses],
        "answers": {step.key: _step_json(step) for step in task.steps},
    }


def _step_json(step: OwnStep) -> dict[str, Any]:
    made: dict[str, Any] = {"question": step.question, "state": str(step.state)}
    if step.key in RANKING_STEPS:
        made |= {"places": [list(place) for place in step.places], "why": step.text}
    elif step.key in SCALE_LEVELS:
        made |= {"level": step.level_number, "words": step.level}
    elif step.key == UNACCEPTABLE:
        made |= {"letters": list(step.letters), "why": step.text}
    else:
        made["criteria"] = [{"text": text, "score": value} for text, value in step.scores]
    return made


def _time(at: datetime | None) -> str | None:
    return at.isoformat(timespec="seconds") if at else None
