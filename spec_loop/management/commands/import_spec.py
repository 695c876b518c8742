"""`manage.py import_spec FILE --document NAME [--title TITLE] [--study SLUG]`."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from elicitation.models import Study
from spec_loop.versions import MAXIMUM_BYTES, ImportRefused, Received, receive_spec, too_large

SHOWN_WARNINGS = 10


class Command(BaseCommand):
    help = "Import a spec document; its bytes are kept exactly, and the same bytes again make no new version."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="a Markdown file in the dialect of the public Model Spec")
        parser.add_argument("--document", required=True, help="the document's name in addresses, e.g. 'model-spec'")
        parser.add_argument("--title", default="", help="its title, for a document that is new")
        parser.add_argument("--study", help="a study whose staff may read it; without one only admins may")

    def handle(self, *_args: Any, file: Path, document: str, title: str, study: str | None, **_options: Any) -> None:
        found = Study.objects.filter(slug=study).first() if study else None
        if study and found is None:
            raise CommandError(f"There is no study {study!r}.", returncode=2)
        try:
            received = receive_spec(by=None, name=document, data=_read(file), title=title, study=found)
        except ImportRefused as error:
            raise CommandError(f"{file}, {error}" if error.problems else f"{file}: {error}", returncode=2) from error
        self._report(file, received)

    def _report(self, file: Path, received: Received) -> None:
        version = received.version
        named = f"version {version.number} of {version.document.name!r} ({version.hash[:12]})"
        if received.is_new:
            self.stdout.write(f"Imported {file} as {named}.")
        else:
            self.stdout.write(f"Nothing new: {named} holds these very bytes.")
        for warning in received.warnings[:SHOWN_WARNINGS]:
            self.stdout.write(f"Warning, {warning}.")
        if len(received.warnings) > SHOWN_WARNINGS:
            self.stdout.write(f"And {len(received.warnings) - SHOWN_WARNINGS} more warnings.")


def _read(file: Path) -> bytes:
    """Return the bytes of a file, unless there are too many to begin with."""
    try:
        if not file.is_file():
            raise CommandError(f"{file} is not a file.", returncode=2)
        size = file.stat().st_size
        if size > MAXIMUM_BYTES:
            raise CommandError(f"{file}: {too_large(size)}.", returncode=2)
        return file.read_bytes()
    except OSError as error:
        raise CommandError(f"{file} cannot be read: {error.strerror}.", returncode=2) from error
