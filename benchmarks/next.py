"""How long people wait for their next prompt, with 200 of them at it at once.

A study of 100 prompts, with 16 answers wanted to each, two anchors, an attention item, a re-test and four quota cells,
is answered by 200 people at once, once from 16 % covered on and once from 75 % to 90 %: think, hand in, be led to the
next prompt, read its page. The wait is what a person waits for after "Hand in and go on" is stored: the redirect that
reserves the prompt, and its page. Everything goes over kept-open HTTP connections to gunicorn as `manage.py serve` runs
it, and handing in costs what it does; people are played by one process of their own on the same two cores.

People think 10 seconds on average, drawn exponentially, which no real person does: the published study's people took
minutes over a task. Beside it stand, without a limit, people who think 2 seconds, and people who do not think at all
(the closed loop: as many prompts per second as there can be).
"""

import multiprocessing
import os
import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import django

PEOPLE, PROMPTS, OVERLAP, TASKS = 200, 100, 16, 14
# Seconds of thinking and the share covered to begin with; then those without a limit.
LIMITED = ((10.0, 0.16), (10.0, 0.75))
OTHERS = ((2.0, 0.16), (0.0, 0.16))
TO_SHARE = 0.90
LIMIT_SECONDS = 0.100
MOST_SECONDS = 20.0
CELLS = ("North", "East", "South", "West")


@dataclass(frozen=True)
class Made:
    """A study that people can walk: its link, its people's tokens, its criteria by task page."""

    link: str
    tokens: list[str]


