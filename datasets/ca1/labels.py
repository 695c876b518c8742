"""The wording of CA-1's three scales, and the levels it stands for.

The public files put the deciding words in mathematical bold letters; they are NFKC-normalised before the
match. A level is recognised by the words that set it apart, so that a study's own wording around them is taken
too. Sources: field descriptions of the public dataset card, and the sentences its files hold.
"""

import unicodedata
from dataclasses import dataclass


@dataclass(frozen=True)
class Scale:
    """A scale: its field, the sentence written for each level from 1 up, and the words that tell it."""

    field: str
    sentences: tuple[str, ...]
    cues: tuple[tuple[str, ...], ...]

    def level_of(self, label: str) -> int | None:
        """Return the level (from 1) a label names, None where it names none. Lower levels are tried first."""
        text = unicodedata.normalize("NFKC", label).casefold()
        for level, cues in enumerate(self.cues, start=1):
            if any(cue in text for cue in cues):
                return level
        return None

    def sentence(self, level: int) -> str:
        """Return the sentence written for a level."""
        return self.sentences[level - 1]


IMPORTANCE = Scale(
    field="importance",
    sentences=("Not important", "Somewhat important", "Very important"),
    cues=(("not", "unimportant"), ("somewhat", "moderately", "slightly"), ("very important", "extremely important")),
)
REPRESENTATIVENESS = Scale(
    field="representativeness",
    sentences=tuple(
        f"It is {degree} likely that I would ask a question like this to an AI chatbot."
        for degree in ("not at all", "slightly", "moderately", "very", "extremely")
    ),
    cues=(("not at all",), ("slightly",), ("moderately", "somewhat"), ("very",), ("extremely",)),
)
SUBJECTIVITY = Scale(
    field="subjectivity",
    sentences=(
        "There is a single correct answer",
        "The correct answer depends on a person's values or culture",
        "The correct answer depends on something else (the time, the weather, etc)",
        "I am unsure",
    ),
    cues=(
        ("single", "one correct", "same for everyone"),
        ("values or culture", "values and culture"),
        ("something else",),
        ("unsure", "not sure", "don't know", "do not know"),
    ),
)
SCALES = (IMPORTANCE, REPRESENTATIVENESS, SUBJECTIVITY)
