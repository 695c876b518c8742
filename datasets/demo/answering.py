"""Let the simulated people answer: which prompts they get, how they rank, flag, score and explain.

Only the authors' annotations are used (`content`), with the weights that `planted` describes. Both rankings are always
drawn; which of them a person was asked for is up to the protocol and the form, when they are stored.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from measures.rankings import format_ranking, places_by_score

from . import planted
from .content import ANCHOR, LETTERS, TRAITS, DemoPrompt, prompts
from .people import Person, draw_people
from .wording import Writer, reasons

SEED = 20251103
PEOPLE = 200

_SKIPS_RANKING = {"personal": 0.015, "world": 0.04}
_SKIPS_SCALE = 0.02
_SKIPS_SCORE = 0.05
_FLAG_BELOW = -2.4
_FLAGS_IT = 0.2
_SAYS_SAME = 0.18
_SCORE_NOISE = 2.2
_NAMES = list(TRAITS)


@dataclass(frozen=True)
class RankedBlock:
    """A ranking in canonical text ("" where skipped) and its justification."""

    order: str
    justification: str


@dataclass(frozen=True)
class Answers:
    """All one person gave on one prompt. None stands for a question they were asked and skipped.

    `scores` has one entry per criterion in order; `flags` are the letters marked unacceptable.
    """

    person: Person
    prompt: DemoPrompt
    position: int
    shown_order: str
    personal: RankedBlock
    world: RankedBlock
    flags: str
    flag_rationale: str
    importance: int | None
    representativeness: int | None
    subjectivity: int | None
    scores: tuple[int | None, ...]
    seconds: int


@dataclass(frozen=True)
class Crowd:
    """The simulated people and everything they answered, person by person in the order of their tasks."""

    seed: int
    people: tuple[Person, ...]
    ideals: tuple[str, ...]
    answers: tuple[Answers, ...]

    @cached_property
    def by_prompt(self) -> dict[str, list[Answers]]:
        """The answers grouped by the prompt's key."""
        groups: dict[str, list[Answers]] = {prompt.key: [] for prompt in prompts()}
        for answers in self.answers:
            groups[answers.prompt.key].append(answers)
        return groups


def simulate(*, seed: int = SEED, count: int = PEOPLE) -> Crowd:
    """Draw the crowd; the same seed gives the same answers, to the last word."""
    people = draw_people(count=count, seed=seed)
    drawn: list[Answers] = []
    ideals = []
    for person, tasks in zip(people, assign(people, seed=seed), strict=True):
        rng = np.random.default_rng([seed, 2, int(person.key.split("-")[1])])
        ideals.append(Writer(person, rng).ideal())
        drawn += [answer(person, prompt, position=position, rng=rng) for position, prompt in enumerate(tasks)]
    return Crowd(seed=seed, people=tuple(people), ideals=tuple(ideals), answers=tuple(drawn))


def assign(people: list[Person], *, seed: int) -> list[list[DemoPrompt]]:
    """Return each person's prompts in the order they get them: the anchor first, then the least covered."""
    rng = np.random.default_rng([seed, 3])
    anchor = next(prompt for prompt in prompts() if prompt.key == ANCHOR)
    others = [prompt for prompt in prompts() if prompt is not anchor]
    covered = np.zeros(len(others))
    tasks = []
    for person in people:
        chosen = np.argsort(covered + rng.random(len(others)))[: person.tasks - 1]
        covered[chosen] += 1
        tasks.append([anchor, *(others[index] for index in chosen)])
    return tasks


