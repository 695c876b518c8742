"""What of a study is set up, what is missing before it can open, and what is worth a look."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from elicitation.models import Study
from elicitation.protocol import steps_asked
from elicitation.protocols import draft_of, is_in_force, problems_of_quotas, written


class State(StrEnum):
    """How far a part of a study is."""

    READY = "ready"
    MISSING = "missing"
    OPTIONAL = "optional"


@dataclass(frozen=True)
class Part:
    """A part of a study: its name, how far it is, and what there is to know about it, in a sentence."""

    key: str
    state: State
    sentence: str


def readiness(study: Study) -> list[Part]:
    """Return the parts of a study in the order in which one sets them up."""
    return [_part(key, read(study)) for key, read in _PARTS.items()]


def next_part(parts: list[Part]) -> Part | None:
    """Return what to do next: the first part that is missing, else none."""
    return next((part for part in parts if part.state == State.MISSING), None)


def _part(key: str, found: tuple[State, str]) -> Part:
    return Part(key, *found)


def _texts(study: Study) -> tuple[State, str]:
    if not study.consent_text.strip():
        return State.MISSING, _("There is no consent text yet: write what people agree to.")
    if not study.information_text.strip():
        return State.OPTIONAL, _("People are not told yet who asks and what happens with their answers.")
    if not study.thanks_text.strip():
        return State.OPTIONAL, _("The last page thanks people in the service's own words.")
    return State.READY, _("People are told what it is about, what they agree to, and thanks.")


def _prompts(study: Study) -> tuple[State, str]:
    prompts = study.prompts.count()
    if not prompts:
        return State.MISSING, _("There are no prompts yet: import some or add one.")
    return State.READY, ngettext("%(n)d prompt.", "%(n)d prompts.", prompts) % {"n": prompts}


def _steps(study: Study) -> tuple[State, str]:
    steps = written(study).steps
    numbers = {"long": len(steps_asked(steps, "long")), "short": len(steps_asked(steps, "short"))}
    return State.READY, _("The long form asks %(long)d steps on each prompt, the short form %(short)d.") % numbers


def _intake(study: Study) -> tuple[State, str]:
    questions = len(written(study).intake)
    if not questions:
        return State.OPTIONAL, _("People are asked nothing about themselves.")
    return State.READY, ngettext("%(n)d question.", "%(n)d questions.", questions) % {"n": questions}


def _quiz(study: Study) -> tuple[State, str]:
    quiz = written(study).quiz
    if not quiz:
        return State.OPTIONAL, _("No quiz is asked before the tasks.")
    items = len(quiz["items"])
    return State.READY, ngettext("%(n)d question.", "%(n)d questions.", items) % {"n": items}


def _languages(study: Study) -> tuple[State, str]:
    languages = len(study.languages)
    if languages < 2:
        return State.OPTIONAL, _("The study is in one language.")
    return State.READY, ngettext("%(n)d language.", "%(n)d languages.", languages) % {"n": languages}


def _quotas(study: Study) -> tuple[State, str]:
    if problems := problems_of_quotas(study):
        return State.MISSING, " ".join(problems)
    places = list(study.quotas.values_list("places", flat=True))
    if not places:
        return State.OPTIONAL, _("Everybody who comes is taken in.")
    return State.READY, ngettext("%(n)d quota.", "%(n)d quotas.", len(places)) % {"n": len(places)}


def _limits(study: Study) -> tuple[State, str]:
    said = {"tasks": study.tasks_per_person, "target": study.overlap_target}
    return State.READY, _("%(tasks)d prompts per person, %(target)d assessments wanted of each.") % said


def _pay(study: Study) -> tuple[State, str]:
    if not any((study.pay_base, study.pay_per_task, study.pay_screened_out)):
        return State.OPTIONAL, _("People are not paid.")
    whole = study.pay_base + study.pay_per_task * min(study.tasks_per_person, study.prompts.count())
    return State.READY, _("%(amount)s %(currency)s for all tasks.") % {"amount": whole, "currency": study.currency}


def _publishing(study: Study) -> tuple[State, str]:
    if study.retention_until is None:
        return State.OPTIONAL, _("No day is set on which what identifies people is deleted.")
    return State.READY, _("People are told what is published and how long their data are kept.")


def _versions(study: Study) -> tuple[State, str]:
    draft = draft_of(study)
    if not is_in_force(study):
        return State.READY, _("Nothing is in force yet: the first opening does that.")
    if draft is not None:
        return State.OPTIONAL, _("Draft version %(number)d waits to be put into force.") % {"number": draft.number}
    return State.READY, _("Version %(number)d is in force.") % {"number": written(study).number}


_PARTS: Final[Mapping[str, Callable[[Study], tuple[State, str]]]] = {
    "texts": _texts,
    "prompts": _prompts,
    "steps": _steps,
    "intake": _intake,
    "quiz": _quiz,
    "languages": _languages,
    "quotas": _quotas,
    "limits": _limits,
    "pay": _pay,
    "publishing": _publishing,
    "versions": _versions,
}
