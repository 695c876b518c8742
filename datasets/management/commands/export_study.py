"""`manage.py export_study SLUG --format ca1 --out DIR`."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from datasets.exporting import FORMATS, ExportRefused, export_study
from elicitation.models import Study


class Command(BaseCommand):
    help = "Export a study to files."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("study", help="the study's name in addresses")
        parser.add_argument("--format", choices=FORMATS, default="ca1", help="ca1: the four CA-1 / CoVal files")
        parser.add_argument("--out", type=Path, required=True, help="the folder to write to; made where missing")

    def handle(self, *_args: Any, study: str, out: Path, **_options: Any) -> None:
        found = Study.objects.filter(slug=study).first()
        if found is None:
            raise CommandError(f"There is no study {study!r}.", returncode=2)
        try:
            written = export_study(study=found, folder=out, by=None)
        except ExportRefused as error:
            raise CommandError(str(error), returncode=2) from error
        for file in written:
            self.stdout.write(f"{file.name}: {file.lines} lines, {file.bytes} bytes")