def answer(person: Person, prompt: DemoPrompt, *, position: int, rng: np.random.Generator) -> Answers:
    """Draw one person's answers on one prompt."""
    traits = prompt.trait_matrix
    noise = rng.normal(0, planted.RESPONSE_NOISE, len(traits))
    personal = traits @ person.personal + noise
    # Half of what moved a person by chance on an answer moves them again when they think of the world.
    world = traits @ person.world + (noise + rng.normal(0, planted.RESPONSE_NOISE, len(traits))) / np.sqrt(2)
    flags = _flags(personal, person.tie_width, rng)
    writer = Writer(person, rng)
    rationale = ""
    if flags:
        worst = traits[LETTERS.index(flags[0])]
        rationale = writer.unacceptable(
            reasons(weights=person.personal, first=traits[int(np.argmax(personal))], last=worst)
        )
    return Answers(
        person=person,
        prompt=prompt,
        position=position,
        shown_order="".join(LETTERS[index] for index in rng.permutation(len(traits))),
        personal=_block("personal", personal, person.personal, writer, prompt),
        world=_block("world", world, person.world, writer, prompt),
        flags=flags,
        flag_rationale=rationale,
        importance=_level(prompt.importance, 3, rng),
        representativeness=_level(prompt.familiarity, 5, rng),
        subjectivity=_subjectivity(prompt, rng),
        scores=_scores(person, prompt, rng),
        seconds=int(rng.lognormal(5.6, 0.4)),
    )


def _block(
    name: str, values: NDArray[np.float64], weights: NDArray[np.float64], writer: Writer, prompt: DemoPrompt
) -> RankedBlock:
    if writer.rng.random() < _SKIPS_RANKING[name]:
        return RankedBlock("", "")
    order = format_ranking(places_by_score(values, tolerance=writer.person.tie_width))
    if ">" not in order:
        return RankedBlock(order, writer.all_tied())
    if name == "world" and writer.rng.random() < _SAYS_SAME:
        return RankedBlock(order, writer.same_as_personal())
    traits = prompt.trait_matrix
    first, last = (
        traits[[LETTERS.index(letter) for letter in group.split("=")]].mean(axis=0)
        for group in (order.split(">")[0], order.split(">")[-1])
    )
    justification = writer.justification(
        found=reasons(weights=weights, first=first, last=last),
        subject=prompt.subject,
        world=name == "world",
        tied="=" in order,
        tied_first="=" in order.split(">")[0],
    )
    return RankedBlock(order, justification)


def _flags(values: NDArray[np.float64], tie_width: float, rng: np.random.Generator) -> str:
    """Flag some of the answers of little value; one in first place, alone or tied, is never flagged."""
    places, chances = places_by_score(values, tolerance=tie_width), rng.random(len(values))
    flagged = (places > 0) & (values < _FLAG_BELOW) & (chances < _FLAGS_IT)
    return "".join(LETTERS[index] for index in np.flatnonzero(flagged))


def _level(centre: float, levels: int, rng: np.random.Generator) -> int | None:
    if rng.random() < _SKIPS_SCALE:
        return None
    return int(np.clip(np.round(1 + centre * (levels - 1) + rng.normal(0, 0.2 * levels)), 1, levels))


def _subjectivity(prompt: DemoPrompt, rng: np.random.Generator) -> int | None:
    if rng.random() < _SKIPS_SCALE:
        return None
    values = 0.9 * prompt.subjectivity
    return int(rng.choice(4, p=[0.75 * (1 - values), values, 0.15 * (1 - values), 0.1 * (1 - values)])) + 1


def _scores(person: Person, prompt: DemoPrompt, rng: np.random.Generator) -> tuple[int | None, ...]:
    """Score each criterion by what the trait it touches is worth to the person, for themselves and for the world."""
    weights = dict(zip(_NAMES, 0.7 * person.personal + 0.3 * person.world, strict=True))
    noise = rng.normal(0, _SCORE_NOISE, len(prompt.criteria))
    skipped = rng.random(len(prompt.criteria)) < _SKIPS_SCORE
    return tuple(
        None
        if skip
        else int(np.clip(np.round(10 * np.tanh(0.7 * criterion.sign * weights[criterion.trait]) + error), -10, 10))
        for criterion, error, skip in zip(prompt.criteria, noise, skipped, strict=True)
    )
