"""Delete what could identify people after the day a study has promised (`Study.retention_until`).

What goes: how panels and the staff's mails name people, their own links, which device they used, how long they took and
how they typed, what they began and did not hand in. What stays: answers and texts, as people agreed to; without a link
they are nobody's any more, and from then on can be neither corrected nor taken back. The day is kept also where
somebody is not marked as paid yet: it was promised.

A study is done in one transaction, and doing it again finds nothing: whatever kills the task, the next one goes on.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from collective.audit.chain import record

from .models import Assessment, Draft, InvitedPerson, PanelEntry, PanelEvent, Participant, Study
from .sealing import SIGN, unopenable


@dataclass(frozen=True)
class Due:
    """How many rows hold what is to be deleted, by kind."""

    panel_ids: int
    panel_events: int
    invitations: int
    links: int
    traces: int
    drafts: int

    def __bool__(self) -> bool:
        return any(asdict(self).values())


def due_studies(today: date | None = None) -> Sequence[Study]:
    """Return the studies whose day has passed."""
    return list(Study.objects.filter(retention_until__lt=today or timezone.now().date()).order_by("pk"))


def what_is_due(study: Study) -> Due:
    """Count what is to be deleted in a study."""
    return Due(**{kind: rows.count() for kind, rows in _rows(study).items()})


@transaction.atomic
def apply(*, study: Study) -> Due:
    """Delete in a study what could identify people; return how much there was. Doing it again finds nothing."""
    held = Study.objects.select_for_update(no_key=True).get(pk=study.pk)
    due = what_is_due(held)
    if not due:
        return due
    rows = _rows(held)
    for kind in ("panel_ids", "invitations", "drafts"):
        rows[kind].delete()
    rows["panel_events"].update(external_id="")
    rows["traces"].update(device_class="", step_seconds={}, typing={})
    _end_links(rows["links"])
    record(
        by="retention",
        action="study.retention_applied",
        target=f"study:{held.slug}",
        study=held.slug,
        details={"until": held.retention_until.isoformat() if held.retention_until else "", **asdict(due)},
    )
    return due


def apply_all() -> int:
    """Delete what is due in every study whose day has passed; return in how many there was anything."""
    return sum(bool(apply(study=study)) for study in due_studies())


def _rows(study: Study) -> dict[str, QuerySet]:
    traced = ~Q(device_class="") | ~Q(step_seconds={}) | ~Q(typing={})
    return {
        "panel_ids": PanelEntry.objects.filter(panel__study=study),
        "panel_events": PanelEvent.objects.filter(panel__study=study).exclude(external_id=""),
        "invitations": InvitedPerson.objects.filter(study=study),
        "links": Participant.objects.filter(study=study).exclude(token__startswith=SIGN),
        "traces": Assessment.objects.filter(traced, participant__study=study),
        "drafts": Draft.objects.filter(assignment__participant__study=study),
    }


def _end_links(people: QuerySet[Participant]) -> None:
    ended = list(people.only("pk"))
    for person in ended:
        person.token = unopenable()
    Participant.objects.bulk_update(ended, ["token"], batch_size=500)
