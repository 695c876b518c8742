"""Plain, slow twins of `measures.pairs` and `measures.agreement`, written from the definitions.

They loop over people, pairs and prompts, hold rankings as tuples of places and know nothing of numpy. An answer is a
tuple (prompt, person, places). Undefined is None. `benchmarks.agreement` races against them, so pairs of rankings are
remembered once compared.
"""

from collections import defaultdict
from functools import cache
from itertools import combinations, pairwise, permutations, product
from math import sqrt


def sign(places, i, j):
    return (places[i] < places[j]) - (places[i] > places[j])


@cache
def pair_agreement(person, ranker):
    points = []
    for i, j in combinations(range(len(person)), 2):
        if sign(person, i, j):
            points.append((1 + sign(person, i, j) * sign(ranker, i, j)) / 2)
    return sum(points) / len(points) if points else None


@cache
def tau_b(person, ranker):
    pairs = [(sign(person, i, j), sign(ranker, i, j)) for i, j in combinations(range(len(person)), 2)]
    concordant = sum(mine * theirs == 1 for mine, theirs in pairs)
    discordant = sum(mine * theirs == -1 for mine, theirs in pairs)
    strict_in_one, strict_in_other = sum(mine != 0 for mine, _ in pairs), sum(theirs != 0 for _, theirs in pairs)
    if not strict_in_one or not strict_in_other:
        return None
    return (concordant - discordant) / sqrt(strict_in_one * strict_in_other)


@cache
def top_choice(person, ranker):
    if len(set(person)) == 1:
        return None
    mine = {i for i, place in enumerate(person) if place == 0}
    theirs = {i for i, place in enumerate(ranker) if place == 0}
    return len(mine & theirs) / len(mine | theirs)


@cache
def weak_orders(size):
    return [p for p in product(range(size), repeat=size) if set(p) == set(range(max(p) + 1))]


def by_prompt(answers):
    groups = defaultdict(list)
    for prompt, person, places in answers:
        groups[prompt].append((person, places))
    return groups


def mean(values):
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None


def best_single_rankings(answers):
    best = {}
    for prompt, group in by_prompt(answers).items():
        merits = [
            (mean([pair_agreement(places, order) for _, places in group]), order)
            for order in weak_orders(len(group[0][1]))
        ]
        if merits[0][0] is not None:
            top = max(merit for merit, _ in merits)
            best[prompt] = next(order for merit, order in merits if merit > top - 1e-12)
    return best


def utilities(places):
    size = len(places)
    ladder = sorted(places)
    rank = {place: mean([i + 1 for i, other in enumerate(ladder) if other == place]) for place in places}
    return [(size - rank[place]) / (size - 1) for place in places]


def crowd_orders(answers):
    orders = {}
    for prompt, group in by_prompt(answers).items():
        scores = [round(sum(column), 9) for column in zip(*(utilities(p) for _, p in group), strict=True)]
        ladder = sorted(set(scores), reverse=True)
        orders[prompt] = tuple(ladder.index(score) for score in scores)
    return orders


def weighted_mean(pairs):
    """Mean of (weight, value) pairs, those without value left out; None where no weight is left."""
    total = weight = 0.0
    for w, value in pairs:
        if value is not None:
            total += w * value
            weight += w
    return total / weight if weight > 0 else None


def figures(groups, ranker, best, crowd, prompt_weight, person_weight):
    """All figures of `measure_agreement` under the given weights; `groups` is `by_prompt` of ranked answers."""

    def over_prompts(value_of_prompt):
        return weighted_mean((prompt_weight[prompt], value_of_prompt(prompt, groups[prompt])) for prompt in groups)

    def over_people(measure, rankers):
        return over_prompts(
            lambda prompt, group: (
                weighted_mean((person_weight[person], measure(places, rankers[prompt])) for person, places in group)
                if prompt in rankers
                else None
            )
        )

    def pairs_of_people(_prompt, group):
        return weighted_mean(
            (person_weight[one] * person_weight[other], pair_agreement(mine, theirs))
            for (one, mine), (other, theirs) in permutations(group, 2)
        )

    found = {
        "pair_agreement": over_people(pair_agreement, ranker),
        "tau_b": over_people(tau_b, ranker),
        "top_choice": over_people(top_choice, ranker),
        "attainable": over_people(pair_agreement, best),
        "person_to_person": over_prompts(pairs_of_people),
        "aggregate": over_prompts(lambda prompt, _group: tau_b(crowd[prompt], ranker[prompt])),
    }
    own, ceiling = found["pair_agreement"], found["attainable"]
    found["share_of_attainable"] = own / ceiling if ceiling else None
    return found


def kemeny(crowd):
    """All weak orders at the least summed Kendall distance with penalty 1/2."""

    def distance(one, other):
        total = 0.0
        for i, j in combinations(range(len(one)), 2):
            mine, theirs = sign(one, i, j), sign(other, i, j)
            total += 0 if mine == theirs else 1 if mine * theirs else 0.5
        return total

    costs = [(sum(distance(places, order) for places in crowd), order) for order in weak_orders(len(crowd[0]))]
    return [order for cost, order in costs if cost == min(cost for cost, _ in costs)]


def schulze_beats(crowd):
    """Strongest path by trying every path."""
    size = len(crowd[0])
    wins = [[sum(p[i] < p[j] for p in crowd) for j in range(size)] for i in range(size)]

    def strongest(start, end):
        between = [i for i in range(size) if i not in (start, end)]
        paths = ((start, *middle, end) for n in range(len(between) + 1) for middle in permutations(between, n))
        links = ([wins[a][b] if wins[a][b] > wins[b][a] else 0 for a, b in pairwise(p)] for p in paths)
        return max(min(path) for path in links)

    return [[i != j and strongest(i, j) > strongest(j, i) for j in range(size)] for i in range(size)]
