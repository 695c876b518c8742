"""Finding the quality flags of 1,000 people with 20 tasks each: how long it takes.

Target: 30 s, so that a worker keeps the flags of a study of thousands in step while it has other things to do. The
texts are what costs most, so everybody writes two to each task, of some 120 characters from a common vocabulary; some
people are copies of others, so that there is something to find. Reading and writing the rows is left out: it is the
same two queries whatever is looked for. Times are those of the processor, so that what else runs makes no difference.
"""

import os
import random
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import django

from benchmarks import Missed

PEOPLE, TASKS, PROMPTS, VOCABULARY = 1000, 20, 100, 2000
COPIES = 20
LIMIT_SECONDS = 30.0


def main() -> None:
    """Print how long each family of signs takes; raise `Missed` where all together take too long."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "collective.settings")
    django.setup()
    from elicitation.quality.finding import FAMILIES

    material = _material()
    total = 0.0
    for find in FAMILIES:
        started = time.process_time()
        found = sum(1 for _ in find(material))
        took = time.process_time() - started
        total += took
        print(f"{find.__name__:<26}{took:6.2f} s  {found:6,} findings")
    print(f"{'together':<26}{total:6.2f} s  of {PEOPLE * TASKS:,} assessments (limit {LIMIT_SECONDS:.0f} s)")
    if total > LIMIT_SECONDS:
        raise Missed(f"finding flags took {total:.1f} s, more than {LIMIT_SECONDS:.0f} s")


def _material() -> Any:
    from elicitation.quality.given import Asked, Given, Material, Ranked

    draw = random.Random(1)
    words = ["".join(draw.choices("abcdefghijklmnopqrstuvwxyz", k=draw.randint(2, 9))) for _ in range(VOCABULARY)]
    asked = {
        number: Asked(number, f"prompt-{number}", 4, tuple(_text(draw, words, 120) for _ in range(5)))
        for number in range(PROMPTS)
    }
    people: dict[int, list[Given]] = {}
    for person in range(PEOPLE):
        people[person] = [
            Given(
                pk=person * TASKS + task,
                person=person,
                prompt=prompt,
                position=task,
                submitted_at=datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=person * TASKS + task),
                form="long",
                shown_order="".join(draw.sample("ABCD", 4)),
                seconds={step: draw.lognormvariate(3.5, 0.6) for step in ("reading", "personal", "world", "scales")},
                levels=(draw.randint(1, 3), draw.randint(1, 5), draw.randint(1, 4)),
                rankings={
                    block: Ranked(">".join(draw.sample("ABCD", 4)), _text(draw, words, 20))
                    for block in ("personal", "world")
                },
                scores=[draw.randint(-10, 10) for _ in range(6)],
                typing={"world_why": {"typed": 120, "pasted": 0, "seconds": 40}},
            )
            for task, prompt in enumerate(draw.sample(range(PROMPTS), TASKS))
        ]
    for copy in range(COPIES):
        original = people[copy]
        people[PEOPLE - 1 - copy] = [
            Given(
                pk=given.pk,
                person=given.person,
                prompt=given.prompt,
                position=given.position,
                submitted_at=given.submitted_at,
                form="long",
                shown_order=given.shown_order,
                rankings=original[given.position].rankings,
            )
            for given in people[PEOPLE - 1 - copy]
        ]
    return Material(prompts=asked, people=people)


def _text(draw: random.Random, words: list[str], length: int) -> str:
    return " ".join(draw.choices(words, k=length))
