"""Handing in a task, and being led to the next one, against pgbench inserting the same rows.

A *submission* is an HTTP request to gunicorn as `manage.py serve` runs it, over a kept-open connection: the person's
cookie, CSRF, validation, and the durable commit of one assessment, two rankings and six scores. *Submit plus next* is
what a person does: hand in, be led to the next prompt (which is reserved for them), and get its page. The rival is
`pgbench` with 8 clients on the same server, inserting the same rows in one transaction. All run in turns, three times,
in a database of their own that is dropped afterwards; rates are medians of the turns, waits are of all turns together.

Server, database and clients share the machine. What else runs on it takes from the rates, less from the ratio.
"""

import http.client
import multiprocessing
import os
import re
import uuid
from dataclasses import dataclass, field
from datetime import timedelta
from statistics import median
from typing import Any

import django

from benchmarks.clients import Tally, answers, drive_cycles, drive_submissions, request

FEW, MANY = 8, 50
ROUNDS = 3
SECONDS = 4.0
PROMPTS = 40
PEOPLE = 500
# pgbench answers for people of its own: so many that none of its clients meets a row of its own again.
PGBENCH_PEOPLE = 2000
# The study that people are led through, and what others have answered in it before.
WALKED_PROMPTS, WALKERS, ANSWERED_BEFORE = 100, 600, 5000
LIMIT_RATIO, LIMIT_CYCLES, LIMIT_SECONDS = 0.2, 80.0, 1.0
# "No worse at 50": what two runs of the same differ by anyway is no worse.
NOISE = 0.9


@dataclass
class Measured:
    """What the turns of one thing came to."""

    name: str
    rates: list[float] = field(default_factory=list)
    tally: Tally = field(default_factory=Tally)

    def add(self, tally: Tally) -> None:
        """Take in a turn. Raises `RuntimeError` on an answer that was not wanted."""
        if tally.refused:
            raise RuntimeError(f"{self.name}: the server answered {dict(tally.refused)}.")
        self.rates.append(tally.rate)
        self.tally.waits += tally.waits
        self.tally.stored += tally.stored

    @property
    def rate(self) -> float:
        """The median of the turns, per second."""
        return median(self.rates)

    def __str__(self) -> str:
        waits = "  ".join(f"{1000 * self.tally.percentile(percent):5.0f}" for percent in (50, 95, 99))
        return f"{self.name:34}{self.rate:7.0f}   ({_range(self.rates)})   {waits}"


def main() -> None:
    """Print rates, waits and the ratio to pgbench beside their limits."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "collective.settings")
    django.setup()
    from benchmarks import Missed
    from benchmarks.serving import database, server

    print(f"   load of the machine before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    with database() as url:
        answering = _prepare()
        walking = _prepare_walk()
        with server(url) as address:
            measured, theirs = _take_turns(address, answering, walking, url)
        _check(sum(one.tally.stored for one in measured.values()))
    missed = _report(measured, theirs)
    if missed:
        raise Missed("; ".join(missed))


def _take_turns(
    address: tuple[str, int], answering: list[Any], walking: list[Any], url: str
) -> tuple[dict[str, Measured], list[float]]:
    """Let all run in turns; return what was measured of ours, by name, and pgbench's rates."""
    from benchmarks.pgbench import pgbench

    requests = _requests(address, answering)
    link = walking[0][1]
    cookie, token = _csrf(address, link)
    walkers = [(f"{cookie}; collective-person={person}", link, token) for person, link in walking]
    measured = {
        f"{what} {clients}": Measured(f"{what}, {clients} clients")
        for what in ("submit", "submit plus next")
        for clients in (FEW, MANY)
    }
    warm_up = Measured("warm-up")
    theirs: list[float] = []
    rival = {"people": PGBENCH_PEOPLE, "prompts": PROMPTS, "turns": ROUNDS + 1}
    with multiprocessing.get_context("spawn").Pool(1) as pool:

        def drive(into: Measured, drive_them: Any, stock: list[Any], clients: int, seconds: float) -> None:
            tally = pool.apply(drive_them, (address, stock), {"clients": clients, "seconds": seconds})
            del stock[: tally.used]
            into.add(tally)

        for stock, drive_them in ((requests, drive_submissions), (walkers, drive_cycles)):
            drive(warm_up, drive_them, stock, FEW, 1.5)
        pgbench(url, turn=0, seconds=1, **rival)
        for turn in range(1, ROUNDS + 1):
            theirs.append(pgbench(url, turn=turn, seconds=round(SECONDS), **rival))
            for clients in (FEW, MANY):
                drive(measured[f"submit {clients}"], drive_submissions, requests, clients, SECONDS)
                drive(measured[f"submit plus next {clients}"], drive_cycles, walkers, clients, SECONDS)
    return measured | {"": warm_up}, theirs


