"""Hand a study's texts to translators as a file, and take the file back."""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.utils.translation import gettext as _

from collective.accounts.models import User
from elicitation.models import Study

from .languages import source_language
from .rows import Row, all_rows
from .showing import INTERFACE
from .writing import Given, TranslationRefused, write

FORMAT: Final = "collective-texts/1"
_COLUMNS: Final = ("id", "where", "source", "translation", "origin")
# A spreadsheet takes a cell that begins so for a formula.
_FORMULA: Final = ("=", "+", "-", "@", "\t")


@dataclass
class Taken:
    """What became of a file: how many texts changed, and what was left out, in sentences."""

    changed: int = 0
    left_out: list[str] = field(default_factory=list)


def as_json(study: Study, language: str) -> str:
    """Return a study's texts in a language as JSON."""
    return json.dumps(
        {
            "format": FORMAT,
            "study": study.slug,
            "source_language": source_language(study),
            "language": language,
            "texts": [_as_entry(row) for row in all_rows(study, language)],
        },
        ensure_ascii=False,
        indent=1,
    )


def as_csv(study: Study, language: str) -> str:
    """Return a study's texts in a language as CSV, one text per row; a cell a spreadsheet could run begins with '."""
    out = io.StringIO()
    writer = csv.DictWriter(out, _COLUMNS)
    writer.writeheader()
    for row in all_rows(study, language):
        writer.writerow({name: _harmless(value) for name, value in _as_entry(row).items()})
    return out.getvalue()


def take(*, by: User | None, study: Study, language: str, content: bytes) -> Taken:
    """Keep the translations of a file of `as_json` or `as_csv`; empty ones are passed over.

    A row whose source has changed since the file was made is left out and named. Raises `TranslationRefused` where the
    file is neither, or is of another language.
    """
    known = {row.id: row for row in all_rows(study, language)}
    taken, given = Taken(), []
    for entry in _entries(content, language):
        row, text = known.get(str(entry.get("id", ""))), str(entry.get("translation") or "").strip()
        if not text:
            continue
        if row is None or str(entry.get("source", "")).strip() != row.source.strip():
            name = str(entry.get("where") or entry.get("id") or "")[:80]
            taken.left_out.append(_("%(where)s: the study does not say this any more.") % {"where": name})
        elif text != row.translation.strip() or not row.is_done:
            given.append(Given(row, text))
    taken.changed = write(by=by, study=study, language=language, given=given)
    return taken


def _as_entry(row: Row) -> dict[str, str]:
    translation = "" if row.state == INTERFACE else row.translation
    return {
        "id": row.id,
        "where": row.where,
        "source": row.source,
        "translation": translation,
        "origin": row.state,
    }


def _entries(content: bytes, language: str) -> Iterator[Mapping[str, Any]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise TranslationRefused(_("The file is not text in UTF-8.")) from error
    if text.lstrip().startswith("{"):
        yield from _entries_of_json(text, language)
        return
    reader = csv.DictReader(io.StringIO(text), delimiter=";" if ";" in text.partition("\n")[0] else ",")
    if not {"id", "source", "translation"} <= set(reader.fieldnames or ()):
        raise TranslationRefused(_("The file needs the columns id, source and translation: export one first."))
    for row in reader:
        yield {name: _as_written(value) for name, value in row.items() if name}


def _entries_of_json(text: str, language: str) -> list[Mapping[str, Any]]:
    try:
        read = json.loads(text)
        entries = read["texts"]
    except (ValueError, KeyError) as error:
        raise TranslationRefused(_("The file is not one that was exported here.")) from error
    if read.get("language") != language:
        raise TranslationRefused(_("The file is of another language."))
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise TranslationRefused(_("The file is not one that was exported here."))
    return entries


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _as_written(cell: str | None) -> str:
    cell = cell or ""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_FORMULA) else cell