def main() -> None:
    """Print the waits against the limit. Raises `Missed` above it."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "collective.settings")
    django.setup()
    from benchmarks import Missed
    from benchmarks.serving import database, server

    with database() as url, server(url) as address, multiprocessing.get_context("spawn").Pool(1) as pool:
        _walk(pool, address, thinking=0.2, share=0.16, seconds=5.0, people=8)  # warm up
        waits = {
            (thinking, share): _walk(pool, address, thinking=thinking, share=share, seconds=MOST_SECONDS)
            for thinking, share in (*LIMITED, *OTHERS)
        }
    print(f"   {PEOPLE} people at once, {PROMPTS} prompts, overlap {OVERLAP}; milliseconds: median (95th percentile)")
    for (thinking, share), found in waits.items():
        limit = f" (limit {LIMIT_SECONDS * 1000:.0f})" if (thinking, share) in LIMITED else ""
        print(f"   from {share:.0%} covered, thinking {thinking:2.0f} s: {found.describe()}{limit}")
    if max(waits[case].percentile(95) for case in LIMITED) > LIMIT_SECONDS:
        raise Missed("the next prompt takes too long to come")


def _walk(
    pool: Any, address: tuple[str, int], *, thinking: float, share: float, seconds: float, people: int = PEOPLE
) -> Any:
    """Let people walk a new study, and check that what was stored is what they did."""
    from benchmarks.walkers import walk

    made = make_study(share)
    _gather_statistics()
    most = int((TO_SHARE - share) * PROMPTS * OVERLAP)
    found = pool.apply(
        walk, (address, made.link, made.tokens[:people]), {"thinking": thinking, "seconds": seconds, "most": most}
    )
    _check(made.link, found.handed_in + int(share * PROMPTS * OVERLAP))
    return found


def make_study(share: float) -> Made:
    """Make the study with its people, a share of its answers given by others before."""
    from django.utils import timezone

    from elicitation.models import Participant, ProtocolVersion, Quota, Study
    from elicitation.protocol import default_steps

    name = uuid.uuid4().hex[:8]
    study = Study.objects.create(
        slug=f"next-{name}",
        title="Next",
        status="running",
        overlap_target=OVERLAP,
        tasks_per_person=TASKS,
        seed=7,
    )
    protocol = ProtocolVersion.objects.create(
        study=study, number=1, steps=default_steps(), intake=[], published_at=timezone.now()
    )
    quotas = [
        Quota.objects.create(study=study, label=label, position=position, places=1000, conditions={"region": [label]})
        for position, label in enumerate(CELLS)
    ]
    now = timezone.now()
    people = Participant.objects.bulk_create(
        Participant(
            study=study,
            key=f"person {n}",
            source="link",
            protocol=protocol,
            consented_at=now,
            intake_at=now,
            cell=quotas[n % len(quotas)],
        )
        for n in range(2 * PEOPLE)
    )
    _seat(people)
    _answer(protocol, _prompts(study), people[PEOPLE:], int(share * PROMPTS * OVERLAP))
    return Made(study.link_token, [person.token for person in people[:PEOPLE]])


def _seat(people: list[Any]) -> None:
    from elicitation.models import IntakeAnswer, QuotaPlace

    IntakeAnswer.objects.bulk_create(
        IntakeAnswer(
            participant=person, key="region", state="answered", value=person.cell.label, original=person.cell.label
        )
        for person in people
    )
    QuotaPlace.objects.bulk_create(QuotaPlace(quota=person.cell, participant=person) for person in people)


def _prompts(study: Any) -> list[Any]:
    """Make prompts with texts as long as real ones, the first four of them for everybody."""
    from elicitation.models import Criterion, Prompt, Response

    apart: list[dict[str, Any]] = [{"is_anchor": True}, {"is_anchor": True}, {"attention_best": "B"}]
    prompts = Prompt.objects.bulk_create(
        Prompt(
            study=study,
            key=f"prompt {n}",
            position=n,
            candidates=4,
            messages=[{"role": "user", "content": f"Question {n}. " + "What would you say to somebody like me? " * 12}],
            **(apart[n] if n < len(apart) else {}),
        )
        for n in range(PROMPTS)
    )
    Prompt.objects.filter(pk=prompts[3].pk).update(retest_of=prompts[0])
    answer = "It depends on what you want, and on who is asked; here is how I see it, with both sides of it. " * 10
    Response.objects.bulk_create(
        Response(
            prompt=prompt,
            letter=letter,
            messages=[{"role": "assistant", "content": f"{letter}. {answer}"}],
            source="written",
        )
        for prompt in prompts
        for letter in "ABCD"
    )
    Criterion.objects.bulk_create(
        Criterion(prompt=prompt, key=f"criterion {n}", position=n, text=f"Does thing {n} well enough", origin="seeded")
        for prompt in prompts
        for n in range(6)
    )
    return prompts


def _answer(protocol: Any, prompts: list[Any], people: list[Any], answers: int) -> None:
    """Answer the prompts so often, one after the other."""
    from django.utils import timezone

    from elicitation.models import Assessment, Assignment

    now = timezone.now()
    answered = [(prompts[n % PROMPTS], people[(n // PROMPTS * 37 + n) % len(people)]) for n in range(answers)]
    tasks = Assignment.objects.bulk_create(
        Assignment(
            participant=person,
            prompt=prompt,
            state="submitted",
            position=0,
            shown_order="CADB",
            idempotency_key=uuid.uuid4(),
            leased_until=now + timedelta(hours=1),
        )
        for prompt, person in answered
    )
    Assessment.objects.bulk_create(
        Assessment(
            prompt=task.prompt, participant=task.participant, protocol=protocol, assignment=task, submitted_at=now
        )
        for task in tasks
    )


def _gather_statistics() -> None:
    """Let the planner know the tables, as autovacuum does for a study that was not made a moment ago."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _check(link: str, answers: int) -> None:
    """Raise `RuntimeError` unless so many answers are stored, and no prompt has more than are wanted."""
    from django.db.models import Count

    from elicitation.models import Assessment, Prompt

    prompts = Prompt.objects.filter(study__link_token=link)
    stored = Assessment.objects.filter(prompt__in=prompts, is_surplus=False).count()
    if stored != answers:
        raise RuntimeError(f"{answers} answers were given, but stored are {stored}.")
    ordinary = prompts.filter(is_anchor=False, attention_best="", retest_of__isnull=True)
    most = max(ordinary.annotate(n=Count("assessments")).values_list("n", flat=True))
    if most > OVERLAP:
        raise RuntimeError(f"A prompt has {most} answers, where {OVERLAP} are wanted.")
