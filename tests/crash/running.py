"""A run: the study, the people, the trouble, the account."""

from __future__ import annotations

import argparse
import threading
import time
from pathlib import Path

import django

django.setup()

from django.core.management import call_command  # noqa: E402 (Django must be set up before models are imported)
from django.db import connection  # noqa: E402

from elicitation.models import Assessment, Panel, Study  # noqa: E402
from elicitation.protocol import default_intake, default_steps  # noqa: E402
from tests.factories import make_prompt, make_study  # noqa: E402

from .checker import differences  # noqa: E402
from .ledger import Ledger  # noqa: E402
from .people import PANEL_PARAMETER, Person  # noqa: E402
from .reading import read_stored  # noqa: E402
from .servers import web_server  # noqa: E402
from .trouble import Trouble  # noqa: E402


def run(folder: Path, options: argparse.Namespace) -> list[str]:
    """Let everybody take part amid the trouble, print the figures, and return a sentence for every violation."""
    call_command("migrate", interactive=False, verbosity=0)
    study = make_crowded_study(options)
    ledger = Ledger()
    application = "tests.crash.broken:application" if options.fault else "collective.wsgi:application"
    started = time.monotonic()
    with web_server(application, folder / "web.log") as web:
        people = [
            Person(number, base_url=web.url, link=study.link_token, ledger=ledger, seed=options.seed)
            for number in range(options.bots)
        ]
        trouble = Trouble(web, study, ledger, seed=options.seed)
        for person in people:
            person.start()
        trouble.kill_workers(options.kills, pause=options.pause)
        trouble.restart_database(folder, after=options.bots * options.tasks // 3, seconds_down=options.down)
        trouble.let_leases_run_out()
        _wait_for(people, ledger, started + options.limit)
        trouble.stop()
    connection.close()  # it was cut off with all others
    seconds = time.monotonic() - started
    _print_figures(options, study, ledger, seconds)
    return differences(ledger, read_stored(study)) + _trouble_missing(ledger)


def make_crowded_study(options: argparse.Namespace) -> Study:
    """Make a study with fewer places than the people would fill, an anchor, and a panel."""
    study = make_study(
        slug="crash",
        steps=default_steps(),
        tasks_per_person=options.tasks,
        overlap_target=options.target,
        short_form_share=0.2,
        seed=options.seed,
        admits_open_link=True,
    )
    study.protocols.update(intake=default_intake())
    make_prompt(study, criteria=3, is_anchor=True)
    wanted = options.bots * (options.tasks - 1)
    for _ in range(max(options.tasks, wanted * 3 // 4 // options.target)):
        make_prompt(study, criteria=3)
    Panel.objects.create(study=study, name="Panel", id_parameter=PANEL_PARAMETER)
    return study


def _wait_for(people: list[Person], ledger: Ledger, deadline: float) -> None:
    for person in people:
        person.join(max(0.1, deadline - time.monotonic()))
        if person.is_alive():
            ledger.complain(f"{person.name} was still under way when time was up")


def _trouble_missing(ledger: Ledger) -> list[str]:
    """A run in which nothing went wrong has shown nothing."""
    needed = ("workers killed", "database restarts", "requests without an answer", "leases run out")
    return [f"nothing was tested: there were no {what}" for what in needed if not ledger.counts[what]]


def _print_figures(options: argparse.Namespace, study: Study, ledger: Ledger, seconds: float) -> None:
    stored = Assessment.objects.filter(prompt__study=study)
    taken = sum(1 for handed in ledger.handed.values() if handed.acknowledged)
    sent = ledger.counts["submissions sent"]
    print(f"seed {options.seed}: {options.bots} people at once, {options.tasks} tasks each, in {seconds:.0f} s")
    print(f"  tasks handed in               {len(ledger.handed):6}")
    print(f"  tasks acknowledged            {taken:6}")
    print(f"  assessments stored            {stored.count():6}   ({stored.filter(is_surplus=True).count()} surplus)")
    print(f"  submissions sent again        {sent - len(ledger.handed):6}   (requests sent again not counted)")
    print(f"  people who came               {options.bots:6}")
    print(f"  people stored                 {study.participants.count():6}")
    print(f"  drafts kept by the test       {len(ledger.drafts):6}")
    for what, times in sorted(ledger.counts.items()):
        print(f"  {what:30}{times:6}")
    threads = threading.active_count()
    if threads > 1:
        print(f"  threads still under way       {threads - 1:6}")
