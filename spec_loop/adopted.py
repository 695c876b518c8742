"""What was adopted because of a study, told to those who took part in it."""

from collections.abc import Sequence
from typing import Final

from django.core.cache import cache
from django.db.models import Count, Q

from elicitation.hearing_back import Change
from elicitation.models import Study

from .changes import compare
from .document import Words
from .models import Decision, Evidence, SpecVersion

MOST: Final = 20
KEPT_SECONDS: Final = 7 * 24 * 3600
FORMAT: Final = 1


def changes_of(study: Study) -> list[Change]:
    """Return the latest adoptions of proposals that a study led to."""
    adoptions = (
        Decision.objects.filter(verdict=Decision.Verdict.ADOPT, proposal__study=study)
        .select_related("proposal__document", "version__parent")
        .annotate(voices=Count("proposal__evidence", filter=Q(proposal__evidence__stance=Evidence.Stance.FOR)))
        .order_by("-decided_at")[:MOST]
    )
    return [
        Change(
            document=decision.proposal.document.title,
            section=decision.proposal.section_id,
            intent=decision.proposal.intent,
            reason=decision.reason,
            made_at=decision.decided_at,
            voices=decision.voices,
            words=_words(decision.version),
        )
        for decision in adoptions
    ]


def _words(version: SpecVersion | None) -> Sequence[tuple[str, str]]:
    """Return the changed words of a version against the one before it; kept, for comparing long texts takes a while."""
    if version is None or version.parent is None:
        return ()
    key = f"adopted:{FORMAT}:{version.parent.hash}:{version.hash}"
    words: Words | None = cache.get(key)
    if words is None:
        words = [pair for stretch in compare(version.parent.text, version.text).stretches for pair in stretch.words]
        cache.set(key, words, KEPT_SECONDS)
    return words
