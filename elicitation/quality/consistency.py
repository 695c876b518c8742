"""How steady people are: the same prompt shown twice, and one half of the tasks beside the other."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from measures.pairs import pair_agreement, tau_b
from measures.rankings import Floats, order_of_places, order_of_text, places_by_score, utilities, weak_orders
from measures.resampling import UNDEFINED, Estimate, interval
from measures.robust import spearman_brown, spread

from .given import Finding, Given, Material
from .kinds import UNEVEN_HALVES, UNSTEADY, strength_of

HIGHEST_TAU: Final = -0.3
"""Mean tau-b between first and second order. Honest simulated people, who order close responses by a hair, are below
it on one prompt in 30; somebody who clicks at random is on one in four."""

FEWEST_PER_HALF: Final = 3
"""Tasks in either half with an agreement."""

FEWEST_PEOPLE: Final = 20
LEAST_DEVIATION: Final = 0.05
FURTHEST_APART: Final = 3.5
"""Robust standard deviations between a person's halves: fewer than 1 in 2,000 normal ones."""

RESAMPLES: Final = 1000


def find_unsteady(material: Material) -> Iterator[Finding]:
    """Flag people who order prompts that are shown twice rather the other way round the second time."""
    for person, given in material.people.items():
        taus, tasks = _repeats(material, given)
        if taus and float(np.mean(taus)) <= HIGHEST_TAU:
            mean = float(np.mean(taus))
            yield Finding(
                UNSTEADY,
                person,
                strength_of(mean, threshold=HIGHEST_TAU, extreme=-1.0),
                {"tau_b": round(mean, 3), "rankings_compared": len(taus), "assessments": tasks},
            )


def retest_taus(material: Material) -> list[float]:
    """Return the mean tau-b of everybody who was shown a prompt twice."""
    found = (_repeats(material, given)[0] for given in material.people.values())
    return [float(np.mean(taus)) for taus in found if taus]


def _repeats(material: Material, given: Sequence[Given]) -> tuple[list[float], list[int]]:
    by_prompt = {each.prompt: each for each in given}
    taus, tasks = [], []
    for again in given:
        original = material.prompts[again.prompt].retest_of
        first = None if original is None else by_prompt.get(original)
        if first is None:
            continue
        tasks += [first.pk, again.pk]
        for block in first.rankings.keys() & again.rankings.keys():
            one, other = first.rankings[block].order, again.rankings[block].order
            if ">" in one and ">" in other and len(one) == len(other):
                size = (len(one) + 1) // 2
                taus.append(float(tau_b(order_of_text(one), order_of_text(other), size)))
    return taus, sorted(tasks)


@dataclass(frozen=True)
class Halves:
    """People's mean agreement with the crowd on their odd and their even tasks.

    `reliability` is the correlation of the two over people, corrected for whole length by Spearman and Brown, with a
    bootstrap interval over people: how far a person's agreement with the crowd is a trait of the person at all.
    """

    people: tuple[int, ...]
    odd: Floats
    even: Floats
    reliability: Estimate


def measure_halves(material: Material) -> Halves:
    """Compare everybody's halves; the crowd a person is held against is everybody else on that prompt."""
    agreement = _agreement_with_others(material)
    people, odd, even = [], [], []
    for person, given in material.people.items():
        values = [agreement[each.pk] for each in given if each.pk in agreement]
        if len(values) >= 2 * FEWEST_PER_HALF:
            people.append(person)
            odd.append(float(np.mean(values[::2])))
            even.append(float(np.mean(values[1::2])))
    first, second = np.array(odd), np.array(even)
    return Halves(tuple(people), first, second, _reliability(first, second))


def find_uneven_halves(halves: Halves) -> Iterator[Finding]:
    """Flag people whose halves differ far more than those of others do."""
    if len(halves.people) < FEWEST_PEOPLE:
        return
    gaps = halves.odd - halves.even
    apart = spread(gaps, least_deviation=LEAST_DEVIATION).z(gaps)
    for person, z, odd, even in zip(halves.people, apart.tolist(), halves.odd, halves.even, strict=True):
        if abs(z) >= FURTHEST_APART:
            yield Finding(
                UNEVEN_HALVES,
                person,
                strength_of(abs(z), threshold=FURTHEST_APART, extreme=7.0),
                {
                    "agreement_on_odd_tasks": round(float(odd), 3),
                    "agreement_on_even_tasks": round(float(even), 3),
                    "deviations": round(abs(z), 2),
                },
            )


def _reliability(odd: Floats, even: Floats) -> Estimate:
    if len(odd) < FEWEST_PEOPLE or not odd.std() or not even.std():
        return UNDEFINED
    rng = np.random.default_rng(0)
    draws = rng.integers(len(odd), size=(RESAMPLES, len(odd)))
    picks = np.vstack([np.arange(len(odd)), draws])
    one, other = odd[picks], even[picks]
    one, other = one - one.mean(axis=1, keepdims=True), other - other.mean(axis=1, keepdims=True)
    scale = np.sqrt((one**2).sum(axis=1) * (other**2).sum(axis=1))
    correlations = np.divide((one * other).sum(axis=1), scale, out=np.full(len(scale), np.nan), where=scale > 0)
    return interval(np.array([spearman_brown(float(r)) if not np.isnan(r) else np.nan for r in correlations]))


def _agreement_with_others(material: Material) -> Mapping[int, float]:
    """Return, by assessment, the pair agreement with the Borda order of everybody else, on prompts that count."""
    block = _commonest_block(material)
    by_prompt: dict[int, list[Given]] = defaultdict(list)
    for each in material.everything():
        ranked = each.rankings.get(block)
        if ranked and ranked.order and material.prompts[each.prompt].is_counted:
            by_prompt[each.prompt].append(each)
    found = {}
    for prompt, given in by_prompt.items():
        size = material.prompts[prompt].candidates
        orders = np.array([order_of_text(each.rankings[block].order, size) for each in given], dtype=np.intp)
        gains = utilities(weak_orders(size)[orders])
        others = order_of_places(places_by_score(gains.sum(axis=0) - gains))
        agreements = pair_agreement(orders, others, size) if len(given) > 1 else np.full(len(given), np.nan)
        found.update(
            {each.pk: float(value) for each, value in zip(given, agreements, strict=True) if not np.isnan(value)}
        )
    return found


def _commonest_block(material: Material) -> str:
    counts: dict[str, int] = defaultdict(int)
    for each in material.everything():
        for block, ranked in each.rankings.items():
            counts[block] += bool(ranked.order)
    return max(sorted(counts), key=lambda block: counts[block], default="personal")
