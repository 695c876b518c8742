"""Export of 20,000 assessments: how fast, and how much memory it takes while it runs.

Targets: the resident memory grows by less than 20 MiB, and the speed is at least a third of a bare dump of the same
rows in the same run. The rival is what one would write in ten lines: per file of the export one psycopg2 named cursor
over the same joined rows, `json.dumps` per row, written to a file. It repeats the assessments in three files as the
format does, and writes scores one a line; nothing is nested, sorted by the format's keys or checked. Speeds are in
bytes of output per second of wall time, because the two outputs differ a little in size.

Each side runs in a process of its own, after a warm-up that exports a small study, so that growth is what the size of
the study adds and not what importing modules does. The data lies in a database of its own, made and dropped here.
"""

import contextlib
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from benchmarks import Missed

PROMPTS, PEOPLE, CRITERIA = 1000, 1000, 6
ASSESSMENTS, SCORES_EACH = 20_000, 6
LIMIT_MIB, LIMIT_RATIO = 20.0, 1 / 3
ROUNDS = 2
DATABASE = "collective_export_benchmark"
ROOT = Path(__file__).resolve().parent.parent

_ASSESSMENTS = """
SELECT p.key AS prompt, person.key AS person, a.importance_state, a.importance, a.representativeness_state,
       a.representativeness, a.subjectivity_state, a.subjectivity, a.unacceptable_state, a.unacceptable_rationale,
       ARRAY(SELECT letter FROM elicitation_unacceptableflag f WHERE f.assessment_id = a.id) AS flags,
       mine.ranking_order AS personal, mine.why AS personal_why, ours.ranking_order AS world, ours.why AS world_why
FROM elicitation_assessment a
JOIN elicitation_prompt p ON p.id = a.prompt_id
JOIN elicitation_participant person ON person.id = a.participant_id
LEFT JOIN (SELECT assessment_id, "order" AS ranking_order, justification AS why FROM elicitation_ranking
           WHERE block = 'personal') mine ON mine.assessment_id = a.id
LEFT JOIN (SELECT assessment_id, "order" AS ranking_order, justification AS why FROM elicitation_ranking
           WHERE block = 'world') ours ON ours.assessment_id = a.id
WHERE p.study_id = {study}
ORDER BY {order}
"""
RIVAL = {
    "comparisons": (_ASSESSMENTS, "p.position, person.key"),
    "annotators": (_ASSESSMENTS, "person.key, p.position"),
    "merged": (_ASSESSMENTS, "p.position, person.key"),
    "responses": (
        "SELECT p.key, p.messages, r.letter, r.messages AS answer FROM elicitation_prompt p "
        "JOIN elicitation_response r ON r.prompt_id = p.id WHERE p.study_id = {study} ORDER BY {order}",
        "p.position, r.letter",
    ),
    "demographics": (
        "SELECT person.key AS person, i.key, i.state, i.original FROM elicitation_intakeanswer i "
        "JOIN elicitation_participant person ON person.id = i.participant_id "
        "WHERE person.study_id = {study} ORDER BY {order}",
        "person.key",
    ),
    "criteria": (
        "SELECT p.key AS prompt, c.key, c.text FROM elicitation_criterion c "
        "JOIN elicitation_prompt p ON p.id = c.prompt_id WHERE p.study_id = {study} ORDER BY {order}",
        "p.position, c.position",
    ),
    "scores": (
        "SELECT c.key AS criterion, person.key AS person, s.value FROM elicitation_score s "
        "JOIN elicitation_criterion c ON c.id = s.criterion_id JOIN elicitation_prompt p ON p.id = c.prompt_id "
        "JOIN elicitation_participant person ON person.id = s.participant_id "
        "WHERE p.study_id = {study} ORDER BY {order}",
        "p.position, c.position, person.key",
    ),
}


