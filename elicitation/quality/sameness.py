"""People who do the same thing on every task: the same places, the same levels, all in one place."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Final

from measures.rankings import to_shown
from measures.robust import binomial_tail

from .given import Finding, Given, Material
from .kinds import ALL_TIES, SAME_LEVELS, SAME_POSITIONS, strength_of

MOST_CHANCE: Final = 1e-4
"""Of a pattern as regular by chance: one honest person in 10,000, so that thousands raise no crowd of false ones."""

EXTREME_CHANCE: Final = 1e-10
"""From where the sign is as strong as can be."""

FEWEST_TASKS_SAME_LEVELS: Final = 8
FEWEST_SCORES: Final = 30
SHARE_SAME: Final = 0.9
"""Of tasks, or scores. All but one of ten: people do find many prompts equally important."""

FEWEST_RANKINGS: Final = 5
SHARE_TIED: Final = 0.5


def find_same_positions(material: Material) -> Iterator[Finding]:
    """Flag people whose orders follow the screen.

    Letters are shuffled for each person and task, independently of what the responses say. So of the rankings of one
    shape (how many stand in each place) an honest person gives, every arrangement on the screen is equally likely: the
    number of the most frequent one is binomial, and no crowd is needed to know the chance.
    """
    for person, given in material.people.items():
        found = [_most_regular(given, block) for block in ("personal", "world")]
        chance, pattern, same, of = min(found, key=lambda each: each[0])
        if chance <= MOST_CHANCE:
            yield Finding(
                SAME_POSITIONS,
                person,
                _rarity(chance),
                {
                    "pattern_on_screen": pattern,
                    "times": same,
                    "of_rankings": of,
                    "chance": float(f"{chance:.2g}"),
                    "assessments": [each.pk for each in given],
                },
            )


def _most_regular(given: Sequence[Given], block: str) -> tuple[float, str, int, int]:
    """Return the chance of a person's most regular shape in a block, the pattern, how often it came, and out of."""
    by_shape: dict[tuple[int, ...], list[str]] = defaultdict(list)
    for each in given:
        ranked = each.rankings.get(block)
        if ranked and ranked.order and len(each.shown_order) * 2 - 1 == len(ranked.order):
            shape, pattern = _on_screen(ranked.order, each.shown_order)
            if len(shape) > 1:  # the tie of all looks the same wherever responses stand
                by_shape[shape].append(pattern)
    best = (1.0, "", 0, 0)
    for shape, patterns in by_shape.items():
        arrangements = math.factorial(sum(shape)) // math.prod(map(math.factorial, shape))
        pattern, same = Counter(patterns).most_common(1)[0]
        # Any of the arrangements, of either block, of any shape might have been the regular one.
        tries = arrangements * 2 * len(by_shape)
        chance = min(1.0, tries * binomial_tail(same, len(patterns), 1 / arrangements))
        best = min(best, (chance, pattern, same, len(patterns)))
    return best


@lru_cache(maxsize=10_000)
def _on_screen(order: str, shown_order: str) -> tuple[tuple[int, ...], str]:
    """Return how many responses stand in each place, and the ranking in the letters on the screen."""
    return tuple(len(group.split("=")) for group in order.split(">")), to_shown(order, shown_order)


def find_same_levels(material: Material) -> Iterator[Finding]:
    """Flag people whose scales, or whose scores of criteria, hardly ever change."""
    scales = {person: [each.levels for each in given if any(each.levels)] for person, given in material.people.items()}
    scores = {person: [score for each in given for score in each.scores] for person, given in material.people.items()}
    findings = {
        **_unchanging(scores, fewest=FEWEST_SCORES, what="scores"),
        **_unchanging(scales, fewest=FEWEST_TASKS_SAME_LEVELS, what="scales"),
    }
    for person, (chance, evidence) in findings.items():
        yield Finding(SAME_LEVELS, person, _rarity(chance), evidence)


def _unchanging(
    given: Mapping[int, Sequence[object]], *, fewest: int, what: str
) -> dict[int, tuple[float, dict[str, object]]]:
    """Return the people who give one value nearly always, with its chance if they were as the others."""
    everywhere = Counter(value for values in given.values() for value in values)
    total = sum(everywhere.values())
    found = {}
    for person, values in given.items():
        if len(values) < fewest:
            continue
        value, same = Counter(values).most_common(1)[0]
        others = total - len(values)
        # One more of each, so that what nobody else gives is rare and not impossible.
        usual = (everywhere[value] - same + 1) / (others + len(everywhere) + 1)
        chance = min(1.0, binomial_tail(same, len(values), usual))
        if same >= SHARE_SAME * len(values) and chance <= MOST_CHANCE:
            shown = list(value) if isinstance(value, tuple) else value
            found[person] = (
                chance,
                {
                    "what": what,
                    "value": shown,
                    "times": same,
                    "of": len(values),
                    "share_among_others": round(usual, 4),
                    "chance": float(f"{chance:.2g}"),
                },
            )
    return found


def find_all_ties(material: Material) -> Iterator[Finding]:
    """Flag people who put all responses into one place far more often than others do."""
    tied = {person: [">" not in order for order in _orders(given)] for person, given in material.people.items()}
    total, all_tied = sum(map(len, tied.values())), sum(map(sum, tied.values()))
    for person, marks in tied.items():
        own = sum(marks)
        if len(marks) < FEWEST_RANKINGS or own < SHARE_TIED * len(marks):
            continue
        usual = (all_tied - own + 1) / (total - len(marks) + 2)
        chance = binomial_tail(own, len(marks), usual)
        if chance <= MOST_CHANCE:
            yield Finding(
                ALL_TIES,
                person,
                strength_of(own / len(marks), threshold=SHARE_TIED, extreme=1.0),
                {
                    "tied_everything": own,
                    "of_rankings": len(marks),
                    "share_among_others": round(usual, 4),
                    "chance": float(f"{chance:.2g}"),
                },
            )


def _orders(given: Sequence[Given]) -> list[str]:
    return [ranked.order for each in given for ranked in each.rankings.values() if ranked.order]


def _rarity(chance: float) -> float:
    """Return the strength of a pattern by how unlikely it is, in powers of ten."""
    return strength_of(
        math.log10(max(chance, 1e-300)), threshold=math.log10(MOST_CHANCE), extreme=math.log10(EXTREME_CHANCE)
    )
