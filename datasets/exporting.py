"""Export a study to the four CA-1 / CoVal files, a line at a time, and what is known of its quality beside them.

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
from elicitation.queries.counted import standing_scores

from . import quality_file
from .ca1 import annotators, comparisons, merged, rubrics
from .ca1.records import to_write

FORMATS = ("ca1",)
WRITERS: dict[str, Callable[[Study], Iterator[dict[str, Any]]]] = {
    comparisons.FILE: comparisons.write_lines,
    annotators.FILE: annotators.write_lines,
    merged.FILE: merged.write_lines,
    rubrics.FILE: rubrics.write_lines,
}
ALL_WRITERS = WRITERS | {quality_file.FILE: quality_file.write_lines}
"""The four files of the format, and what stands beside them."""


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
    """Write the files into `folder`, each replaced only when it is whole. Raises `ExportRefused`.

    Beside the four stands `quality_flags.jsonl` where there is something to say in it; an older one is taken away.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _snapshot():
            written = [_write_file(study, folder, name) for name in _files_of(study)]
            if not quality_file.has_lines(study):
                (folder / quality_file.FILE).unlink(missing_ok=True)
    except OSError as error:
        raise ExportRefused(
            _("The folder %(folder)s cannot be written to (%(strerror)s).")
            % {"folder": folder, "strerror": error.strerror}
        ) from error
    _record(study, by, written)
    return written


def export_archive(*, study: Study, target: IO[bytes], by: User | None) -> list[ExportedFile]:
    """Write the files as one ZIP archive into `target`, which must be seekable."""
    written = []
    with _snapshot(), zipfile.ZipFile(target, "w", compression=zipfile.ZIP_DEFLATED) as archive:
        for name in _files_of(study):
            # ZipInfo's fixed date: the same study gives the same archive.
            entry = zipfile.ZipInfo(name)
            entry.compress_type = zipfile.ZIP_DEFLATED
            with archive.open(entry, "w", force_zip64=True) as file:
                written.append(_write(name, file, ALL_WRITERS[name](study)))
    _record(study, by, written)
    return written


def export_file(*, study: Study, name: str, target: IO[bytes], by: User | None) -> ExportedFile:
    """Write one of the files, by its name in `ALL_WRITERS`, into `target`."""
    with _snapshot():
        written = _write(name, target, ALL_WRITERS[name](study))
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
    scores = Score.objects.filter(
        standing_scores(with_excluded=True), criterion__prompt__study=study, participant__consented_at__isnull=False
    )
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


def _files_of(study: Study) -> list[str]:
    """Return the files of an export: what nothing is to be said of has no file, as in the public dataset."""
    return [name for name in ALL_WRITERS if name != quality_file.FILE or quality_file.has_lines(study)]


def _write_file(study: Study, folder: Path, name: str) -> ExportedFile:
    handle, draft = tempfile.mkstemp(dir=folder, prefix=f".{name}.")
    try:
        with os.fdopen(handle, "wb", buffering=1 << 20) as file:
            written = _write(name, file, ALL_WRITERS[name](study))
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
