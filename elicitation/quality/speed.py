"""People who are much faster than the crowd."""

import math
from collections import defaultdict
from collections.abc import Iterator
from statistics import median
from typing import Final

from measures.robust import Spread, spread

from .given import Finding, Given, Material
from .kinds import TOO_FAST, strength_of

FEWEST_TASKS: Final = 3
"""Of fewer a person's times say little."""

FEWEST_TIMES: Final = 20
"""Of one step in one form. With fewer there is no crowd to be held against."""

LEAST_DEVIATION: Final = 0.25
"""In log seconds. Times of reading vary by about half a log unit between people; where a crowd varies less than half as
much as that, it is small or alike by chance."""

MOST_RATIO: Final = 0.4
"""Of the crowd's median time. Surveys take 30 to 50 % of the median as the mark of a speeder (Greszki, Meyer and Schoen
2015); who reads twice as fast as others is still at 50 %."""

HIGHEST_Z: Final = -2.0
"""So that in a crowd whose times vary widely being at 40 % of its middle is nothing odd."""

EXTREME_Z: Final = -6.0
"""From where the sign is as strong as can be: at the usual spread a twentieth of the median time."""

SHORTEST_SECONDS: Final = 0.5
"""Times are stored in whole or tenths of seconds; less than this has no logarithm to speak of."""


def find_too_fast(material: Material) -> Iterator[Finding]:
    """Flag people half of whose steps took far less time than the same steps take others."""
    crowd = _crowd(material)
    for person, given in material.people.items():
        if len(given) < FEWEST_TASKS:
            continue
        measured = [
            ((_log(seconds) - usual.centre) / usual.deviation, math.exp(_log(seconds) - usual.centre))
            for each in given
            for step, seconds in each.seconds.items()
            if (usual := crowd.get((each.form, step)))
        ]
        if len(measured) < FEWEST_TASKS:
            continue
        z, ratio = median(z for z, _ in measured), median(ratio for _, ratio in measured)
        if z <= HIGHEST_Z and ratio <= MOST_RATIO:
            yield Finding(
                TOO_FAST,
                person,
                strength_of(z, threshold=HIGHEST_Z, extreme=EXTREME_Z),
                {
                    "share_of_median_time": round(ratio, 3),
                    "deviations": round(z, 2),
                    "steps": len(measured),
                    "median_seconds": round(median(_total(each) for each in given), 1),
                    "assessments": [each.pk for each in given],
                },
            )


def _crowd(material: Material) -> dict[tuple[str, str], Spread]:
    times: dict[tuple[str, str], list[float]] = defaultdict(list)
    for each in material.everything():
        for step, seconds in each.seconds.items():
            times[each.form, step].append(_log(seconds))
    return {
        place: spread(values, least_deviation=LEAST_DEVIATION)
        for place, values in times.items()
        if len(values) >= FEWEST_TIMES
    }


def _log(seconds: float) -> float:
    return math.log(max(float(seconds), SHORTEST_SECONDS))


def _total(given: Given) -> float:
    return sum(map(float, given.seconds.values()))