def main() -> None:
    """Print bytes, seconds, the ratio of the speeds and the growth of both sides."""
    with _database() as environment:
        _side("fill", environment)
        runs = [{side: _side(side, environment) for side in ("ours", "rival")} for _ in range(ROUNDS)]
    best = {side: min((run[side] for run in runs), key=lambda run: run["seconds"]) for side in ("ours", "rival")}
    growth = max(run["ours"]["growth_mib"] for run in runs)
    for side, run in best.items():
        speed = run["bytes"] / run["seconds"] / 2**20
        print(f"{side}: {run['bytes'] / 2**20:.1f} MiB in {run['seconds']:.2f} s, {speed:.1f} MiB/s,", end=" ")
        print(f"memory grew by {run['growth_mib']:.1f} MiB")
    ours, rival = best["ours"], best["rival"]
    ratio = (ours["bytes"] / ours["seconds"]) / (rival["bytes"] / rival["seconds"])
    print(f"{ASSESSMENTS:,} assessments, best of {ROUNDS}; of our files {ours['files']}")
    print(f"speed against a bare dump: {ratio:.2f}, limit {LIMIT_RATIO:.2f}: {_verdict(ratio >= LIMIT_RATIO)}")
    print(f"growth in MiB: {growth:.1f}, limit {LIMIT_MIB:g}: {_verdict(growth < LIMIT_MIB)}")
    if ratio < LIMIT_RATIO or growth >= LIMIT_MIB:
        raise Missed("the export is slower or takes more memory than it may")


def _verdict(met: bool) -> str:
    return "met" if met else "MISSED"


@contextlib.contextmanager
def _database() -> Iterator[dict[str, str]]:
    """Make an empty database beside the configured one, yield the environment that names it, and drop it."""
    import psycopg2  # type: ignore[import-untyped]

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "collective.settings")
    from django.conf import settings

    url = settings.DATABASE_URL
    head, _slash, tail = url.partition("://")[2].partition("/")
    own = f"{url.partition('://')[0]}://{head}/{DATABASE}{'?' + tail.partition('?')[2] if '?' in tail else ''}"
    connection = psycopg2.connect(url)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
        cursor.execute(f"CREATE DATABASE {DATABASE}")
        try:
            yield {**os.environ, "DATABASE_URL": own, "REDIS_URL": settings.REDIS_URL}
        finally:
            cursor.execute(f"DROP DATABASE {DATABASE} WITH (FORCE)")
    connection.close()


def _side(side: str, environment: dict[str, str]) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.export", side]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


# --- what runs in a process of its own ------------------------------------------------------------------------


def fill() -> dict[str, Any]:
    """Migrate, and make a small study to warm up on and the large one."""
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    make_study("small", prompts=20, people=20, assessments=200)
    make_study("large", prompts=PROMPTS, people=PEOPLE, assessments=ASSESSMENTS)
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return {}


