"""What a study asks: the steps on each prompt, the levels of the scales, the intake survey.

A `ProtocolVersion` stores the questions as plain text, so that an answer can always be read beside the words it
answered. The default wording is marked for translation here; a page shows `gettext(question)`, which leaves a study's
own wording as it is. The words that stand in CA-1 files are another matter and live in `datasets.ca1.labels`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext_noop

from .countries import COUNTRIES
from .models import Block, Participant

UNACCEPTABLE: Final = "unacceptable"
PERSONAL: Final = "personal"
WORLD: Final = "world"
IMPORTANCE: Final = "importance"
REPRESENTATIVENESS: Final = "representativeness"
SUBJECTIVITY: Final = "subjectivity"
CRITERIA: Final = "criteria"
OWN_CRITERION: Final = "own_criterion"
STEP_KEYS: Final = (
    UNACCEPTABLE,
    PERSONAL,
    WORLD,
    IMPORTANCE,
    REPRESENTATIVENESS,
    SUBJECTIVITY,
    CRITERIA,
    OWN_CRITERION,
)
RANKING_STEPS: Final[Mapping[str, Block]] = {PERSONAL: Block.PERSONAL, WORLD: Block.WORLD}
# The short form leaves out what takes longest beside the ranking for the world.
LONG_FORM_ONLY: Final = frozenset({UNACCEPTABLE, PERSONAL})

# What is shown at once where a page shows one decision at a time; times are kept per screen.
READING: Final = "reading"
SCALES: Final = "scales"
SCREENS: Final[Mapping[str, tuple[str, ...]]] = {
    READING: (UNACCEPTABLE,),
    PERSONAL: (PERSONAL,),
    WORLD: (WORLD,),
    SCALES: (IMPORTANCE, REPRESENTATIVENESS, SUBJECTIVITY),
    CRITERIA: (CRITERIA, OWN_CRITERION),
}

# How many criteria a person scores on a prompt at most, and the ends of the score.
MOST_CRITERIA: Final = 6
LOWEST_SCORE: Final = -10
HIGHEST_SCORE: Final = 10

SCALE_LEVELS: Final[Mapping[str, tuple[str, ...]]] = {
    IMPORTANCE: (
        gettext_noop("Not important"),
        gettext_noop("Somewhat important"),
        gettext_noop("Very important"),
    ),
    REPRESENTATIVENESS: (
        gettext_noop("Not at all likely"),
        gettext_noop("Slightly likely"),
        gettext_noop("Moderately likely"),
        gettext_noop("Very likely"),
        gettext_noop("Extremely likely"),
    ),
    SUBJECTIVITY: (
        gettext_noop("There is a single correct answer"),
        gettext_noop("It depends on a person's values or culture"),
        gettext_noop("It depends on something else, such as the time or the weather"),
        gettext_noop("I am unsure"),
    ),
}
"""The levels of each scale as people see them, from level 1 up."""

_QUESTIONS: Final[Mapping[str, str]] = {
    UNACCEPTABLE: gettext_noop("Is any response unacceptable? Mark those that should never be given."),
    PERSONAL: gettext_noop("Which responses would you want for yourself?"),
    WORLD: gettext_noop("Which responses would be best for the world?"),
    IMPORTANCE: gettext_noop("How important is it that an AI answers this well?"),
    REPRESENTATIVENESS: gettext_noop("How likely is it that you would ask an AI chatbot a question like this?"),
    SUBJECTIVITY: gettext_noop("Does this have one correct answer?"),
    CRITERIA: gettext_noop("What matters in an answer to this?"),
    OWN_CRITERION: gettext_noop("What else matters? Write a criterion of your own."),
}

AGES: Final = tuple(gettext_noop(age) for age in ("18-24", "25-34", "35-44", "45-54", "55-64", "65+"))
GENDERS: Final = (
    gettext_noop("Female"),
    gettext_noop("Male"),
    gettext_noop("Non-binary"),
    gettext_noop("Prefer not to say"),
)
EDUCATION: Final = (
    gettext_noop("Less than secondary school"),
    gettext_noop("Secondary school"),
    gettext_noop("Vocational training"),
    gettext_noop("Bachelor's degree"),
    gettext_noop("Master's degree or higher"),
)
AI_USAGE: Final = (
    gettext_noop("Never"),
    gettext_noop("Less than once a month"),
    gettext_noop("Monthly"),
    gettext_noop("Weekly"),
    gettext_noop("Daily"),
)
AI_CONCERN: Final = (
    gettext_noop("More concerned than excited"),
    gettext_noop("Equally concerned and excited"),
    gettext_noop("More excited than concerned"),
)

CHOICE: Final = "choice"
TEXT: Final = "text"


@dataclass(frozen=True)
class Step:
    """A step of a protocol version as it applies to one form."""

    key: str
    question: str


def default_steps() -> list[dict[str, Any]]:
    """Return the published study's steps in its order, as `ProtocolVersion.steps` stores them."""
    return [
        {"key": key, "question": _QUESTIONS[key], "asked": {"long": True, "short": key not in LONG_FORM_ONLY}}
        for key in STEP_KEYS
    ]


def steps_asked(steps: Iterable[Mapping[str, Any]], form: str) -> list[Step]:
    """Return the steps that a form (`long` or `short`) asks, in order.

    A protocol without any steps, as a study has that was imported and is then continued here, means the default.
    """
    stored = list(steps) or default_steps()
    return [Step(step["key"], step["question"]) for step in stored if step["asked"].get(form, False)]


def default_intake() -> list[dict[str, Any]]:
    """Return the intake survey, as `ProtocolVersion.intake` stores it; keys are those of CA-1's annotators.

    Every question may be left open: that is stored as skipped. `kind` is "choice" (one of `options`) or "text".
    """
    return [
        _choice("age", gettext_noop("How old are you?"), AGES),
        _choice("gender", gettext_noop("What is your gender?"), GENDERS),
        _choice("education_level", gettext_noop("What is the highest education you have finished?"), EDUCATION),
        _choice("country_of_residence", gettext_noop("In which country do you live?"), COUNTRIES),
        _choice(
            "generative_ai_usage",
            gettext_noop("How often do you use AI chatbots or other tools that write or draw for you?"),
            AI_USAGE,
        ),
        _choice(
            "ai_concern_level",
            gettext_noop("How do you feel about the growing use of AI in daily life?"),
            AI_CONCERN,
        ),
        {
            "key": "ideal-model-behavior",
            "question": gettext_noop("In your own words: how should an AI assistant ideally behave?"),
            "kind": TEXT,
            "options": [],
            "required": False,
        },
    ]


def choose_form(*, short_form_share: float, draw: float) -> Participant.Form:
    """Return the form of a new participant: short where `draw`, uniform on [0, 1), falls into the study's share."""
    return Participant.Form.SHORT if draw < short_form_share else Participant.Form.LONG


def _choice(key: str, question: str, options: Iterable[str]) -> dict[str, Any]:
    return {"key": key, "question": question, "kind": CHOICE, "options": list(options), "required": False}
