"""Do a run of the automated loop in the foreground, with the functions that workers use."""

import argparse
import json
import sys
import time
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from elicitation.models import Block, Study
from spec_loop.agreement import choose_block
from spec_loop.loop.reporting import report
from spec_loop.loop.runs import NotPossible, RunRefused, progress, resume_run, start_run
from spec_loop.loop.split import TooFewPrompts
from spec_loop.loop.working import Outlook, seconds_until_due, work_on
from spec_loop.models import Document, Run

LONGEST_NAP_SECONDS = 5.0


class Command(BaseCommand):
    """Run the loop on a study and a document, or go on with a run, and print what came of it."""

    help = (
        "Propose edits of a spec from a study's rankings and test them. Ctrl-C leaves the run resumable; other "
        "workers may go on with it meanwhile."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare what the run is of, its budget, and how to print."""
        parser.add_argument("study", help="the study's slug")
        parser.add_argument("--document", help="name of the spec document")
        parser.add_argument("--ranker", default="offline", help="offline or openai:MODEL")
        parser.add_argument("--proposer", default="offline", help="offline or openai:MODEL")
        parser.add_argument("--block", choices=Block.values, help="personal where there are any rankings, unless said")
        parser.add_argument("--seed", type=int, default=0)
        parser.add_argument("--max-calls", type=_at_least_0)
        parser.add_argument("--max-tokens", type=_at_least_0)
        parser.add_argument("--max-cost", type=_money, help="US dollars")
        parser.add_argument("--resume", type=int, metavar="RUN", help="go on with this run, with the budget given")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *_args: object, **options: Any) -> None:
        """Start or resume the run, work until it is over, print."""
        try:
            run = _resumed(options) if options["resume"] is not None else _started(options)
        except (TooFewPrompts, RunRefused, NotPossible) as refusal:
            raise CommandError(str(refusal), returncode=2) from refusal
        try:
            _work_until_over(run.pk, _Teller(self.stderr.write, run.pk))
        except KeyboardInterrupt:
            self.stderr.write(f"Interrupted. Go on with: manage.py run_loop {options['study']} --resume {run.pk}")
            sys.exit(130)
        run.refresh_from_db()
        if run.status != Run.Status.DONE:
            why = run.message or run.get_status_display().lower()
            raise CommandError(f"Run {run.pk} did not finish: {why}", returncode=2)
        found = report(run)
        self.stdout.write(json.dumps(found, ensure_ascii=False) if options["json"] else _as_text(found))


def _started(options: dict[str, Any]) -> Run:
    study = _study(options["study"])
    if not options["document"]:
        raise RunRefused("Name a document with --document, or a run to go on with with --resume.")
    document = Document.objects.filter(name=options["document"]).first()
    if document is None:
        raise RunRefused(f"There is no document named {options['document']!r}.")
    return start_run(
        by=None,
        study=study,
        document=document,
        ranker=options["ranker"],
        proposer=options["proposer"],
        block=choose_block(study, options["block"]),
        seed=options["seed"],
        max_calls=options["max_calls"],
        max_tokens=options["max_tokens"],
        max_cost=options["max_cost"],
    )


def _resumed(options: dict[str, Any]) -> Run:
    run = Run.objects.filter(pk=options["resume"], study=_study(options["study"])).first()
    if run is None:
        raise RunRefused(f"The study has no run {options['resume']}.")
    if run.status == Run.Status.DONE:
        return run
    return resume_run(
        by=None,
        run=run,
        max_calls=options["max_calls"],
        max_tokens=options["max_tokens"],
        max_cost=options["max_cost"],
    )


def _study(slug: str) -> Study:
    study = Study.objects.filter(slug=slug).first()
    if study is None:
        raise RunRefused(f"There is no study named {slug!r}.")
    return study


def _work_until_over(run_id: int, tell: Callable[[], None]) -> None:
    while True:
        outlook = work_on(run_id, seconds=60, tell=tell)
        if outlook is Outlook.OVER:
            return
        if outlook is Outlook.WAITING:
            due = seconds_until_due(run_id)
            time.sleep(min(LONGEST_NAP_SECONDS, max(0.05, 0.2 if due is None else due)))


class _Teller:
    """Tells how far the run is, once a second at most."""

    def __init__(self, write: Callable[[str], None], run_id: int) -> None:
        self._write, self._run_id, self._last, self._said = write, run_id, 0.0, ""

    def __call__(self) -> None:
        if time.monotonic() - self._last < 1:
            return
        self._last = time.monotonic()
        found = progress(Run.objects.get(pk=self._run_id))
        if found.current is not None:
            stage = found.current
            said = f"{stage.stage.label}: {stage.done + stage.failed} of {stage.total}, {found.calls} calls so far"
            if said != self._said:
                self._write(said)
            self._said = said


def _as_text(found: dict[str, Any]) -> str:
    lines = [f"Run {found['run']}: {found['calls']} calls, {found['tokens']} tokens."]
    for proposal in found["proposals"]:
        lines.append(f"[{proposal['status']}] {proposal['section']}: {proposal['intent']}")
        for part in ("select", "holdout"):
            effect = proposal[part]
            if effect and effect["estimate"] is not None:
                lines.append(f"    {part}: {effect['estimate']:+.4f} ({effect['low']:+.4f} to {effect['high']:+.4f})")
    lines.append("Placebos: {accepted} of {tested} accepted.".format(**found["placebo"]))
    return "\n".join(lines)


def _at_least_0(text: str) -> int:
    number = int(text)
    if number < 0:
        raise argparse.ArgumentTypeError(f"{text} is negative")
    return number


def _money(text: str) -> Decimal:
    try:
        amount = Decimal(text)
    except InvalidOperation as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no amount") from error
    if not amount.is_finite() or amount < 0:
        raise argparse.ArgumentTypeError(f"{text!r} is no amount")
    return amount
