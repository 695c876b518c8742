"""Open, pause and close a study; opening it for everybody ends its pilot."""

from collections.abc import Mapping
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from collective.accounts.models import User
from collective.audit.chain import record
from elicitation import protocols, signals
from elicitation.models import Assessment, Participant, QuotaPlace, Study
from elicitation.webhooks import emit
from elicitation.webhooks.addresses import STUDY_STATUS_CHANGED

Pilot = Participant.Pilot

NEXT: Final[Mapping[str, tuple[Study.Status, ...]]] = {
    Study.Status.DRAFT: (Study.Status.PILOT, Study.Status.RUNNING),
    Study.Status.PILOT: (Study.Status.RUNNING, Study.Status.PAUSED, Study.Status.CLOSED),
    Study.Status.RUNNING: (Study.Status.PAUSED, Study.Status.CLOSED),
    Study.Status.PAUSED: (Study.Status.RUNNING, Study.Status.PILOT, Study.Status.CLOSED),
    # Reopening takes two steps, so that no press of one button puts a closed study before people again.
    Study.Status.CLOSED: (Study.Status.PAUSED,),
}
"""What may follow each status. Nothing leads back to a draft: people may have answered."""


class StatusRefused(Exception):
    """The study cannot take this status now; the message says what is missing."""


@transaction.atomic
def set_status(*, by: User | None, study: Study, status: str, keep_pilot: bool = False) -> Study:
    """Open, pause or close a study. Raises `StatusRefused` where that cannot follow or the study is not ready.

    The first opening puts the protocol into force. Running for everybody ends a pilot: its people are marked, and
    their answers are kept but no longer count, unless `keep_pilot`.
    """
    kept = Study.objects.select_for_update().get(pk=study.pk)
    wanted = Study.Status(status)
    if wanted not in NEXT[kept.status]:
        raise StatusRefused(
            _("A study that is %(present)s cannot become %(wanted)s.")
            % {"present": kept.get_status_display().lower(), "wanted": str(wanted.label).lower()}
        )
    before, kept.status = kept.status, wanted
    missing = missing_before_opening(kept)
    if kept.is_open and missing:
        raise StatusRefused(" ".join(missing))
    kept.save(update_fields=["status"])
    if before == Study.Status.DRAFT and protocols.draft_of(kept):
        protocols.publish(by=by, study=kept)
    details: dict[str, object] = {"from": before, "to": wanted.value}
    if wanted == Study.Status.RUNNING and (people := _end_pilot(kept, keep=keep_pilot)):
        details["pilot"] = {"people": people, "kept": keep_pilot}
    record(by=by, action="study.status_changed", target=f"study:{kept.slug}", study=kept.slug, details=details)
    emit(study=kept, event=STUDY_STATUS_CHANGED, data={"from": before, "to": wanted.value})
    signals.send_after_commit(signals.study_status_changed, sender=Study, study=kept, before=before, after=wanted.value)
    return kept


def missing_before_opening(study: Study) -> list[str]:
    """Say in sentences what a study lacks before people can take part; nothing where it is ready."""
    missing = []
    if not study.prompts.exists():
        missing.append(_("There are no prompts yet: import some or add one."))
    if not study.consent_text.strip():
        missing.append(_("There is no consent text yet: write what people agree to."))
    return missing + protocols.problems_of_quotas(study)


def pilot_people(study: Study) -> int:
    """Return how many people came in while the study was a pilot, and still count."""
    return study.participants.filter(pilot=Pilot.PRESENT).count()


def _end_pilot(study: Study, *, keep: bool) -> int:
    """Let the answers of the pilot's people count for good, or leave them out; return how many people there are.

    What is left out stays stored and paid, like an answer beyond the overlap, and makes room for others: in the
    prompts' coverage, and in the quotas, for those whose way has ended.
    """
    people = study.participants.filter(pilot=Pilot.PRESENT)
    if keep:
        return people.update(pilot=Pilot.NONE)
    Assessment.objects.filter(participant__in=people).update(is_surplus=True)
    QuotaPlace.objects.filter(participant__in=people).exclude(participant__outcome="").delete()
    return people.update(pilot=Pilot.LEFT_OUT)
