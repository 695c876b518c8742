"""Delete what could identify people in studies whose day for it has passed; `--dry-run` only counts."""

from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from elicitation import retention


class Command(BaseCommand):
    """`manage.py apply_retention [--dry-run]`: what the periodic task does once an hour."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """Take `--dry-run`."""
        parser.add_argument("--dry-run", action="store_true", help="Say what would be deleted, and delete nothing.")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Go through the studies and say what was found."""
        studies = retention.due_studies()
        if not studies:
            self.stdout.write("No study has passed its retention date.")
        for study in studies:
            due = retention.what_is_due(study) if options["dry_run"] else retention.apply(study=study)
            found = ", ".join(f"{count} {kind.replace('_', ' ')}" for kind, count in asdict(due).items() if count)
            verb = "would be deleted" if options["dry_run"] else "deleted"
            self.stdout.write(f"{study.slug} (until {study.retention_until}): {found or 'nothing left'} {verb}.")
