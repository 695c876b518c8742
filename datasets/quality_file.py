"""`quality_flags.jsonl`: what is known of the quality of the answers in the other files.

Three kinds of lines, told apart by `type`: a `person` whom a researcher has excluded or who has flags, with these; an
`attention` item with the letter that reading it tells to put first; a `retest` with the prompt it asks again. The file
is made for analysis elsewhere: rows are named as in the other files, and an import passes it over.
"""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from django.db.models import F, Q
from django.db.models.functions import Collate

from elicitation.models import QualityFlag, Study
from elicitation.quality.kinds import portable

FILE = "quality_flags.jsonl"
_SPECIAL = ~Q(attention_best="") | Q(retest_of__isnull=False)


def has_lines(study: Study) -> bool:
    """Return whether there is anything to say."""
    people = study.participants.filter(consented_at__isnull=False)
    return (
        people.filter(excluded_at__isnull=False).exists()
        or QualityFlag.objects.filter(participant__in=people).exists()
        or study.prompts.filter(_SPECIAL).exists()
    )


def write_lines(study: Study) -> Iterator[dict[str, Any]]:
    """Yield the lines of the file: prompts in the study's order, then people by key."""
    special = study.prompts.filter(_SPECIAL).order_by("position")
    for key, best, original in special.values_list("key", "attention_best", "retest_of__key").iterator(chunk_size=100):
        if best:
            yield {"type": "attention", "prompt_id": key, "best": best}
        else:
            yield {"type": "retest", "prompt_id": key, "retest_of": original}
    yield from _people(study)


def _people(study: Study) -> Iterator[dict[str, Any]]:
    rows = (
        study.participants.filter(consented_at__isnull=False)
        .filter(Q(excluded_at__isnull=False) | Q(quality_flags__isnull=False))
        .order_by(Collate("key", "C"), "quality_flags__kind", F("quality_flags__assessment__position"))
        .values_list(
            "key",
            "excluded_at",
            "quality_flags__kind",
            "quality_flags__assessment__prompt__key",
            "quality_flags__strength",
            "quality_flags__evidence",
        )
    )
    for (key, excluded_at), flags in groupby(rows.iterator(chunk_size=1000), key=lambda row: row[:2]):
        yield {
            "type": "person",
            "annotator_id": key,
            "excluded": excluded_at is not None,
            "flags": [
                {"kind": kind, "prompt_id": prompt, "strength": round(strength, 4), "evidence": portable(evidence)}
                for _key, _at, kind, prompt, strength, evidence in flags
                if kind is not None
            ],
        }
