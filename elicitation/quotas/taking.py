"""How many people of which kind are taken in.

A person takes a place in every quota that their intake answers fit, and comes in only if all of those have one left.
Places are counted while their study's turn is held (`assignment.queue_up`), so that there is never one too many. Their
*cell*, the first quota they fit, is what their prompts are spread within.

Places come free when a person ends in any way but complete (`finishing.end`), and when somebody has vanished: took a
place longer ago than two leases, has handed in nothing and has no task open. Such a place is freed when a newcomer
wants it; who comes back later asks for one again.

Who has begun is not sent away any more, whatever they say about themselves later: they change over to other quotas
where these have places left, and keep the places they have where not.
"""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Final

from django.db import connection, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from elicitation import finishing
from elicitation.assignment import State, expire_overdue, queue_up
from elicitation.assignment.leases import LOCK_CLASS
from elicitation.models import AnswerState, Assessment, Assignment, IntakeAnswer, Participant, Quota, QuotaPlace, Study

Outcome = Participant.Outcome

# How many leases somebody may do nothing before their place is free for others.
LEASES_UNTIL_VANISHED: Final = 2


class SentAway(Exception):
    """There is no place for this person, whose way has ended with it."""


class QuotaFull(SentAway):
    """As many people like this person take part as are wanted."""


class ScreenedOut(SentAway):
    """The study is for other people."""


def fits(quota: Quota, answers: Mapping[str, str]) -> bool:
    """Return whether a person who gave these answers to the intake, by question, fits a quota."""
    return all(
        answers.get(key, "") in {unicodedata.normalize("NFKC", value) for value in values}
        for key, values in quota.conditions.items()
    )


def cell_of(participant: Participant) -> Quota | None:
    """Return the first quota of the study that a person's answers fit."""
    return next(iter(_fitting(participant, list(participant.study.quotas.all()))), None)


def answers_of(participants: Iterable[Participant]) -> dict[int, dict[str, str]]:
    """Return what people said about themselves, by person and question, in normal form."""
    given: dict[int, dict[str, str]] = {}
    rows = IntakeAnswer.objects.filter(participant__in=participants, state=AnswerState.ANSWERED)
    for person, key, value in rows.values_list("participant", "key", "value"):
        given.setdefault(person, {})[key] = value
    return given


def take_places(*, participant: Participant, study: Study) -> None:
    """Take the places that a person's answers call for, or send the person away.

    Raises `QuotaFull` and `ScreenedOut` after having ended the person so. Done again, it changes nothing but for
    answers that have changed meanwhile.
    """
    quotas = list(study.quotas.all())
    if not quotas:
        return
    if not participant.outcome and _take_quickly(participant, _fitting(participant, quotas), study):
        return
    refusal = _take_or_end(participant, study, quotas)
    if refusal == Outcome.QUOTA_FULL:
        raise QuotaFull(_("As many people like you as are needed take part already."))
    if refusal == Outcome.SCREENED_OUT:
        raise ScreenedOut(_("This study is looking for other people."))


def holds_places(participant: Participant, study: Study) -> bool:
    """Return whether a person has the places they need, having taken them again if they had lost them.

    The caller's transaction must have queued up. Nobody is sent away by this.
    """
    if participant.quota_places.exists():
        return True
    return _take(participant, list(study.quotas.all()), study) is None


# What somebody does who holds no place yet, in one round trip; see `assignment.reserving`.
_TAKE: Final = """
SELECT pg_advisory_xact_lock(%(lock)s, %(study)s);
INSERT INTO elicitation_quotaplace (quota_id, participant_id, taken_at)
SELECT q.id, p.id, now()
FROM elicitation_quota q, (SELECT id FROM elicitation_participant WHERE id = %(person)s AND outcome = '' FOR SHARE) p
WHERE q.id = ANY(%(fitting)s)
  AND NOT EXISTS (SELECT 1 FROM elicitation_quotaplace WHERE participant_id = %(person)s)
  AND NOT EXISTS (SELECT 1 FROM elicitation_quota f WHERE f.id = ANY(%(fitting)s)
    AND f.places <= (SELECT count(*) FROM elicitation_quotaplace t WHERE t.quota_id = f.id))
RETURNING quota_id
"""