def make_study(slug: str, *, prompts: int, people: int, assessments: int) -> None:
    """Make a study whose texts have the lengths of the public one's."""
    import numpy as np
    from django.utils import timezone

    from elicitation import models
    from elicitation.studies import create_study
    from measures.rankings import weak_order_texts

    rng, orders, now = np.random.default_rng(1), weak_order_texts(4), timezone.now()
    words = ["value", "answer", "people", "because", "it", "the", "careful", "honest", "of", "naïve", "“quoted”"]

    def text(count: int) -> str:
        return " ".join(words[index] for index in rng.integers(0, len(words), count))

    study = create_study(by=None, slug=slug, title=slug)
    protocol = study.protocols.get()
    rows = models.Prompt.objects.bulk_create(
        models.Prompt(
            study=study,
            key=f"prompt-{number:032d}",
            position=number,
            messages=[{"role": "user", "content": text(60)}],
            candidates=4,
        )
        for number in range(prompts)
    )
    models.Response.objects.bulk_create(
        models.Response(
            prompt=row, letter=letter, messages=[{"role": "assistant", "content": text(300)}], source="written"
        )
        for row in rows
        for letter in "ABCD"
    )
    criteria = models.Criterion.objects.bulk_create(
        models.Criterion(prompt=row, key=f"{row.key}-{number}", position=number, text=text(15), origin="seeded")
        for row in rows
        for number in range(CRITERIA)
    )
    persons = models.Participant.objects.bulk_create(
        models.Participant(study=study, key=f"person-{number:032d}", source="imported", consented_at=now)
        for number in range(people)
    )
    models.IntakeAnswer.objects.bulk_create(
        models.IntakeAnswer(participant=person, key=key, state="answered", value=value, original=value)
        for person in persons
        for key in ("age", "gender", "education_level", "country_of_residence", "ai_concern_level")
        for value in [text(2)]
    )
    cells = rng.choice(prompts * people, assessments, replace=False)
    given = models.Assessment.objects.bulk_create(
        (
            models.Assessment(
                prompt=rows[cell % prompts],
                participant=persons[cell // prompts],
                protocol=protocol,
                submitted_at=now,
                importance_state="answered",
                importance=int(rng.integers(1, 4)),
                representativeness_state="answered",
                representativeness=int(rng.integers(1, 6)),
                subjectivity_state="skipped",
                unacceptable_state="answered",
                unacceptable_rationale=text(5),
            )
            for cell in cells.tolist()
        ),
        batch_size=2000,
    )
    models.Ranking.objects.bulk_create(
        (
            models.Ranking(
                assessment=row,
                block=block,
                state="answered",
                order=orders[rng.integers(0, len(orders))],
                candidates=4,
                justification=text(40),
            )
            for row in given
            for block in ("personal", "world")
        ),
        batch_size=2000,
    )
    models.UnacceptableFlag.objects.bulk_create(
        models.UnacceptableFlag(assessment=row, letter="D") for row in given if rng.random() < 0.2
    )
    models.Score.objects.bulk_create(
        (
            models.Score(
                participant_id=row.participant_id,
                criterion=criterion,
                assessment=row,
                state="answered",
                value=int(rng.integers(-10, 11)),
            )
            for row, cell in zip(given, cells.tolist(), strict=True)
            for criterion in criteria[cell % prompts * CRITERIA : cell % prompts * CRITERIA + SCORES_EACH]
        ),
        batch_size=5000,
    )


def ours(slug: str, folder: Path) -> dict[str, int]:
    """Export a study and return the size of each file."""
    from datasets.exporting import export_study
    from elicitation.models import Study

    written = export_study(study=Study.objects.get(slug=slug), folder=folder, by=None)
    return {file.name: file.bytes for file in written}


def rival(slug: str, folder: Path) -> dict[str, int]:
    """Dump the same rows with a named cursor and `json.dumps`, and return the size of each file."""
    import psycopg2
    from django.conf import settings
    from psycopg2.extras import RealDictCursor  # type: ignore[import-untyped]

    connection = psycopg2.connect(settings.DATABASE_URL)
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM elicitation_study WHERE slug = %s", [slug])
        study = cursor.fetchone()[0]
    sizes = {}
    for name, (query, order) in RIVAL.items():
        path = folder / f"{name}.jsonl"
        with connection.cursor(name=name, cursor_factory=RealDictCursor) as cursor, path.open("w") as file:
            cursor.itersize = 2000
            cursor.execute(query.format(study=int(study), order=order))
            for row in cursor:
                file.write(json.dumps(row, ensure_ascii=False) + "\n")
        sizes[name] = path.stat().st_size
    connection.close()
    return sizes


def measure(side: Callable[[str, Path], dict[str, int]]) -> dict[str, Any]:
    """Warm up on the small study, run the large one, and return bytes, seconds and growth."""
    with tempfile.TemporaryDirectory() as folder:
        side("small", Path(folder))
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        started = time.perf_counter()
        files = side("large", Path(folder))
        seconds = time.perf_counter() - started
        growth = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    return {"bytes": sum(files.values()), "files": files, "seconds": seconds, "growth_mib": growth}


if __name__ == "__main__":
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "collective.settings")
    django.setup()
    print(json.dumps(fill() if sys.argv[1] == "fill" else measure({"ours": ours, "rival": rival}[sys.argv[1]])))
