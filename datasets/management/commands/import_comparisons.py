"""`manage.py import_comparisons DIR --study SLUG`."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from datasets.importing import BadInput, ImportStopped, Repeats, import_as_new_study, import_comparisons
from elicitation.models import Study


class Command(BaseCommand):
    help = "Import a folder of CA-1 / CoVal JSON Lines files into a study, which is made where there is none."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="the folder that holds comparisons.jsonl and the other files")
        parser.add_argument("--study", required=True, help="the study's name in addresses, e.g. 'city-2026'")
        parser.add_argument(
            "--repeats",
            choices=Repeats.CHOICES,
            default=Repeats.REFUSE,
            help="what to do where a person is twice on a prompt with different answers",
        )

    def handle(self, *_args: Any, folder: Path, study: str, repeats: str, **_options: Any) -> None:
        if not folder.is_dir():
            raise CommandError(f"{folder} is not a folder.", returncode=2)
        found = Study.objects.filter(slug=study).first()
        try:
            if found is None:
                report = import_as_new_study(slug=study, folder=folder, by=None, repeats=repeats)
            else:
                report = import_comparisons(study=found, folder=folder, by=None, repeats=repeats)
        except ValidationError as error:
            raise CommandError(f"--study {study!r}: {' '.join(error.messages)}", returncode=2) from error
        except ImportStopped as error:
            for sentence in error.report.sentences():
                self.stdout.write(sentence)
            raise CommandError(str(error), returncode=2) from error
        except BadInput as error:
            raise CommandError(str(error), returncode=2) from error
        for sentence in report.sentences():
            self.stdout.write(sentence)
        if not report.changed:
            self.stdout.write("Nothing new: the study held all of it already.")
