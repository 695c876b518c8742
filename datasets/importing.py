"""Import a folder of CA-1 / CoVal files into a study: each file in one transaction, or nothing of it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from collective.accounts.models import User
from collective.audit.chain import record
from elicitation.models import ProtocolVersion, Study
from elicitation.protocols import in_force, is_in_force, publish
from elicitation.studies import create_study

from .ca1 import annotators, comparisons, merged, rubrics
from .ca1.assessments import AssessmentStore, Repeats
from .ca1.people import People
from .ca1.reading import BadInput, read_lines

FILES = (comparisons.FILE, annotators.FILE, merged.FILE, rubrics.FILE)


@dataclass
class ImportReport:
    """What an import did, file by file, each as counts by name."""

    study: str
    files: dict[str, dict[str, int]] = field(default_factory=dict)

    @property
    def changed(self) -> bool:
        """Whether anything was added."""
        return any(_adds(counts) for counts in self.files.values())

    def sentences(self) -> list[str]:
        """Return one line for people per file."""
        return [
            f"{name}: " + ", ".join(f"{count} {label.replace('_', ' ')}" for label, count in counts.items())
            for name, counts in self.files.items()
        ]


class ImportStopped(BadInput):
    """A file was refused; `report` says what the files before it brought, which stays."""

    def __init__(self, message: str, report: ImportReport) -> None:
        super().__init__(message)
        self.report = report


def import_comparisons(*, study: Study, folder: Path, by: User | None, repeats: str = Repeats.REFUSE) -> ImportReport:
    """Import the files of the format that stand in `folder`; `by` is None for the command line.

    Importing the same files again changes nothing. Raises `BadInput`; once a file has been begun that is an
    `ImportStopped` naming file, line and field: the files before that one stay imported, of that one nothing does.
    """
    if repeats not in Repeats.CHOICES:
        raise BadInput(
            _("Repeats are either %(choices)s, not %(given)s.")
            % {"choices": " or ".join(Repeats.CHOICES), "given": repr(repeats)}
        )
    present = [name for name in FILES if (folder / name).is_file()]
    if not present:
        raise BadInput(f"{folder.name or folder}: none of {', '.join(FILES)} is in this folder.")
    if comparisons.FILE not in present and not study.prompts.exists():
        raise BadInput(f"{comparisons.FILE}: it is needed first, the study has no prompts yet.")
    report = ImportReport(study=study.slug)
    for name in present:
        try:
            report.files[name] = _import_file(study, folder / name, by, repeats)
        except BadInput as error:
            raise ImportStopped(str(error), report) from error
        except IntegrityError as error:
            sentence = "somebody else changed the study meanwhile; nothing of this file was imported, try again"
            raise ImportStopped(f"{name}: {sentence}.", report) from error
    return report


def import_as_new_study(*, slug: str, folder: Path, by: User | None, repeats: str = Repeats.REFUSE) -> ImportReport:
    """Import into a study made for it, which is closed to participants and named after its `slug`.

    Raises `ValidationError` for a slug that cannot be one, and `BadInput`; where not even the prompts could be
    imported, the study is taken away again.
    """
    title = slug.replace("-", " ").replace("_", " ").capitalize()
    study = create_study(by=by, slug=slug, title=title, status=Study.Status.CLOSED)
    try:
        return import_comparisons(study=study, folder=folder, by=by, repeats=repeats)
    except BadInput as error:
        with transaction.atomic():
            if not study.prompts.exists():
                study.delete()
                _record(by, slug, "study.removed", {"reason": f"nothing could be imported: {error}"})
        raise


@transaction.atomic
def _import_file(study: Study, path: Path, by: User | None, repeats: str) -> dict[str, int]:
    # One import of a study at a time; people who answer meanwhile are not held up (their rows refer to this one).
    Study.objects.select_for_update(no_key=True).get(pk=study.pk)
    counts = _IMPORTS[path.name](study, path, repeats)
    if _adds(counts):
        _record(by, study.slug, "study.imported", {"file": path.name, **counts})
    return counts


def _record(by: User | None, slug: str, action: str, details: dict[str, Any]) -> None:
    record(by=by, action=action, target=f"study:{slug}", study=slug, details=details)


def _adds(counts: dict[str, int]) -> bool:
    return any(count for name, count in counts.items() if name.endswith("added"))


def _store(study: Study, repeats: str) -> AssessmentStore:
    if not study.protocols.exists():
        ProtocolVersion.objects.create(study=study, number=1, steps=[])
    # Answers refer to the version from now on, so that it must not change any more.
    protocol = in_force(study) if is_in_force(study) else publish(by=None, study=study)
    return AssessmentStore(people=People(study), protocol=protocol, repeats=repeats)


def _assessment_counts(store: AssessmentStore) -> dict[str, int]:
    counts = {"people_added": store.people.made, "assessments_added": store.added, "assessments_known": store.known}
    return counts | ({"contradicting_repeats_dropped": store.dropped} if store.dropped else {})


def _import_comparisons(study: Study, path: Path, repeats: str) -> dict[str, int]:
    reading = comparisons.ComparisonsImport(study, _store(study, repeats))
    reading.run(read_lines(path))
    if not reading.prompts_read:
        raise BadInput(f"{path.name}: the file is empty, and at least one prompt is expected.")
    return {"prompts_added": reading.prompts_added} | _assessment_counts(reading.store)


def _import_annotators(study: Study, path: Path, repeats: str) -> dict[str, int]:
    reading = annotators.AnnotatorsImport(study, _store(study, repeats))
    reading.run(read_lines(path))
    counts = _assessment_counts(reading.store)
    if reading.unknown_prompts:
        counts["assessments_of_unknown_prompts_left_out"] = reading.unknown_prompts
    return counts


def _check_merged(study: Study, path: Path, repeats: str) -> dict[str, int]:
    reading = merged.MergedCheck(study, repeats)
    reading.run(read_lines(path))
    counts = {"rows_checked": reading.checked}
    return counts | ({"contradicting_repeats_dropped": reading.dropped} if reading.dropped else {})


def _import_rubrics(study: Study, path: Path, _repeats: str) -> dict[str, int]:
    reading = rubrics.RubricsImport(study, People(study))
    reading.run(read_lines(path))
    counts = {
        "criteria_added": reading.criteria_added,
        "scores_added": reading.scores_added,
        "core_items_added": reading.core_items_added,
        "people_added": reading.people.made,
    }
    if reading.unknown_prompts:
        counts["rubrics_of_unknown_prompts_left_out"] = reading.unknown_prompts
    return counts


_IMPORTS: dict[str, Callable[[Study, Path, str], dict[str, int]]] = {
    comparisons.FILE: _import_comparisons,
    annotators.FILE: _import_annotators,
    merged.FILE: _check_merged,
    rubrics.FILE: _import_rubrics,
}

__all__ = ["FILES", "BadInput", "ImportReport", "ImportStopped", "Repeats", "import_as_new_study", "import_comparisons"]