def _report(measured: dict[str, Measured], theirs: list[float]) -> list[str]:
    """Print everything; return what missed its limit."""
    print(f"   {'':34}per second{'':14}waits in ms: 50 %, 95 %, 99 % of them took no longer")
    for name, one in measured.items():
        if name:
            print(f"   {one}")
    print(f"   {'pgbench, same rows, 8 clients':34}{median(theirs):7.0f}   ({_range(theirs)})")
    few, many = measured[f"submit plus next {FEW}"], measured[f"submit plus next {MANY}"]
    slowest = max(measured[f"{what} {MANY}"].tally.percentile(95) for what in ("submit", "submit plus next"))
    checks = [
        ("submit beside pgbench", measured[f"submit {FEW}"].rate / median(theirs), LIMIT_RATIO, ".2f"),
        (f"submit plus next per second, {FEW} clients", few.rate, LIMIT_CYCLES, ".0f"),
        (f"the same with {MANY} beside {FEW} clients", many.rate / max(few.rate, 0.1), NOISE, ".2f"),
    ]
    missed = []
    for what, value, limit, form in checks:
        print(f"   {what:46}{value:8{form}}   at least {limit:g}: {_verdict(value >= limit)}")
        missed += [] if value >= limit else [f"{what}: {value:{form}}"]
    print(f"   {f'95 % of waits with {MANY} clients, seconds':46}{slowest:8.2f}   below {LIMIT_SECONDS:g}:", end=" ")
    print(_verdict(slowest < LIMIT_SECONDS))
    return missed if slowest < LIMIT_SECONDS else [*missed, f"waits of {slowest:.2f} s"]


# --- the studies ------------------------------------------------------------------------------------------------


def _prepare() -> list[tuple[str, str, list[tuple[uuid.UUID, list[int]]]]]:
    """Make a study with reserved tasks; return per person their token, study link, and tasks (key, criteria).

    The first people have no tasks: pgbench answers for them.
    """
    from django.utils import timezone

    from elicitation.models import Assignment, Criterion, Participant, Prompt, ProtocolVersion, Response, Study
    from elicitation.protocol import default_intake, default_steps

    study = Study.objects.create(slug="benchmark", title="Benchmark", status="running", overlap_target=10_000)
    ProtocolVersion.objects.create(study=study, number=1, steps=default_steps(), intake=default_intake())
    prompts = Prompt.objects.bulk_create(
        Prompt(study=study, key=f"prompt {n}", position=n, candidates=4, messages=[{"role": "user", "content": "?"}])
        for n in range(PROMPTS)
    )
    Response.objects.bulk_create(
        Response(prompt=prompt, letter=letter, messages=[], source="written") for prompt in prompts for letter in "ABCD"
    )
    criteria = Criterion.objects.bulk_create(
        Criterion(prompt=prompt, key=f"criterion {n}", position=n, text="Does it", origin="seeded")
        for prompt in prompts
        for n in range(6)
    )
    now = timezone.now()
    people = Participant.objects.bulk_create(
        Participant(study=study, key=f"person {n}", source="link", consented_at=now, intake_at=now)
        for n in range(PGBENCH_PEOPLE + PEOPLE)
    )[PGBENCH_PEOPLE:]
    assignments = Assignment.objects.bulk_create(
        Assignment(
            participant=person,
            prompt=prompt,
            position=position,
            shown_order="CADB",
            idempotency_key=uuid.uuid4(),
            leased_until=now + timedelta(hours=1),
        )
        for person in people
        for position, prompt in enumerate(prompts)
    )
    scored = [[criterion.pk for criterion in criteria[6 * n : 6 * n + 6]] for n in range(PROMPTS)]
    return [
        (
            person.token,
            study.link_token,
            [
                (task.idempotency_key, scored[position])
                for position, task in enumerate(assignments[n * PROMPTS : (n + 1) * PROMPTS])
            ],
        )
        for n, person in enumerate(people)
    ]


