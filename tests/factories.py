"""Makers of valid objects for tests: say only what the test is about, the rest is filled in."""

import itertools
import uuid
from datetime import timedelta
from typing import Any

from django.utils import timezone

from collective.accounts.models import User
from elicitation.models import (
    AnswerState,
    Assessment,
    Assignment,
    Block,
    Criterion,
    Participant,
    Prompt,
    ProtocolVersion,
    Ranking,
    Response,
    Role,
    Study,
    StudyMembership,
)

PASSWORD = "three words and more"
_numbers = itertools.count(1)


def make_user(**fields: Any) -> User:
    """Make an active account; its password is `PASSWORD`."""
    number = next(_numbers)
    return User.objects.create_user(
        fields.pop("email", f"person{number}@example.org"), fields.pop("password", PASSWORD), **fields
    )


def make_study(**fields: Any) -> Study:
    """Make a running study with its first protocol version."""
    number = next(_numbers)
    steps = fields.pop("steps", [])
    study = Study.objects.create(
        **{"slug": f"study-{number}", "title": f"Study {number}", "status": Study.Status.RUNNING} | fields
    )
    published_at = None if study.status == Study.Status.DRAFT else timezone.now()
    ProtocolVersion.objects.create(study=study, number=1, steps=steps, published_at=published_at)
    return study


def make_member(study: Study, role: Role = Role.RESEARCHER, **fields: Any) -> User:
    """Make an account that has a role in a study."""
    user = make_user(**fields)
    StudyMembership.objects.create(study=study, user=user, role=role)
    return user


def make_prompt(study: Study, *, responses: int = 4, criteria: int = 0, **fields: Any) -> Prompt:
    """Make a prompt with lettered responses and some criteria."""
    number = next(_numbers)
    prompt = Prompt.objects.create(
        **{
            "study": study,
            "key": f"prompt-{number}",
            "position": study.prompts.count(),
            "messages": [{"role": "user", "content": f"What about question {number}?"}],
            "candidates": responses,
        }
        | fields
    )
    for letter in prompt.letters:
        Response.objects.create(
            prompt=prompt,
            letter=letter,
            messages=[{"role": "assistant", "content": f"Answer {letter} to question {number}."}],
            source=Response.Source.WRITTEN,
        )
    for position in range(criteria):
        Criterion.objects.create(
            prompt=prompt,
            key=f"criterion-{number}-{position}",
            position=position,
            text=f"Does thing {position}",
            origin=Criterion.Origin.SEEDED,
        )
    return prompt


def make_participant(study: Study, **fields: Any) -> Participant:
    """Make a participant who has consented and done the intake."""
    now = timezone.now()
    return Participant.objects.create(
        **{
            "study": study,
            "key": f"person-{next(_numbers)}",
            "source": Participant.Source.LINK,
            "consented_at": now,
            "intake_at": now,
        }
        | fields
    )


def make_assignment(participant: Participant, prompt: Prompt, **fields: Any) -> Assignment:
    """Reserve a prompt for a participant for an hour."""
    return Assignment.objects.create(
        **{
            "participant": participant,
            "prompt": prompt,
            "position": participant.assignments.count(),
            "shown_order": prompt.letters,
            "idempotency_key": uuid.uuid4(),
            "leased_until": timezone.now() + timedelta(hours=1),
        }
        | fields
    )


def make_assessment(
    prompt: Prompt,
    participant: Participant,
    *,
    personal: str | None = None,
    world: str | None = None,
    justification: str = "",
    **fields: Any,
) -> Assessment:
    """Make an assessment with the rankings given (None: that block was not asked)."""
    protocol = prompt.study.protocols.first()
    assessment = Assessment.objects.create(
        **{"prompt": prompt, "participant": participant, "protocol": protocol, "submitted_at": timezone.now()} | fields
    )
    for block, order in ((Block.PERSONAL, personal), (Block.WORLD, world)):
        if order is not None:
            Ranking.objects.create(
                assessment=assessment,
                block=block,
                state=AnswerState.ANSWERED if order else AnswerState.SKIPPED,
                order=order,
                candidates=prompt.candidates,
                justification=justification,
            )
    return assessment
