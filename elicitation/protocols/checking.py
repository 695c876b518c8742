"""What a protocol may be: which steps, which questions, in which order."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.utils.text import slugify
from django.utils.translation import gettext as _

from elicitation.models import Participant, ProtocolVersion
from elicitation.protocol import (
    CHOICE,
    CRITERIA,
    IMPORTANCE,
    OWN_CRITERION,
    PERSONAL,
    REPRESENTATIVENESS,
    STEP_KEYS,
    SUBJECTIVITY,
    TEXT,
    UNACCEPTABLE,
    WORLD,
)
from elicitation.protocol import default_steps as all_steps

LONGEST_QUESTION: Final = 500
LONGEST_OPTION: Final = 200
MOST_QUESTIONS: Final = 40
MOST_OPTIONS: Final = 300
FORMS: Final = tuple(Participant.Form.values)

GROUPS: Final[tuple[tuple[str, ...], ...]] = (
    (UNACCEPTABLE,),
    (PERSONAL, WORLD),
    (IMPORTANCE, REPRESENTATIVENESS, SUBJECTIVITY),
    (CRITERIA, OWN_CRITERION),
)
"""Steps that stand together on the page of a task. Inside a group they may change places, but for the last: a person's
own criterion comes after those they have read."""

FIXED: Final = frozenset({UNACCEPTABLE, CRITERIA, OWN_CRITERION})
"""Steps that have no place to change to."""


def clean_steps(steps: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return steps as a version stores them. Raises `ValidationError`, by step where it is one's fault."""
    by_key = {step["key"]: step for step in steps}
    if sorted(by_key) != sorted(STEP_KEYS) or len(steps) != len(STEP_KEYS):
        raise ValidationError(_("A protocol names each step once; one that is not asked is switched off."))
    cleaned, problems = [], {}
    for key in _in_groups(list(by_key)):
        step = by_key[key]
        question = str(step["question"]).strip()
        asked = {form: bool(step["asked"].get(form, False)) for form in FORMS}
        if problem := _problem_of_question(question):
            problems[key] = problem
        cleaned.append({"key": key, "question": question, "asked": asked})
    if problems:
        raise ValidationError(problems)
    if problem := _problem_of_forms(cleaned):
        raise ValidationError(problem)
    return cleaned


def move_step(steps: Sequence[Mapping[str, Any]], key: str, by: int) -> list[dict[str, Any]]:
    """Return steps with one moved up (-1) or down (1) among those it may change places with."""
    ordered = [dict(step) for step in steps]
    keys = [step["key"] for step in ordered]
    group = next(group for group in GROUPS if key in group)
    place = keys.index(key)
    other = place + by
    if key not in FIXED and 0 <= other < len(keys) and keys[other] in group:
        ordered[place], ordered[other] = ordered[other], ordered[place]
    return ordered


def stored_steps(version: ProtocolVersion) -> list[dict[str, Any]]:
    """Return a version's steps with those it does not name switched off; a version without any asks the default."""
    if not version.steps:
        return all_steps()
    named = {step["key"]: dict(step) for step in version.steps}
    off = dict.fromkeys(FORMS, False)
    for step in all_steps():
        named.setdefault(step["key"], {**step, "asked": off})
    return [named[key] for key in _in_groups(list(named))]


def clean_intake(intake: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return questions as a version stores them; a new one gets a key made from its words.

    Raises `ValidationError` with sentences by question, whose name is its key, or `question-N` for the N-th.
    """
    if len(intake) > MOST_QUESTIONS:
        raise ValidationError(_("An intake survey has at most %(most)d questions.") % {"most": MOST_QUESTIONS})
    cleaned: list[dict[str, Any]] = []
    problems: dict[str, list[str]] = {}
    taken = {str(question.get("key", "")) for question in intake}
    for number, question in enumerate(intake, start=1):
        wording = str(question.get("question", "")).strip()
        kind = question.get("kind")
        options = _lines(question.get("options", ())) if kind == CHOICE else []
        key = str(question.get("key", "")) or _new_key(wording, number, taken)
        taken.add(key)
        if found := _problems_of_intake(wording, kind, options):
            problems[str(question.get("key", "")) or f"question-{number}"] = found
        required = bool(question.get("required", False))
        cleaned.append({"key": key, "question": wording, "kind": kind, "options": options, "required": required})
    if len({question["key"] for question in cleaned}) < len(cleaned):
        raise ValidationError(_("Two questions of the survey have the same key."))
    if problems:
        raise ValidationError(problems)
    return cleaned


def clean_quiz(definition: Mapping[str, Any]) -> dict[str, Any]:
    """Return a quiz as a version stores it. Raises `ValidationError`."""
    # The quiz asks for the version of a person, and so imports this package.
    from elicitation.quiz.definition import check_quiz

    if problems := check_quiz(definition):
        raise ValidationError(problems)
    return dict(definition)


def check_version(version: ProtocolVersion) -> list[str]:
    """Say in sentences why a version cannot be put into force; nothing where it can."""
    problem = _problem_of_forms(stored_steps(version))
    return [problem] if problem else []


def _in_groups(keys: Sequence[str]) -> list[str]:
    """Return keys group by group, in their own order inside each, but for the fixed ones."""
    ordered: list[str] = []
    for group in GROUPS:
        free = [key for key in keys if key in group]
        ordered += list(group) if set(group) & FIXED else free
    return ordered


def _problem_of_question(question: str) -> str:
    if not question:
        return _("Write what is asked.")
    if len(question) > LONGEST_QUESTION:
        return _("This is too long: at most %(most)d characters.") % {"most": LONGEST_QUESTION}
    return ""


def _problem_of_forms(steps: Sequence[Mapping[str, Any]]) -> str:
    for form in FORMS:
        if not any(step["asked"][form] for step in steps):
            return _("Each form asks at least one step: switch one on.")
    return ""


def _problems_of_intake(wording: str, kind: Any, options: Sequence[str]) -> list[str]:
    problems = [problem] if (problem := _problem_of_question(wording)) else []
    if kind not in {CHOICE, TEXT}:
        problems.append(_("A question is answered by a choice or by a text."))
    if kind == CHOICE and not 2 <= len(options) <= MOST_OPTIONS:
        problems.append(_("A choice has 2 to %(most)d answers, one per line.") % {"most": MOST_OPTIONS})
    if len(set(options)) < len(options):
        problems.append(_("Two answers are the same."))
    if any(len(option) > LONGEST_OPTION for option in options):
        problems.append(_("An answer has at most %(most)d characters.") % {"most": LONGEST_OPTION})
    return problems


def _lines(options: Any) -> list[str]:
    lines = options.splitlines() if isinstance(options, str) else options
    return [str(line).strip() for line in lines if str(line).strip()]


def _new_key(wording: str, number: int, taken: set[str]) -> str:
    stem = slugify(wording)[:60].strip("-") or f"question-{number}"
    key, further = stem, 2
    while key in taken:
        key, further = f"{stem}-{further}", further + 1
    return key
