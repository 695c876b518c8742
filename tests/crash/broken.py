"""The application with a fault planted in it, by which the test shows that it can fail (`--break NAME`)."""

import os
import random
import uuid
from collections.abc import Callable
from typing import Any

from collective.wsgi import application
from elicitation import answers, drafts, entry, submission
from elicitation.assignment import leases
from elicitation.models import Draft, Participant, Study

VARIABLE = "COLLECTIVE_CRASH_BREAK"


def forget_submissions() -> None:
    """Say "stored" of one submission in ten and store nothing."""
    submit = submission.submit

    def forgetful(**arguments: Any) -> submission.Submitted:
        if random.random() < 0.1:
            return submission.Submitted(0, repeated=False)
        return submit(**arguments)

    submission.submit = forgetful


def forget_drafts() -> None:
    """Say "saved" of one draft in three and save nothing."""
    save = drafts.save_draft

    def forgetful(**arguments: Any) -> Draft:
        if random.random() < 0.3:
            return Draft(revision=arguments["revision"] + 1, fields={})
        return save(**arguments)

    drafts.save_draft = forgetful


def mix_up_answers() -> None:
    """Store a level of a scale that is not the one given."""
    read = answers.read_answers

    def confused(fields: Any, asked: Any) -> Any:
        read_ones = read(fields, asked)
        state, level = read_ones.scales["subjectivity"]
        read_ones.scales["subjectivity"] = (state, level and level % 4 + 1)
        return read_ones

    submission.read_answers = confused  # type: ignore[attr-defined]


def double_people() -> None:
    """Take everybody who agrees for somebody new."""
    take_in = entry._take_in

    def forgetful(study: Study, visit: uuid.UUID, language: str, way: entry.WayIn) -> Participant:
        return take_in(study, uuid.uuid4(), language, way)

    entry._take_in = forgetful


def collect_too_much() -> None:
    """Take every late submission as an answer that counts, whether there is room or not."""
    leases.has_room = lambda *_arguments: True


FAULTS: dict[str, Callable[[], None]] = {
    "submissions": forget_submissions,
    "drafts": forget_drafts,
    "answers": mix_up_answers,
    "people": double_people,
    "overlap": collect_too_much,
}

if VARIABLE in os.environ:
    FAULTS[os.environ[VARIABLE]]()

__all__ = ["FAULTS", "VARIABLE", "application"]