def _check(expected: int) -> None:
    """Raise `RuntimeError` unless every submission answered with success is stored, whole."""
    from elicitation.models import Assessment, Assignment, Ranking, Score

    ours = Assessment.objects.filter(assignment__isnull=False)
    found = (
        ours.count(),
        Ranking.objects.filter(assessment__in=ours, state="answered").count() / 2,
        Score.objects.filter(assessment__in=ours, state="answered").count() / 6,
        Assignment.objects.filter(state="submitted").count(),
    )
    if found != (expected,) * 4:
        raise RuntimeError(f"{expected} submissions were answered, but stored are {found}.")


def _prepare_walk() -> list[tuple[str, str]]:
    """Make a study with texts of a usual length, partly answered; return (token, link) of those who will walk it."""
    from django.db import connection
    from django.utils import timezone

    from elicitation.models import Assessment, Criterion, Participant, Prompt, ProtocolVersion, Response, Study
    from elicitation.protocol import default_steps

    now = timezone.now()
    study = Study.objects.create(
        slug="walked", title="Walked", status="running", overlap_target=10_000, tasks_per_person=20
    )
    protocol = ProtocolVersion.objects.create(study=study, number=1, steps=default_steps(), published_at=now)
    question = "What would you say to somebody in my place, and what should I think of first? " * 5
    answer = "It depends on what you want, and on who is asked; here is how I see it, with both sides. " * 8
    prompts = Prompt.objects.bulk_create(
        Prompt(study=study, key=f"{n}", position=n, candidates=4, messages=[{"role": "user", "content": question}])
        for n in range(WALKED_PROMPTS)
    )
    Response.objects.bulk_create(
        Response(
            prompt=prompt,
            letter=letter,
            messages=[{"role": "assistant", "content": f"{prompt.key} {letter}. {answer}"}],
            source="written",
        )
        for prompt in prompts
        for letter in "ABCD"
    )
    Criterion.objects.bulk_create(
        Criterion(prompt=prompt, key=f"walked {n}", position=n, text=f"Does thing {n} well enough", origin="seeded")
        for prompt in prompts
        for n in range(6)
    )
    people = Participant.objects.bulk_create(
        Participant(study=study, key=f"walker {n}", source="link", protocol=protocol, consented_at=now, intake_at=now)
        for n in range(WALKERS + ANSWERED_BEFORE // 20)
    )
    Assessment.objects.bulk_create(
        Assessment(
            prompt=prompts[n % WALKED_PROMPTS],
            participant=people[WALKERS + n // 20],
            protocol=protocol,
            submitted_at=now,
        )
        for n in range(ANSWERED_BEFORE)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # as autovacuum does for a study that was not made a moment ago
    return [(person.token, study.link_token) for person in people[:WALKERS]]


# --- what is sent -----------------------------------------------------------------------------------------------


def _requests(address: tuple[str, int], people: list[Any]) -> list[bytes]:
    """Return whole submissions, one per task, the people taking turns."""
    link = people[0][1]
    cookie, token = _csrf(address, link)
    return [
        request(
            address,
            f"/p/{link}/task/{key}/",
            cookie=f"{cookie}; collective-person={person}",
            fields=answers(token, [str(criterion) for criterion in scored]),
        )
        for position in range(PROMPTS)
        for person, link, tasks in people
        for key, scored in tasks[position : position + 1]
    ]


def _csrf(address: tuple[str, int], link: str) -> tuple[str, str]:
    """Return the CSRF cookie and token that the study's first page carries."""
    connection = http.client.HTTPConnection(*address, timeout=30)
    connection.request("GET", f"/p/{link}/")
    answer = connection.getresponse()
    page = answer.read().decode()
    connection.close()
    cookie = re.search(r"csrftoken=[^;]+", answer.headers["Set-Cookie"])
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    if not cookie or not token:
        raise RuntimeError("The study's page carries no CSRF token.")
    return cookie[0], token[1]


def _verdict(is_met: bool) -> str:
    return "met" if is_met else "MISSED"


def _range(rates: list[float]) -> str:
    return f"{min(rates):.0f} to {max(rates):.0f}"