def _take_quickly(participant: Participant, fitting: Sequence[Quota], study: Study) -> bool:
    """Take the places a person needs where they hold none and there is room, or keep those they hold; say if it did.

    Whatever is not as simple as that is left to who waits for the turn and then looks at everything.
    """
    keys = [quota.pk for quota in fitting]
    held = participant.quota_places.all()
    if held.exclude(quota__in=keys).exists() or not (keys or study.admits_others):
        return False
    # Once this is stored, the places are too fresh to be taken for those of somebody who has vanished.
    if held.filter(quota__in=keys).update(taken_at=timezone.now()) < len(keys):
        with connection.cursor() as cursor:
            cursor.execute(
                _TAKE, {"lock": LOCK_CLASS, "study": study.pk % 2**31, "person": participant.pk, "fitting": keys}
            )
            if len(cursor.fetchall()) < len(keys):
                return False
    _move(participant, fitting)
    return True


@transaction.atomic
def _take_or_end(participant: Participant, study: Study, quotas: Sequence[Quota]) -> Outcome | None:
    """Return why the person was sent away, None where they take part."""
    queue_up(study)
    participant.refresh_from_db(fields=["outcome", "outcome_at", "finished_at", "cell"])
    if participant.outcome:
        ended = Outcome(participant.outcome)
        return ended if ended in {Outcome.QUOTA_FULL, Outcome.SCREENED_OUT} else None
    refusal = _take(participant, quotas, study)
    if refusal is None or _has_begun(participant):
        return None
    finishing.end(participant=participant, outcome=refusal)
    return refusal


def _take(participant: Participant, quotas: Sequence[Quota], study: Study) -> Outcome | None:
    """Take the places a person's answers call for, all or none; return what is in the way."""
    fitting = _fitting(participant, quotas)
    if quotas and not fitting and not study.admits_others:
        return Outcome.SCREENED_OUT
    held = set(participant.quota_places.values_list("quota", flat=True))
    if not all(quota.pk in held or _has_place(quota, study) for quota in fitting):
        return Outcome.QUOTA_FULL
    hold(participant, fitting)
    return None


def hold(participant: Participant, fitting: Sequence[Quota]) -> None:
    """Let a person have places in these quotas and no others, from now on; the first is their cell."""
    participant.quota_places.exclude(quota__in=fitting).delete()
    now = timezone.now()
    participant.quota_places.update(taken_at=now)
    QuotaPlace.objects.bulk_create(
        [QuotaPlace(quota=quota, participant=participant) for quota in fitting], ignore_conflicts=True
    )
    _move(participant, fitting)


def _move(participant: Participant, fitting: Sequence[Quota]) -> None:
    """Let the first of these quotas be the person's cell."""
    cell = fitting[0].pk if fitting else None
    if participant.cell_id != cell:
        participant.cell_id = cell
        participant.save(update_fields=["cell"])


def _fitting(participant: Participant, quotas: Sequence[Quota]) -> list[Quota]:
    answers = answers_of([participant]).get(participant.pk, {})
    return [quota for quota in quotas if fits(quota, answers)]


def _has_place(quota: Quota, study: Study) -> bool:
    """Return whether a quota has a place left, having freed those of people who have vanished if it has not."""
    if quota.taken.count() < quota.places:
        return True
    expire_overdue(study)
    long_ago = timezone.now() - LEASES_UNTIL_VANISHED * timedelta(minutes=study.lease_minutes)
    quota.taken.filter(
        ~Exists(Assessment.objects.filter(participant=OuterRef("participant"))),
        ~Exists(Assignment.objects.filter(participant=OuterRef("participant"), state=State.RESERVED)),
        participant__outcome="",
        taken_at__lt=long_ago,
    ).delete()
    return quota.taken.count() < quota.places


def _has_begun(participant: Participant) -> bool:
    return participant.assessments.exists() or participant.assignments.filter(state=State.RESERVED).exists()
