"""Draw the simulated people: who they are, what they prefer, how they write."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from . import planted
from .content import TRAITS

COUNTRIES = {
    "Brazil": 0.09,
    "France": 0.07,
    "Germany": 0.09,
    "India": 0.13,
    "Indonesia": 0.06,
    "Japan": 0.07,
    "Mexico": 0.08,
    "Nigeria": 0.08,
    "South Africa": 0.06,
    "Turkey": 0.05,
    "United Kingdom": 0.09,
    "United States": 0.13,
}
GENDERS = {"Female": 0.49, "Male": 0.47, "Non-binary": 0.03, "Prefer not to say": 0.01}
EDUCATION = {
    "Less than secondary school": 0.08,
    "Secondary school": 0.32,
    "Vocational training": 0.18,
    "Bachelor's degree": 0.27,
    "Master's degree or higher": 0.15,
}
AI_USAGE = {"Never": 0.12, "Less than once a month": 0.15, "Monthly": 0.15, "Weekly": 0.33, "Daily": 0.25}
AI_CONCERN = {
    "More concerned than excited": 0.36,
    "Equally concerned and excited": 0.41,
    "More excited than concerned": 0.23,
}
SHORT_FORM_SHARE = 0.15
_SKIPS_A_QUESTION = 0.02


@dataclass(frozen=True)
class Person:
    """A simulated person.

    `demographics` holds the intake answers, None for a question they skipped. `age` and `country` are the true ones,
    on which their weights (one per trait, in the order of `TRAITS`) depend even where the question was skipped.
    `wordiness` is 0 for people who write a few words, 1 for a sentence or two, 2 for more.
    """

    key: str
    age: str
    country: str
    demographics: dict[str, str | None]
    short_form: bool
    tasks: int
    personal: NDArray[np.float64]
    world: NDArray[np.float64]
    tie_width: float
    wordiness: int
    device: str


def draw_people(*, count: int, seed: int) -> list[Person]:
    """Draw people; the same seed draws the same ones, and a larger count only adds more."""
    shifts = np.random.default_rng([seed, 0]).normal(0, planted.COUNTRY_SPREAD, (len(COUNTRIES), len(TRAITS)))
    by_country = dict(zip(COUNTRIES, shifts, strict=True))
    return [_draw(number, by_country, np.random.default_rng([seed, 1, number])) for number in range(1, count + 1)]


def choice(options: dict[str, float], rng: np.random.Generator) -> str:
    """Draw one of the options by its share."""
    return str(rng.choice(list(options), p=np.array(list(options.values())) / sum(options.values())))


def _draw(number: int, by_country: dict[str, NDArray[np.float64]], rng: np.random.Generator) -> Person:
    age, country = choice(planted.AGES, rng), choice(COUNTRIES, rng)
    common = np.array([planted.PERSONAL[trait] for trait in TRAITS])
    split = np.array([planted.split_weight(age) if trait == planted.SPLIT_TRAIT else 0.0 for trait in TRAITS])
    personal = common + split + by_country[country] + rng.normal(0, planted.PERSON_SPREAD, len(TRAITS))
    shift = np.array([planted.WORLD_SHIFT.get(trait, 0.0) for trait in TRAITS])
    demographics: dict[str, str | None] = {
        "age": age,
        "gender": choice(GENDERS, rng),
        "education_level": choice(EDUCATION, rng),
        "country_of_residence": country,
        "generative_ai_usage": choice(AI_USAGE, rng),
        "ai_concern_level": choice(AI_CONCERN, rng),
    }
    skipped = rng.random(len(demographics)) < _SKIPS_A_QUESTION
    return Person(
        key=f"sim-{number:03d}",
        age=age,
        country=country,
        demographics={
            name: None if skip else value for (name, value), skip in zip(demographics.items(), skipped, strict=True)
        },
        short_form=bool(rng.random() < SHORT_FORM_SHARE),
        tasks=int(rng.integers(10, 13)),
        personal=personal,
        world=personal + shift + rng.normal(0, planted.WORLD_PERSON_SPREAD, len(TRAITS)),
        tie_width=float(planted.TIE_WIDTH * rng.lognormal(0, 0.5)),
        wordiness=int(rng.choice(3, p=[0.3, 0.45, 0.25])),
        device=choice({"phone": 0.48, "desktop": 0.42, "tablet": 0.1}, rng),
    )
