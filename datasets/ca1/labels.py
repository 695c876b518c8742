"""The wording of CA-1's three scales, and the levels it stands for.

The public files put the deciding words in mathematical bold letters; they are NFKC-normalised before the
match. A level is recognised by the words that set it apart, so that a study's own wording around them is taken
too. Sources: field descriptions of the public dataset card, and the sentences its files hold.
"""

import re
import unicodedata
from dataclasses import dataclass


@dataclass(frozen=True)
class Scale:
    """A scale: its field, the sentence written for each level from 1 up, and the words that tell a level.

    `cues` are patterns with the level each stands for; the first that is found decides.
    """

    field: str
    sentences: tuple[str, ...]
    cues: tuple[tuple[str, int], ...]

    def level_of(self, label: str) -> int | None:
        """Return the level (from 1) a label names, None where it names none."""
        text = unicodedata.normalize("NFKC", label).casefold().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
        return next((level for cue, level in self.cues if re.search(rf"\b(?:{cue})\b", text)), None)

    def sentence(self, level: int) -> str:
        """Return the sentence written for a level."""
        return self.sentences[level - 1]


IMPORTANCE = Scale(
    field="importance",
    sentences=("Not important", "Somewhat important", "Very important"),
    cues=(("not|unimportant", 1), ("somewhat|moderately|slightly", 2), ("(?:very|extremely) important", 3)),
)
REPRESENTATIVENESS = Scale(
    field="representativeness",
    sentences=tuple(
        f"It is {degree} likely that I would ask a question like this to an AI chatbot."
        for degree in ("not at all", "slightly", "moderately", "very", "extremely")
    ),
    cues=(("not at all|unlikely", 1), ("slightly", 2), ("moderately|somewhat", 3), ("very", 4), ("extremely", 5)),
)
SUBJECTIVITY = Scale(
    field="subjectivity",
    sentences=(
        "There is a single correct answer",
        "The correct answer depends on a person's values or culture",
        "The correct answer depends on something else (the time, the weather, etc)",
        "I am unsure",
    ),
    # Who is unsure "whether there is a single correct answer" has not said that there is one.
    cues=(
        ("unsure|not sure|don't know|do not know", 4),
        ("something else", 3),
        ("values|culture", 2),
        ("single|one correct|same for everyone", 1),
    ),
)
SCALES = (IMPORTANCE, REPRESENTATIVENESS, SUBJECTIVITY)
