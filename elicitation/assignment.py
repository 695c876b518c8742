"""Give a person their next prompt.

Anchors come first, since everybody answers them; then the prompt that the fewest people have answered or are
answering, so that coverage grows evenly. Ties are broken by a draw that depends on the study's seed, the person and the
prompt, so that the same people arriving in the same order are given the same prompts again. `Assignment.reason` says
which rule chose and between how many.

**Overlap.** A prompt's coverage is its finished assessments plus its open reservations, and no reservation is made
where it has reached the study's target (anchors apart). A reservation keeps its place until somebody marks it expired,
which takes the row's lock: so either the submission comes first, and counts as finished, or the expiry does, and the
submission has to ask for a place again (`reclaim`). Makers of reservations queue on an advisory lock per study.
Together this is why finished work cannot exceed the target, however many people answer at once.
"""

import random
import uuid
from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Now
from django.utils import timezone

from .entry import seeded_draw
from .models import Assessment, Assignment, Participant, Prompt, Study

# Any fixed number will do: with the study's key it names the lock that makers of reservations queue on.
_LOCK_CLASS = 72_019
State = Assignment.State


class StudyNotOpen(Exception):
    """The study gives out no tasks now."""


class NothingLeft(Exception):
    """There is no prompt left to give to this person, though they have not done all their tasks."""


def next_task(*, participant: Participant) -> Assignment | None:
    """Return the person's open task, or reserve the next; None once they have done all that are asked of them.

    Raises `StudyNotOpen` and `NothingLeft`.
    """
    study = participant.study
    if current := _current(participant):
        return current
    if not study.is_open:
        raise StudyNotOpen("This study gives out no tasks now.")
    with transaction.atomic():
        queue_up(study)
        # A second tab may have been quicker while this one queued.
        return _current(participant) or _reserve(participant, study)


def queue_up(study: Study) -> None:
    """Wait for this transaction's turn to make reservations in a study, and hold it until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK_CLASS, study.pk % 2**31])


def expire_overdue(study: Study | None = None) -> int:
    """Mark reservations whose lease has run out as expired, in one study or in all; return how many.

    It waits for submissions under way, which then keep their place.
    """
    overdue = Assignment.objects.filter(state=State.RESERVED, leased_until__lt=Now())
    if study is not None:
        overdue = overdue.filter(prompt__study=study)
    return overdue.update(state=State.EXPIRED)


def has_room(prompt: Prompt, study: Study) -> bool:
    """Return whether one more person may take a prompt. Only true for long to a transaction that queued up."""
    return prompt.is_anchor or _with_coverage(Prompt.objects.filter(pk=prompt.pk)).get().coverage < study.overlap_target


def reclaim(assignment: Assignment, study: Study) -> bool:
    """Give an expired reservation its place back if there is room; return whether it holds one now.

    The caller's transaction must have queued up.
    """
    if assignment.state != State.EXPIRED:
        return assignment.state == State.RESERVED
    expire_overdue(study)
    if not has_room(assignment.prompt, study):
        return False
    Assignment.objects.filter(pk=assignment.pk).update(state=State.RESERVED, leased_until=_lease_end(study))
    assignment.state = State.RESERVED
    return True


def tasks_done(participant: Participant) -> int:
    """Return how many tasks a person has handed in."""
    return participant.assessments.count()


def tasks_asked(study: Study) -> int:
    """Return how many tasks a person is asked to do: the study's number, or its prompts where there are fewer."""
    return min(study.tasks_per_person, study.prompts.count())


def keep(assignment: Assignment, study: Study) -> bool:
    """Prolong an open reservation, because somebody is at work on it; return whether it is still open."""
    held = Assignment.objects.filter(pk=assignment.pk, state=State.RESERVED)
    return held.update(leased_until=_lease_end(study)) == 1


def _current(participant: Participant) -> Assignment | None:
    open_ones = participant.assignments.filter(state=State.RESERVED).select_related("prompt")
    current = open_ones.order_by("position", "pk").first()
    return current if current and keep(current, participant.study) else None


def _reserve(participant: Participant, study: Study) -> Assignment | None:
    done = tasks_done(participant)
    if done >= tasks_asked(study):
        return None
    expire_overdue(study)
    candidates = list(_candidates(participant, study))
    if not candidates:
        raise NothingLeft("Every prompt of this study has as many answers as it needs.")
    prompt, reason = choose(candidates, participant, study)
    # The person may have had the prompt before and let it expire: it is the same reservation again, in the same order.
    assignment, _created = Assignment.objects.update_or_create(
        participant=participant,
        prompt=prompt,
        defaults={"state": State.RESERVED, "position": done, "reason": reason, "leased_until": _lease_end(study)},
        create_defaults={
            "position": done,
            "reason": reason,
            "leased_until": _lease_end(study),
            "shown_order": shuffled_letters(prompt, participant, study),
            "idempotency_key": uuid.uuid4(),
        },
    )
    return assignment


def choose(candidates: list[Any], participant: Participant, study: Study) -> tuple[Prompt, dict[str, Any]]:
    """Choose among prompts annotated with `coverage`; return one and why.

    What the person had begun before its lease ran out comes before anything else: their draft waits in it.
    """
    begun = [prompt for prompt in candidates if prompt.begun]
    anchors = [prompt for prompt in candidates if prompt.is_anchor]
    pool = begun or anchors or candidates
    least = min(prompt.coverage for prompt in pool)
    tied = [prompt for prompt in pool if prompt.coverage == least]
    chosen = min(tied, key=lambda prompt: (seeded_draw(study.seed, participant.key, prompt.key, "prompt"), prompt.pk))
    rule = "begun before" if begun else "anchor" if anchors else "least covered"
    return chosen, {
        "rule": rule,
        "coverage": least,
        "target": study.overlap_target,
        "tied": len(tied),
        "candidates": len(candidates),
        "seed": study.seed,
    }


def shuffled_letters(prompt: Prompt, participant: Participant, study: Study) -> str:
    """Return the prompt's canonical letters in the order this person is shown them."""
    letters = list(prompt.letters)
    draw = seeded_draw(study.seed, participant.key, prompt.key, "letters")
    random.Random(draw).shuffle(letters)  # noqa: S311 (reproducible on purpose)
    return "".join(letters)


def _candidates(participant: Participant, study: Study) -> QuerySet[Any]:
    """Return the prompts that may be given to a person now, each with its coverage."""
    taken = participant.assignments.exclude(state=State.EXPIRED).values("prompt")
    answered = participant.assessments.values("prompt")
    free = study.prompts.exclude(pk__in=taken).exclude(pk__in=answered)
    begun = participant.assignments.filter(state=State.EXPIRED, draft__isnull=False, prompt=OuterRef("pk"))
    return (
        _with_coverage(free)
        .filter(Q(is_anchor=True) | Q(coverage__lt=study.overlap_target))
        .annotate(begun=Exists(begun))
    )


def _with_coverage(prompts: QuerySet[Prompt]) -> QuerySet[Any]:
    """Annotate prompts with how many people have answered or are answering them."""
    counts = {
        "finished": _count(Assessment.objects.filter(is_surplus=False)),
        "reserved": _count(Assignment.objects.filter(state=State.RESERVED)),
    }
    return prompts.annotate(**counts).annotate(coverage=F("finished") + F("reserved"))


def _count(rows: QuerySet[Any]) -> Any:
    counted = rows.filter(prompt=OuterRef("pk")).order_by().values("prompt").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted), 0)


def _lease_end(study: Study) -> Any:
    return timezone.now() + timedelta(minutes=study.lease_minutes)
