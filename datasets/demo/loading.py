"""Put the demo study into the database: the written part, the simulated people and all they answered."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any

from django.db import transaction

from collective.accounts.models import User
from collective.audit.chain import record
from elicitation.models import (
    AnswerState,
    Assessment,
    Block,
    Criterion,
    IntakeAnswer,
    Participant,
    Prompt,
    ProtocolVersion,
    Ranking,
    Response,
    Score,
    Study,
    UnacceptableFlag,
)
from elicitation.protocol import LONG_FORM_ONLY, default_intake, default_steps
from elicitation.protocols import texts_of
from elicitation.quiz import default_quiz
from spec_loop.models import Document
from spec_loop.versions import import_spec

from .answering import SEED, Answers, Crowd, simulate
from .content import ANCHOR, FOLDER, prompts, spec_path
from .people import SHORT_FORM_SHARE

SLUG = "demo"
DOCUMENT = "demo-spec"
LANGUAGE = "en"
# The simulated fieldwork: fixed times, so that two demo studies differ in nothing but their links.
OPENED = datetime(2025, 11, 3, 7, 0, tzinfo=UTC)
_BETWEEN_PEOPLE = timedelta(minutes=47)
_INTAKE_TAKES = timedelta(minutes=4)

# The shares in which a task's time is spent on its steps.
_SHARES = {
    "unacceptable": 0.12,
    "personal": 0.36,
    "world": 0.22,
    "importance": 0.04,
    "representativeness": 0.04,
    "subjectivity": 0.05,
    "criteria": 0.17,
}


class DemoRefused(Exception):
    """The demo study cannot be loaded; the message says why."""


@dataclass(frozen=True)
class Loaded:
    """The demo study, and whether this call has made it."""

    study: Study
    made: bool


def load_demo(*, by: User | None) -> Loaded:
    """Make the demo study with its spec, people and answers, where it is not there yet; else change nothing.

    All or nothing, in one transaction; two calls at once make one study. Raises `DemoRefused` where another
    study or document has taken its name.
    """
    with transaction.atomic():
        study, made = Study.objects.get_or_create(slug=SLUG, defaults=_study_fields())
        if not made and not study.is_simulated:
            raise DemoRefused(f"A study {SLUG!r} that is not the demonstration is here already; nothing was changed.")
        if made:
            _fill(study, simulate(), by)
        if not study.documents.exists():
            _import_spec(study, by)
    return Loaded(study=study, made=made)


def _study_fields() -> dict[str, Any]:
    return {
        "title": "Demonstration: how should an AI system answer?",
        "description": (
            "Thirty-six questions of value that people bring to an AI system, with four answers each. Which answer is "
            "best, for you and for the world? The study is here to try Collective out; "
            "its first 200 participants are simulated."
        ),
        "consent_text": (FOLDER / "consent.md").read_text("utf-8"),
        "thanks_text": (FOLDER / "thanks.md").read_text("utf-8"),
        "status": Study.Status.RUNNING,
        "is_simulated": True,
        "is_public": True,
        "completion_code": "DEMO-THANKS",
        "languages": [LANGUAGE],
        "seed": SEED,
        "tasks_per_person": 5,
        # Far above what the simulated people have given, so that there is always something left for a visitor.
        "overlap_target": 1000,
        "short_form_share": SHORT_FORM_SHARE,
    }


def _fill(study: Study, crowd: Crowd, by: User | None) -> None:
    protocol = ProtocolVersion.objects.create(
        study=study,
        number=1,
        steps=default_steps(),
        intake=default_intake(),
        quiz=default_quiz(),
        texts=texts_of(study),
        published_at=OPENED,
    )
    stored = _store_prompts(study)
    criteria = _store_criteria(stored)
    people = _store_people(study, crowd)
    _store_answers(crowd, protocol=protocol, rows=stored, criteria=criteria, people=people)
    record(
        by=by,
        action="study.demo_loaded",
        target=f"study:{study.slug}",
        study=study.slug,
        details={"prompts": len(stored), "people": len(people), "assessments": len(crowd.answers)},
    )


def _import_spec(study: Study, by: User | None) -> None:
    data = spec_path().read_bytes()
    known = Document.objects.filter(name=DOCUMENT).first()
    if known and not known.versions.filter(hash=hashlib.sha256(data).hexdigest()).exists():
        raise DemoRefused(f"A document {DOCUMENT!r} that is not the demonstration's is here already.")
    import_spec(by=by, name=DOCUMENT, data=data, title="How an assistant answers questions of value", study=study)


def _store_prompts(study: Study) -> dict[str, Prompt]:
    stored = Prompt.objects.bulk_create(
        Prompt(
            study=study,
            key=prompt.key,
            position=position,
            topic=prompt.topic,
            language=LANGUAGE,
            messages=prompt.messages,
            candidates=len(prompt.answers),
            is_anchor=prompt.key == ANCHOR,
        )
        for position, prompt in enumerate(prompts())
    )
    Response.objects.bulk_create(
        Response(
            prompt=row,
            letter=answer.letter,
            messages=[{"role": "assistant", "content": answer.text}],
            source=Response.Source.WRITTEN,
            viewpoint=answer.viewpoint,
        )
        for row, prompt in zip(stored, prompts(), strict=True)
        for answer in prompt.answers
    )
    return {row.key: row for row in stored}


def _store_criteria(stored: dict[str, Prompt]) -> dict[str, list[Criterion]]:
    """Return the criteria of each prompt in their order."""
    made = Criterion.objects.bulk_create(
        Criterion(
            prompt=stored[prompt.key],
            key=f"{prompt.key}-{position + 1}",
            position=position,
            text=criterion.text,
            origin=Criterion.Origin.SEEDED,
        )
        for prompt in prompts()
        for position, criterion in enumerate(prompt.criteria)
    )
    return {prompt.key: list(group) for prompt, group in groupby(made, key=lambda criterion: criterion.prompt)}


def _store_people(study: Study, crowd: Crowd) -> dict[str, Participant]:
    finished = {answers.person.key: submitted for answers, submitted in _submitted(crowd)}
    stored = Participant.objects.bulk_create(
        Participant(
            study=study,
            key=person.key,
            source=Participant.Source.SIMULATED,
            form=Participant.Form.SHORT if person.short_form else Participant.Form.LONG,
            language=LANGUAGE,
            consented_at=_came(number),
            intake_at=_came(number) + _INTAKE_TAKES,
            finished_at=finished[person.key],
            outcome=Participant.Outcome.COMPLETE,
            outcome_at=finished[person.key],
        )
        for number, person in enumerate(crowd.people)
    )
    IntakeAnswer.objects.bulk_create(
        IntakeAnswer(
            participant=row,
            key=key,
            state=AnswerState.SKIPPED if value is None else AnswerState.ANSWERED,
            value=value or "",
            original=value or "",
        )
        for row, person, ideal in zip(stored, crowd.people, crowd.ideals, strict=True)
        for key, value in (*person.demographics.items(), ("ideal-model-behavior", ideal))
    )
    return {row.key: row for row in stored}


def _came(number: int) -> datetime:
    return OPENED + number * _BETWEEN_PEOPLE


def _submitted(crowd: Crowd) -> Iterator[tuple[Answers, datetime]]:
    """Yield all answers with the time at which they were sent, person by person."""
    numbers = {person.key: number for number, person in enumerate(crowd.people)}
    for key, given in groupby(crowd.answers, key=lambda answers: answers.person.key):
        clock = _came(numbers[key]) + _INTAKE_TAKES
        for answers in given:
            clock += timedelta(seconds=answers.seconds)
            yield answers, clock


def _store_answers(
    crowd: Crowd,
    *,
    protocol: ProtocolVersion,
    rows: dict[str, Prompt],
    criteria: dict[str, list[Criterion]],
    people: dict[str, Participant],
) -> None:
    stored = Assessment.objects.bulk_create(
        Assessment(
            prompt=rows[answers.prompt.key],
            participant=people[answers.person.key],
            protocol=protocol,
            position=answers.position,
            submitted_at=submitted,
            language=LANGUAGE,
            device_class=answers.person.device,
            shown_order=answers.shown_order,
            step_seconds=_step_seconds(answers),
            **_scales(answers),
            **_unacceptable(answers),
        )
        for answers, submitted in _submitted(crowd)
    )
    pairs = list(zip(stored, crowd.answers, strict=True))
    Ranking.objects.bulk_create(_rankings(pairs))
    UnacceptableFlag.objects.bulk_create(
        UnacceptableFlag(assessment=row, letter=letter)
        for row, answers in pairs
        if not answers.person.short_form
        for letter in answers.flags
    )
    Score.objects.bulk_create(
        (
            Score(
                participant=people[answers.person.key],
                criterion=criterion,
                assessment=row,
                state=AnswerState.SKIPPED if value is None else AnswerState.ANSWERED,
                value=value,
            )
            for row, answers in pairs
            for criterion, value in zip(criteria[answers.prompt.key], answers.scores, strict=True)
        ),
        batch_size=5000,
    )


def _rankings(pairs: Iterable[tuple[Assessment, Answers]]) -> Iterator[Ranking]:
    for row, answers in pairs:
        asked = ((Block.PERSONAL, answers.personal), (Block.WORLD, answers.world))
        for block, ranked in asked[1:] if answers.person.short_form else asked:
            yield Ranking(
                assessment=row,
                block=block,
                state=AnswerState.ANSWERED if ranked.order else AnswerState.SKIPPED,
                order=ranked.order,
                candidates=len(answers.prompt.answers),
                justification=ranked.justification,
            )


def _scales(answers: Answers) -> dict[str, Any]:
    levels = {
        "importance": answers.importance,
        "representativeness": answers.representativeness,
        "subjectivity": answers.subjectivity,
    }
    states = {
        f"{name}_state": AnswerState.SKIPPED if level is None else AnswerState.ANSWERED
        for name, level in levels.items()
    }
    return levels | states


def _unacceptable(answers: Answers) -> dict[str, Any]:
    if answers.person.short_form:
        return {"unacceptable_state": AnswerState.NOT_ASKED}
    return {"unacceptable_state": AnswerState.ANSWERED, "unacceptable_rationale": answers.flag_rationale}


def _step_seconds(answers: Answers) -> dict[str, int]:
    asked = {
        step: share for step, share in _SHARES.items() if not (answers.person.short_form and step in LONG_FORM_ONLY)
    }
    return {step: round(answers.seconds * share / sum(asked.values())) for step, share in asked.items()}
