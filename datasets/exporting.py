"""Export a study to the four CA-1 / CoVal files, a line at a time.

Everything is read in one snapshot of the database, so the files agree with one another even while people
answer. The lines depend only on what the format carries and stand in an order of its own keys: importing an
export into an empty study and exporting that gives the same bytes.
"""

import json
import os
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from collective.accounts.models import User
from collective.audit.chain import record
from elicitation.models import Criterion, Score, Study

from .ca1 import annotators, comparisons, merged, rubrics
from .ca1.records import to_write

FORMATS = ("ca1",)
WRITERS: dict[str, Callable[[Study], Iterator[dict[str, Any]]]] = {
    comparisons.FILE: comparisons.write_lines,
    annotators.FILE: annotators.write_lines,
    merged.FILE: merged.write_lines,
    rubrics.FILE: rubrics.write_lines,
}


class ExportRefused(Exception):
    """The export cannot be written; the message says why."""


@dataclass(frozen=True)
class ExportedFile:
    """A file written: its name, lines and bytes."""

    name: str
    lines: int
    bytes: int


def encode(line: dict[str, Any]) -> bytes:
    """Return a line of the format: UTF-8, keys in the order given, ended by a line feed."""
    return json.dumps(line, ensure_ascii=False).encode() + b"\n"


def export_study(*, study: Study, folder: Path, by: User | None) -> list[ExportedFile]:
    """Write the four files into `folder`, each replaced only when it is whole. Raises `ExportRefused`."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _snapshot():
            written = [_write_file(study, folder, name) for name in WRITERS]
    except OSError as error:
        raise ExportRefused(
            _("The folder %(folder)s cannot be written to (%(strerror)s).")
            % {"folder": folder, "strerror": error.strerror}
        ) from error
    _record(study, by, written)
    return written


def export_archive(*, study: Study, target: IO[bytes], by: User | None) -> list[ExportedFile]:
    """Write the four files as one ZIP archive into `target`, which must be seekable."""
    written = []
    with _snapshot(), zipfile.ZipFile(target, "w", compression=zipfile.ZIP_DEFLATED) as archive:
        for name, lines in WRITERS.items():
            # ZipInfo's fixed date: the same study gives the same archive.
            entry = zipfile.ZipInfo(name)
            entry.compress_type = zipfile.ZIP_DEFLATED
            with archive.open(entry, "w", force_zip64=True) as file:
                written.append(_write(name, file, lines(study)))
    _record(study, by, written)
    return written


def export_file(*, study: Study, name: str, target: IO[bytes], by: User | None) -> ExportedFile:
    """Write one of the four files, by its name in `WRITERS`, into `target`."""
    with _snapshot():
        written = _write(name, target, WRITERS[name](study))
    _record(study, by, [written])
    return written


@dataclass(frozen=True)
class Contents:
    """How much an export of a study holds."""

    prompts: int
    people: int
    assessments: int
    criteria: int
    scores: int


def summarise(study: Study) -> Contents:
    """Count what an export of a study holds."""
    scores = Score.objects.filter(criterion__prompt__study=study, participant__consented_at__isnull=False)
    return Contents(
        prompts=study.prompts.count(),
        people=study.participants.filter(consented_at__isnull=False).count(),
        assessments=to_write(study).count(),
        criteria=Criterion.objects.filter(prompt__study=study).count(),
        scores=scores.count(),
    )


@contextmanager
def _snapshot() -> Iterator[None]:
    """Read one state of the database throughout. Inside a caller's transaction, that one's isolation holds."""
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield


def _write_file(study: Study, folder: Path, name: str) -> ExportedFile:
    handle, draft = tempfile.mkstemp(dir=folder, prefix=f".{name}.")
    try:
        with os.fdopen(handle, "wb", buffering=1 << 20) as file:
            written = _write(name, file, WRITERS[name](study))
        Path(draft).chmod(0o644)
        Path(draft).replace(folder / name)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise
    return written


def _write(name: str, file: IO[bytes], lines: Iterator[dict[str, Any]]) -> ExportedFile:
    count = size = 0
    for line in lines:
        data = encode(line)
        file.write(data)
        count += 1
        size += len(data)
    return ExportedFile(name=name, lines=count, bytes=size)


@transaction.atomic
def _record(study: Study, by: User | None, written: list[ExportedFile]) -> None:
    record(
        by=by,
        action="study.exported",
        target=f"study:{study.slug}",
        study=study.slug,
        details={"format": "ca1", "lines": {file.name: file.lines for file in written}},
    )
