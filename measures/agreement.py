"""How well a ranker agrees with a crowd, beside what could be expected and what could be reached.

Every figure is a mean over prompts of means over people, so that a prompt counts once however many people ranked it,
and comes with the interval of `measures.resampling`. A prompt on which nothing is defined (everybody ties everything)
is left out. The reference lines are taken over the prompts that the ranker ranked, and only over those.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from . import pairs
from .aggregation import borda_places
from .rankings import Floats, Ints, order_of_places, weak_orders
from .resampling import Clusters, Estimate, Statistic, Weights, interval, mean_over_prompts

NOT_RANKED = -1
_Measure = Callable[[ArrayLike, ArrayLike, int], Floats]


@dataclass(frozen=True)
class Rankings:
    """Rankings of prompts' candidates by people.

    Attributes:
        prompt: shape (n,), index of the prompt, 0..P-1.
        person: shape (n,), index of the person, 0..N-1; a person ranks a prompt once.
        order: shape (n,), row in `weak_orders(K)`, K being that of the prompt.
        sizes: shape (P,), K per prompt.

    Example:
        >>> Rankings(prompt=np.array([0, 0]), person=np.array([0, 1]), order=np.array([3, 4]), sizes=np.array([4]))[0:1]
        Rankings(prompt=array([0]), person=array([0]), order=array([3]), sizes=array([4]))
    """

    prompt: Ints
    person: Ints
    order: Ints
    sizes: Ints

    def __len__(self) -> int:
        return len(self.order)

    def __getitem__(self, chosen: Any) -> "Rankings":
        return Rankings(self.prompt[chosen], self.person[chosen], self.order[chosen], self.sizes)

    def where(self, mask: ArrayLike) -> "Rankings":
        """Return the rankings where `mask`, booleans of shape (n,), is true; prompts and people keep their numbers."""
        return self[np.asarray(mask, dtype=bool)]

    def by_size(self) -> "Iterator[tuple[int, NDArray[np.bool_]]]":
        """Yield each K among these rankings, with the mask of the rankings of K candidates."""
        sizes = self.sizes[self.prompt]
        for size in np.unique(sizes):
            yield int(size), sizes == size


@dataclass(frozen=True)
class Agreement:
    """What `measure_agreement` found.

    Attributes:
        pair_agreement: `pairs.pair_agreement` of the ranker with people.
        tau_b: `pairs.tau_b` of the ranker with people; undefined also where the ranker ties everything.
        top_choice: `pairs.top_choice` of the ranker with people.
        attainable: pair agreement with people of the best single ranking of each prompt, chosen among all weak orders
            with these very people in view: a ceiling for these data, not a promise for others. Its interval holds the
            chosen rankings as they are.
        share_of_attainable: pair_agreement / attainable, resampled as a ratio.
        person_to_person: mean pair agreement over the ordered pairs of different people on a prompt.
        aggregate: tau-b of the ranker with the crowd's Borda order, per prompt, held as it is when resampled.
        prompts: prompts that count in pair_agreement.
        assessments: rankings that count in pair_agreement.
        all_tied: rankings of ranked prompts that tie everything and so say nothing.
    """

    pair_agreement: Estimate
    tau_b: Estimate
    top_choice: Estimate
    attainable: Estimate
    share_of_attainable: Estimate
    person_to_person: Estimate
    aggregate: Estimate
    prompts: int
    assessments: int
    all_tied: int

    def to_json(self) -> dict[str, Any]:
        """Return every figure under its name, estimates as `{"estimate", "low", "high"}`."""
        values = ((each.name, getattr(self, each.name)) for each in fields(self))
        return {name: value.to_json() if isinstance(value, Estimate) else value for name, value in values}


@dataclass(frozen=True)
class Difference:
    """A paired difference of pair agreement, after less before.

    Attributes:
        estimate, low, high: the difference and its percentile interval; None where nothing defines it.
        p_value: two-sided, by the bootstrap: twice the smaller share of replicates on either side of 0, itself counted
            (so never 0); None where nothing defines it.
        prompts: prompts that count.
        assessments: rankings that count.
        changed: prompts that count and on which the two rankings differ.
        replicates: the resampled differences, shape (B,).
    """

    estimate: float | None
    low: float | None
    high: float | None
    p_value: float | None
    prompts: int
    assessments: int
    changed: int
    replicates: Floats = field(repr=False)

    def quantile(self, level: float) -> float | None:
        """Return a quantile of the replicates, for intervals corrected for how many differences were looked at."""
        known = self.replicates[~np.isnan(self.replicates)]
        return float(np.quantile(known, level)) if known.size else None

    def to_json(self) -> dict[str, Any]:
        """Return every figure but the replicates."""
        return {each.name: getattr(self, each.name) for each in fields(self) if each.name != "replicates"}


def pair_agreement_of(rankings: Rankings, ranker: Ints) -> Floats:
    """Return the pair agreement of a ranker with each ranking.

    Args:
        rankings: n rankings of P prompts.
        ranker: shape (P,), row in `weak_orders(K)`, -1 = not ranked.

    Returns:
        Shape (n,), NaN where the person ties everything or the ranker did not rank.
    """
    return _compared(pairs.pair_agreement, rankings, ranker)


def best_single_rankings(rankings: Rankings) -> Ints:
    """Return for each prompt the ranking with the highest mean pair agreement, of all weak orders.

    Returns:
        Shape (P,); where several are equally good the first in the order of `weak_orders`; -1 where it is undefined.
    """
    best = np.full(len(rankings.sizes), NOT_RANKED, dtype=np.intp)
    for size, mask in rankings.by_size():
        strict = pairs.strict_pairs(size)
        part = rankings.where(mask & (_strict(rankings) > 0))
        prompts, row = np.unique(part.prompt, return_inverse=True)
        # A person's agreement is 1/2 + sum over pairs of (their sign / their strict pairs) x the ranking's sign / 2:
        # linear in the ranking's signs, so the people of a prompt can be summed before the rankings are tried.
        signs = pairs.pair_signs(size)[part.order] / strict[part.order][:, None]
        wishes = np.zeros((len(prompts), signs.shape[1]))
        np.add.at(wishes, row, signs)
        merit = wishes @ pairs.pair_signs(size).T.astype(np.float64)
        # Rounding must not decide between rankings that are equally good.
        best[prompts] = np.argmax(merit >= merit.max(axis=1, keepdims=True) - 1e-9, axis=1)
    return best


def crowd_orders(rankings: Rankings) -> Ints:
    """Return the crowd's Borda order of each prompt, shape (P,), row in `weak_orders(K)`; -1 where nobody ranked."""
    orders = np.full(len(rankings.sizes), NOT_RANKED, dtype=np.intp)
    for size, mask in rankings.by_size():
        prompts, row = np.unique(rankings.prompt[mask], return_inverse=True)
        orders[prompts] = order_of_places(borda_places(weak_orders(size)[rankings.order[mask]], row, len(prompts)))
    return orders


