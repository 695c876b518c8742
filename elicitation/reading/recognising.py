"""Note in which language texts are written."""

from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from elicitation.models import Study, TextReading
from elicitation.wording import languages_of

from .detecting import detect
from .texts import WrittenText, digest_of, kinds

AT_ONCE = 500


def recognise_some(*, limit: int = AT_ONCE) -> int:
    """Detect the language of texts that were written or corrected lately; return how many, at most `limit` a kind."""
    return sum(_recognise(kind, kind.unread(limit=limit)) for kind in kinds())


def plausible_languages(study: Study) -> set[str]:
    """Return the languages somebody may write in who answers a study: its own, and those of the interface."""
    return {*languages_of(study), *dict(settings.LANGUAGES), *settings.READ_LANGUAGES}


def _recognise(kind: WrittenText, rows: list[Any]) -> int:
    studies = Study.objects.in_bulk({row.study_key for row in rows})
    plausible = {key: plausible_languages(study) for key, study in studies.items()}
    found = {}
    for row in rows:
        text = getattr(row, kind.column)
        found[row.pk] = (text, detect(text, plausible[row.study_key]))
    with transaction.atomic():
        # A text that was taken back or corrected meanwhile is not the one that was read.
        held = kind.model._default_manager.select_for_update(of=("self",)).filter(pk__in=found).order_by("pk")
        readings = [
            TextReading(
                **{f"{kind.name}_id": row.pk},
                digest=digest_of(found[row.pk][0]),
                language=found[row.pk][1].language,
                certainty=found[row.pk][1].certainty,
                read_at=timezone.now(),
            )
            for row in held
            if getattr(row, kind.column) == found[row.pk][0]
        ]
        TextReading.objects.bulk_create(
            readings,
            update_conflicts=True,
            unique_fields=[kind.name],
            update_fields=["digest", "language", "certainty", "translation", "translated_to", "model", "read_at"],
        )
    return len(readings)
