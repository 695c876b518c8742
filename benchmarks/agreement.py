"""Agreement with intervals over a study of the published one's size, against the plain-Python twin.

Target: 1,000 bootstrap resamples over 18,000 rankings of 4 candidates in under 2 s, and at least 100 times as fast as
the twin in `tests/measures/plain.py`, which computes the same figures with loops. The twin gets its comparisons of two
rankings remembered, so that the race is about resampling. It is timed on a few resamples and scaled linearly.
"""

import random
import time

import numpy as np

from benchmarks import Missed
from measures.agreement import Agreement, Rankings, measure_agreement
from measures.rankings import weak_orders
from tests.measures import plain

PROMPTS, PEOPLE, RANKINGS, SIZE = 1078, 1012, 18_000, 4
RESAMPLES, TWIN_RESAMPLES, ROUNDS = 1000, 5, 3
LIMIT_SECONDS, LIMIT_RATIO = 2.0, 100.0


def main() -> None:
    """Print seconds, the ratio to the twin, and whether both targets are met."""
    rankings, ranker = made_up_study()
    seconds, found = fastest(rankings, ranker)
    twin_setup, twin_resample = twin_seconds(rankings, ranker, found)
    twin = twin_setup + RESAMPLES * twin_resample
    ratio = twin / seconds
    print(f"{RANKINGS:,} rankings of {SIZE} on {PROMPTS:,} prompts by {PEOPLE:,} people, {RESAMPLES:,} resamples")
    print(f"seconds: {seconds:.2f}, limit {LIMIT_SECONDS:g}: {verdict(seconds < LIMIT_SECONDS)}")
    print(
        f"plain-Python twin: {twin:.0f} s ({twin_setup:.1f} s of preparation and {twin_resample:.3f} s per resample,"
        f" measured on {TWIN_RESAMPLES} and scaled linearly to {RESAMPLES:,})"
    )
    print(f"times as fast as the twin: {ratio:.0f}, limit {LIMIT_RATIO:g}: {verdict(ratio >= LIMIT_RATIO)}")
    if seconds >= LIMIT_SECONDS or ratio < LIMIT_RATIO:
        raise Missed("agreement is slower than it must be")


def made_up_study() -> tuple[Rankings, np.ndarray]:
    """Return a study of the published one's size, whose people lean towards a truth per prompt, and a ranker."""
    generator = np.random.default_rng(1)
    cells = generator.choice(PROMPTS * PEOPLE, RANKINGS, replace=False)
    prompt, person = np.divmod(cells, PEOPLE)
    orders = len(weak_orders(SIZE))
    truth = generator.integers(0, orders, PROMPTS)
    own = generator.integers(0, orders, RANKINGS)
    order = np.where(generator.random(RANKINGS) < 0.4, truth[prompt], own)
    ranker = np.where(generator.random(PROMPTS) < 0.5, truth, generator.integers(0, orders, PROMPTS))
    return Rankings(prompt, person, order, np.full(PROMPTS, SIZE)), ranker


def fastest(rankings: Rankings, ranker: np.ndarray) -> tuple[float, Agreement]:
    """Return the fewest seconds of processor time of a few rounds, and what was found."""
    times = []
    for _ in range(ROUNDS):
        started = time.process_time()
        found = measure_agreement(rankings, ranker, resamples=RESAMPLES)
        times.append(time.process_time() - started)
    return min(times), found


def twin_seconds(rankings: Rankings, ranker: np.ndarray, found: Agreement) -> tuple[float, float]:
    """Return the twin's seconds of preparation and per resample; its estimates must be the same."""
    texts = [tuple(row) for row in weak_orders(SIZE).tolist()]
    answers = [
        (prompt, person, texts[order])
        for prompt, person, order in zip(rankings.prompt, rankings.person, rankings.order, strict=True)
    ]
    rankers = {prompt: texts[order] for prompt, order in enumerate(ranker)}
    started = time.process_time()
    best, crowd, groups = plain.best_single_rankings(answers), plain.crowd_orders(answers), plain.by_prompt(answers)
    ones = dict.fromkeys(range(PROMPTS), 1), dict.fromkeys(range(PEOPLE), 1)
    estimates = plain.figures(groups, rankers, best, crowd, *ones)
    prepared = time.process_time()
    draw = random.Random(1)
    for _ in range(TWIN_RESAMPLES):
        plain.figures(groups, rankers, best, crowd, counts(PROMPTS, draw), counts(PEOPLE, draw))
    finished = time.process_time()
    for name, value in estimates.items():
        assert abs(getattr(found, name).estimate - value) < 1e-9, name
    return prepared - started, (finished - prepared) / TWIN_RESAMPLES


def counts(clusters: int, draw: random.Random) -> dict[int, int]:
    """Draw as many as there are with replacement; return how often each came."""
    drawn = dict.fromkeys(range(clusters), 0)
    for cluster in draw.choices(range(clusters), k=clusters):
        drawn[cluster] += 1
    return drawn


def verdict(met: bool) -> str:
    """Return the word for a target."""
    return "met" if met else "MISSED"