def measure_agreement(
    rankings: Rankings, ranker: Ints, *, resamples: int = 1000, seed: int = 0, confidence: float = 0.95
) -> Agreement:
    """Measure a ranker's agreement with people, and the reference lines.

    Args:
        rankings: n rankings of P prompts by N people.
        ranker: shape (P,), row in `weak_orders(K)`, -1 = not ranked (the prompt is left out of everything).
        resamples: B, of the cluster bootstrap.
        seed: decides the resamples.
        confidence: coverage of the intervals.

    Returns:
        The figures, each an estimate with its interval, all None where nothing defines it.
    """
    ranked = rankings.where(np.asarray(ranker)[rankings.prompt] != NOT_RANKED)
    agreement = pair_agreement_of(ranked, ranker)
    clusters = Clusters(ranked.prompt, ranked.person)
    crowd = _prompts_compared(pairs.tau_b, crowd_orders(ranked), ranker, ranked.sizes)
    values = clusters.replicate(
        {
            "pair_agreement": clusters.nested_mean(agreement),
            "attainable": clusters.nested_mean(pair_agreement_of(ranked, best_single_rankings(ranked))),
            "tau_b": clusters.nested_mean(_compared(pairs.tau_b, ranked, ranker)),
            "top_choice": clusters.nested_mean(_compared(pairs.top_choice, ranked, ranker)),
            "person_to_person": _person_to_person(ranked, clusters),
            "aggregate": clusters.prompt_mean(crowd[clusters.prompts]),
        },
        resamples=resamples,
        seed=seed,
    )
    if len(clusters.prompts) == 1:
        values["aggregate"][1:] = np.nan  # it is resampled by prompts alone, and one prompt does not vary
    values["share_of_attainable"] = pairs.quotient(values["pair_agreement"], values["attainable"])
    known = ~np.isnan(agreement)
    return Agreement(
        **{name: interval(numbers, confidence) for name, numbers in values.items()},
        prompts=len(np.unique(ranked.prompt[known])),
        assessments=int(known.sum()),
        all_tied=int((~known).sum()),
    )


