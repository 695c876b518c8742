"""What the first page tells anybody: where one can take part, and what was changed because people did."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from elicitation.addresses import participant_link
from elicitation.models import Study
from elicitation.queries.progress import with_counts
from spec_loop.models import Decision, Evidence

MOST_CHANGES = 8


@dataclass(frozen=True)
class Invitation:
    """A study that visitors can take part in now, and where."""

    study: Study
    link: str


def invitations() -> list[Invitation]:
    """Return the public studies that are open, with `people` and `prompt_count`; those without an address left out."""
    open_now = [Study.Status.PILOT, Study.Status.RUNNING]
    studies = with_counts(Study.objects.filter(is_public=True, status__in=open_now))
    found = [Invitation(study=study, link=participant_link(study)) for study in studies]
    return [invitation for invitation in found if invitation.link]


def changes() -> Sequence[Any]:
    """Return the latest adoptions in public studies; each carries `voices`, how many rankings spoke for it."""
    return list(
        _adoptions()
        .select_related("proposal__study", "proposal__document", "version")
        .annotate(voices=Count("proposal__evidence", filter=Q(proposal__evidence__stance=Evidence.Stance.FOR)))
        .order_by("-decided_at")[:MOST_CHANGES]
    )


def _adoptions() -> QuerySet[Decision]:
    return Decision.objects.filter(verdict=Decision.Verdict.ADOPT, proposal__study__is_public=True)
