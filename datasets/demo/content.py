"""Read the demo study's written content: prompts, answers, criteria, phrases and the spec.

Every answer carries its author's annotation: how strongly (0 to 1) it shows each of the `TRAITS`.
"""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

FOLDER = Path(__file__).parent / "content"
LETTERS = "ABCD"
ANCHOR = "eating-meat"

TRAITS: dict[str, str] = {
    "perspectives": "lays out more than one view of the matter, fairly",
    "takes_side": "gives a verdict of its own",
    "refuses": "declines to engage with the question",
    "warns": "points out risks and bad consequences",
    "moralises": "says what is right, what one owes to others, what a good person would do",
    "empathises": "acknowledges what the person feels",
    "steps": "gives concrete things to do or to say",
    "hedges": "marks its own uncertainty",
    "refers": "sends the person to a professional or to other people",
    "asks": "asks the person something back",
    "informs": "gives facts, evidence or background",
    "autonomy": "leaves the decision with the person",
}


@dataclass(frozen=True)
class Answer:
    """A candidate answer; `traits` names only those it shows."""

    letter: str
    viewpoint: str
    text: str
    traits: dict[str, float]


@dataclass(frozen=True)
class DemoCriterion:
    """A pre-written criterion, the trait it touches, and whether it asks for it (+1) or for its absence (-1)."""

    text: str
    trait: str
    sign: int


@dataclass(frozen=True)
class DemoPrompt:
    """A prompt with its four answers and six criteria.

    `importance`, `subjectivity` and `familiarity` (0 to 1) are the author's guess at how much is at stake, how far the
    answer depends on a person's values, and how many people ask such a thing.
    """

    key: str
    topic: str
    subject: str
    importance: float
    subjectivity: float
    familiarity: float
    messages: list[dict[str, str]]
    answers: tuple[Answer, ...]
    criteria: tuple[DemoCriterion, ...]

    @property
    def trait_matrix(self) -> NDArray[np.float64]:
        """The annotations as an array, one row per answer in letter order, one column per trait."""
        return np.array([[answer.traits.get(trait, 0.0) for trait in TRAITS] for answer in self.answers])


@cache
def prompts() -> tuple[DemoPrompt, ...]:
    """Return the prompts in the study's order (that of their file names)."""
    return tuple(_prompt(json.loads(path.read_text("utf-8"))) for path in sorted((FOLDER / "prompts").glob("*.json")))


@cache
def phrases() -> dict[str, Any]:
    """Return the phrases from which simulated people make their sentences."""
    content: dict[str, Any] = json.loads((FOLDER / "phrases.json").read_text("utf-8"))
    return content


def spec_path() -> Path:
    """Return the file of the behaviour spec written for the demo."""
    return FOLDER / "spec.md"


def _prompt(source: dict[str, Any]) -> DemoPrompt:
    return DemoPrompt(
        **{
            **source,
            "answers": tuple(Answer(**answer) for answer in source["answers"]),
            "criteria": tuple(DemoCriterion(**criterion) for criterion in source["criteria"]),
        }
    )