def compare_rankers(
    rankings: Rankings,
    before: Ints,
    after: Ints,
    *,
    resamples: int = 1000,
    seed: int = 0,
    confidence: float = 0.95,
) -> Difference:
    """Compare two rankers by their pair agreement with the same people on the same prompts.

    The difference is taken ranking by ranking, then averaged and resampled as every other figure, so that what the
    two rankers share cancels.

    Args:
        rankings: n rankings of P prompts by N people.
        before: the one ranker, shape (P,), -1 = not ranked.
        after: the other; only prompts ranked by both count.
        resamples, seed, confidence: as in `measure_agreement`.
    """
    gain = pair_agreement_of(rankings, after) - pair_agreement_of(rankings, before)
    known = ~np.isnan(gain)
    clusters = Clusters(rankings.prompt[known], rankings.person[known])
    values = clusters.replicate({"gain": clusters.nested_mean(gain[known])}, resamples=resamples, seed=seed)["gain"]
    found = interval(values, confidence)
    return Difference(
        estimate=found.estimate,
        low=found.low,
        high=found.high,
        p_value=_two_sided(values[1:]) if found.estimate is not None else None,
        prompts=len(clusters.prompts),
        assessments=int(known.sum()),
        changed=int((np.asarray(before) != np.asarray(after))[clusters.prompts].sum()),
        replicates=values[1:],
    )


def _two_sided(replicates: Floats) -> float | None:
    """Return the bootstrap's p-value of "no difference"."""
    known = replicates[~np.isnan(replicates)]
    if not known.size:
        return None
    beyond = min((known <= 0).sum(), (known >= 0).sum())
    return float(min(1.0, 2 * (beyond + 1) / (known.size + 1)))


def _strict(rankings: Rankings) -> Floats:
    """Return how many pairs each ranking orders strictly, shape (n,)."""
    strict = np.zeros(len(rankings))
    for size, mask in rankings.by_size():
        strict[mask] = pairs.strict_pairs(size)[rankings.order[mask]]
    return strict


def _compared(measure: _Measure, rankings: Rankings, ranker: Ints) -> Floats:
    """Compare each ranking with the ranker's of its prompt; NaN where there is none."""
    theirs = np.asarray(ranker)[rankings.prompt]
    values = np.full(len(rankings), np.nan)
    for size, mask in rankings.by_size():
        both = mask & (theirs != NOT_RANKED)
        values[both] = measure(rankings.order[both], theirs[both], size)
    return values


def _prompts_compared(measure: _Measure, one: Ints, other: Ints, sizes: Ints) -> Floats:
    """Compare two rankings of each prompt, shape (P,); NaN where either is missing."""
    both = np.flatnonzero((one != NOT_RANKED) & (np.asarray(other) != NOT_RANKED))
    values = np.full(len(sizes), np.nan)
    values[both] = _compared(measure, Rankings(both, both, one[both], sizes), other)
    return values


def _person_to_person(rankings: Rankings, clusters: Clusters) -> Statistic:
    """Return the statistic "mean over prompts of the mean pair agreement of ordered pairs of different people".

    In a resample a pair of people counts with the product of their weights; a person drawn twice is not compared with
    themselves.
    """
    wishes, signs = _directions(rankings)
    known = (_strict(rankings) > 0).astype(np.float64)
    everybody = clusters.matrix(np.ones(len(rankings)))
    defined = clusters.matrix(known)
    directions = [(clusters.matrix(w), clusters.matrix(s)) for w, s in zip(wishes.T, signs.T, strict=True)]

    def statistic(weights: Weights) -> Floats:
        people = weights.people
        themselves = defined @ (people * people)
        compared = (defined @ people) * (everybody @ people) - themselves
        net = sum((wish @ people) * (sign @ people) for wish, sign in directions)
        # sum over i != j of w_i w_j (1 + net_ij) / 2, where a person's net agreement with themselves is 1
        return mean_over_prompts((compared + net - themselves) / 2, compared, weights.prompts)

    return statistic


def _directions(rankings: Rankings) -> tuple[Floats, Floats]:
    """Return for each ranking its signs over its number of strict pairs, and its signs, both padded to one width."""
    width = max((size * (size - 1) // 2 for size, _ in rankings.by_size()), default=0)
    wishes, signs = np.zeros((len(rankings), width)), np.zeros((len(rankings), width))
    strict = np.maximum(_strict(rankings), 1)
    for size, mask in rankings.by_size():
        own = pairs.pair_signs(size)[rankings.order[mask]]
        signs[mask, : own.shape[1]] = own
        wishes[mask, : own.shape[1]] = own / strict[mask][:, None]
    return wishes, signs
