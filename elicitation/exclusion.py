"""Leave a person out of results, and take them in again. Nothing they gave is touched."""

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from collective.accounts.models import User
from collective.audit.chain import record

from .models import Exclusion, Participant, Study

LONGEST_REASON = 2_000


class ExclusionRefused(Exception):
    """A person cannot be left out, or taken in again; the message says why."""


@transaction.atomic
def exclude(*, by: User | None, participant: Participant, reason: str) -> Exclusion:
    """Leave a person's answers out of results until `readmit`. Doing it again changes nothing.

    Raises `ExclusionRefused` without a reason.
    """
    reason = _checked(reason)
    kept = _locked(participant)
    standing = kept.exclusions.filter(lifted_at__isnull=True).first()
    if standing is not None:
        return standing
    made = Exclusion.objects.create(participant=kept, reason=reason, by=by)
    kept.excluded_at = made.excluded_at
    kept.save(update_fields=["excluded_at"])
    participant.excluded_at = kept.excluded_at
    _record(by, "participant.excluded", kept, reason)
    return made


@transaction.atomic
def readmit(*, by: User | None, participant: Participant, reason: str = "") -> None:
    """Let a person's answers count again. Doing it again changes nothing.

    Raises `ExclusionRefused` for a reason that is too long.
    """
    reason = _checked(reason, needed=False)
    kept = _locked(participant)
    if kept.excluded_at is None:
        return
    kept.exclusions.filter(lifted_at__isnull=True).update(lifted_at=timezone.now(), lifted_by=by, lifted_reason=reason)
    kept.excluded_at = None
    kept.save(update_fields=["excluded_at"])
    participant.excluded_at = None
    _record(by, "participant.readmitted", kept, reason)


@transaction.atomic
def exclude_all(*, by: User | None, study: Study, people: Iterable[int], reason: str) -> int:
    """Exclude the people of a study with these primary keys for one reason; return how many were not excluded before.

    Raises `ExclusionRefused` without a reason, or where nobody is named.
    """
    reason = _checked(reason)
    chosen = list(study.participants.filter(pk__in=set(people)).order_by("pk"))
    if not chosen:
        raise ExclusionRefused(_("Please tick at least one person."))
    new = [person for person in chosen if person.excluded_at is None]
    for person in new:
        exclude(by=by, participant=person, reason=reason)
    return len(new)


def _checked(reason: str, *, needed: bool = True) -> str:
    reason = reason.strip()
    if needed and not reason:
        raise ExclusionRefused(_("Please give a reason: it is kept with the exclusion and in the audit log."))
    if len(reason) > LONGEST_REASON:
        raise ExclusionRefused(_("A reason has at most %(limit)d characters.") % {"limit": LONGEST_REASON})
    return reason


def _locked(participant: Participant) -> Participant:
    return Participant.objects.select_for_update(of=("self",)).select_related("study").get(pk=participant.pk)


def _record(by: User | None, action: str, participant: Participant, reason: str) -> None:
    # The reason stays in its row: the log cannot be changed, and a reason may name what must be deletable.
    record(
        by=by,
        action=action,
        target=f"participant:{participant.pk}",
        study=participant.study.slug,
        details={"reason_given": bool(reason)},
    )
