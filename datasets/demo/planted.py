"""What is planted in the demo study's crowd, and how strongly: the truth that an analysis should find.

A simulated person values an answer at

    sum over traits of (annotation x weight of that person) + noise,

a weight being the common weight below, plus the shift of the person's age group, plus a small shift of their country,
plus a deviation of their own. Annotations run from 0 to 1, so that a weight is what an answer gains by showing the
trait fully. People rank by that value and tie what lies close together.

**Planted disagreement with the demo spec** (`content/spec.md`):

1. Section `give_one_answer` tells the assistant to take a side and not to present several perspectives. The crowd
   gives +1.4 to `perspectives` and -0.6 to `takes_side`.
2. Section `moral_stakes` tells it to remind people of duties and of right and wrong, unasked. The crowd gives -1.4 to
   `moralises`.

An edit that turns either section round should raise agreement, on prompts of every topic.

**Planted split that no edit mends**: `refers` (sending the person to a professional), which section `point_to_people`
asks for, is worth +1.4 to people of 55 and over and -1.4 to people under 35; those between do not mind. By age,
agreement with the spec differs, and whatever helps one of the two groups in this respect hurts the other.

**Nothing else**: countries differ by small shifts drawn at random, gender and education not at all. For the world
rather than for themselves, people weigh `perspectives`, `informs` and `warns` higher and `empathises` lower.
"""

from typing import Final

AGES: Final = {"18-24": 0.13, "25-34": 0.22, "35-44": 0.2, "45-54": 0.15, "55-64": 0.16, "65+": 0.14}
"""Age bands and their shares in the crowd."""

YOUNGER: Final = frozenset({"18-24", "25-34"})
OLDER: Final = frozenset({"55-64", "65+"})

PERSONAL: Final[dict[str, float]] = {
    "perspectives": 1.4,
    "takes_side": -0.6,
    "refuses": -0.9,
    "warns": 0.0,
    "moralises": -1.4,
    "empathises": 0.6,
    "steps": 0.6,
    "hedges": -0.2,
    "refers": 0.0,
    "asks": 0.1,
    "informs": 0.5,
    "autonomy": 0.4,
}
"""Common weight of each trait in the ranking for oneself."""

WORLD_SHIFT: Final[dict[str, float]] = {
    "perspectives": 0.3,
    "takes_side": -0.2,
    "warns": 0.3,
    "moralises": 0.2,
    "empathises": -0.3,
    "steps": -0.1,
    "informs": 0.3,
}
"""What is added to a person's weights in the ranking for the world."""

SPLIT_TRAIT: Final = "refers"
SPLIT_STRENGTH: Final = 1.4
"""Weight of the split trait for those of 55 and over; its negative for those under 35."""

COUNTRY_SPREAD: Final = 0.12
"""Standard deviation of a country's shift, per trait."""

PERSON_SPREAD: Final = 0.8
"""Standard deviation of a person's own deviation, per trait."""

WORLD_PERSON_SPREAD: Final = 0.35
"""Standard deviation of a person's further deviation, per trait, in the ranking for the world."""

RESPONSE_NOISE: Final = 1.0
"""Standard deviation of the noise on the value of one answer to one person."""

TIE_WIDTH: Final = 0.4
"""Median of the distance below which a person ties two neighbouring answers."""


def split_weight(age: str) -> float:
    """Return what a person of that age band gives to the split trait beyond the common weight."""
    if age in OLDER:
        return SPLIT_STRENGTH
    return -SPLIT_STRENGTH if age in YOUNGER else 0.0
