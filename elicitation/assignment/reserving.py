"""Reserve the next prompt for a person, in few round trips and with next to nothing done while others queue.

What is free is read and chosen from before queueing. One round trip then waits for the study's turn, checks that the
choice still stands, makes the reservation and commits: while the turn is held, nobody waits for Python, which may be
busy with other people's pages. Where somebody was quicker, it is read and chosen anew; who is beaten again and again
does that in their turn, where nobody can be quicker.
"""

import json
import uuid
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection, transaction
from django.utils.translation import gettext as _

from elicitation.models import Assignment, Participant, Study
from measures.rankings import LETTERS

from .choosing import Candidate, Progress, choose, shuffled_letters
from .leases import LOCK_CLASS, State, expire_overdue, queue_up

# How often somebody may be beaten to a prompt before they choose in their turn.
_QUICK_TRIES: Final = 5

_COLUMNS: Final = (
    "id, participant_id, prompt_id, state, position, shown_order, language, reason, idempotency_key, leased_until, "
    "created_at"
)

_CURRENT: Final = f"""
UPDATE elicitation_assignment SET leased_until = now() + make_interval(mins => %(lease)s)
WHERE state = 'reserved' AND id = (
  SELECT id FROM elicitation_assignment WHERE participant_id = %(person)s AND state = 'reserved'
  ORDER BY position, id LIMIT 1)
RETURNING {_COLUMNS}
"""  # noqa: S608 (columns)

# Who has finished or is at work on what. Whose cells they are in is looked up only for a person who is in one.
_COUNTED: Final = """
WITH finished AS (
  SELECT prompt_id, count(*) AS n, 0 AS in_cell FROM elicitation_assessment
  WHERE NOT is_surplus AND prompt_id = ANY(ARRAY(SELECT id FROM elicitation_prompt WHERE study_id = %(study)s))
  GROUP BY prompt_id
), reserved AS (
  SELECT prompt_id, count(*) AS n, 0 AS in_cell FROM elicitation_assignment
  WHERE state = 'reserved' AND prompt_id = ANY(ARRAY(SELECT id FROM elicitation_prompt WHERE study_id = %(study)s))
  GROUP BY prompt_id
)
"""
_COUNTED_IN_CELL: Final = """
WITH finished AS (
  SELECT a.prompt_id, count(*) AS n, count(*) FILTER (WHERE h.cell_id = %(cell)s) AS in_cell
  FROM elicitation_assessment a
  JOIN elicitation_prompt q ON q.id = a.prompt_id AND q.study_id = %(study)s
  JOIN elicitation_participant h ON h.id = a.participant_id
  WHERE NOT a.is_surplus GROUP BY a.prompt_id
), reserved AS (
  SELECT r.prompt_id, count(*) AS n, count(*) FILTER (WHERE h.cell_id = %(cell)s) AS in_cell
  FROM elicitation_assignment r
  JOIN elicitation_prompt q ON q.id = r.prompt_id AND q.study_id = %(study)s
  JOIN elicitation_participant h ON h.id = r.participant_id
  WHERE r.state = 'reserved' GROUP BY r.prompt_id
)
"""
# Every prompt of the study with its coverage, and what the person has to do with it.
_READ: Final = """
SELECT p.id, p.key, p.candidates, p.is_anchor, p.attention_best <> '', p.retest_of_id,
  coalesce(finished.n, 0) + coalesce(reserved.n, 0), coalesce(finished.in_cell, 0) + coalesce(reserved.in_cell, 0),
  p.disagreement, coalesce(mine.state, ''), draft.id IS NOT NULL, given.id,
  (SELECT label FROM elicitation_quota WHERE id = %(cell)s)
FROM elicitation_prompt p
LEFT JOIN finished ON finished.prompt_id = p.id
LEFT JOIN reserved ON reserved.prompt_id = p.id
LEFT JOIN elicitation_assignment mine ON mine.prompt_id = p.id AND mine.participant_id = %(person)s
LEFT JOIN elicitation_draft draft ON draft.assignment_id = mine.id
LEFT JOIN elicitation_assessment given ON given.prompt_id = p.id AND given.participant_id = %(person)s
WHERE p.study_id = %(study)s
"""

# Nothing is inserted where the choice no longer stands: the person ended, holds another task or has done one
# meanwhile, or somebody has taken a place of the prompt or freed one. A prompt that the person let expire before is
# the same reservation again, in the same order. The lock on the person's row lets an end (`finishing.end`) come before
# or after the whole of this. The two statements are sent as one string, which PostgreSQL runs as one transaction where
# none is open, each statement seeing what was committed before it began.
_RESERVE: Final = f"""
SELECT pg_advisory_xact_lock(%(lock)s, %(study)s);
INSERT INTO elicitation_assignment AS mine (participant_id, prompt_id, state, position, shown_order, language, reason,
  idempotency_key, leased_until, created_at)
SELECT p.id, %(prompt)s, 'reserved', %(done)s, %(letters)s, '', %(reason)s::jsonb, %(key)s,
  now() + make_interval(mins => %(lease)s), now()
FROM (SELECT id FROM elicitation_participant WHERE id = %(person)s AND outcome = '' FOR SHARE) p
WHERE NOT EXISTS (SELECT 1 FROM elicitation_assignment WHERE participant_id = p.id AND state = 'reserved')
  AND %(done)s = (SELECT count(*) FROM elicitation_assessment WHERE participant_id = p.id)
  AND (%(for_everybody)s OR %(coverage)s =
    (SELECT count(*) FROM elicitation_assessment WHERE prompt_id = %(prompt)s AND NOT is_surplus)
    + (SELECT count(*) FROM elicitation_assignment WHERE prompt_id = %(prompt)s AND state = 'reserved'))
ON CONFLICT (participant_id, prompt_id) DO UPDATE SET state = 'reserved', position = excluded.position,
  reason = excluded.reason, leased_until = excluded.leased_until WHERE mine.state = 'expired'
RETURNING {_COLUMNS}
"""  # noqa: S608 (columns)


class StudyNotOpen(Exception):
    """The study gives out no tasks now."""


class NothingLeft(Exception):
    """There is no prompt left to give to this person, though they have not done all their tasks."""


class HasEnded(Exception):
    """The person's way through the study has ended; no more is given to them."""


@dataclass(frozen=True)
class _Choice:
    """What a person is to be given, as it stood when it was chosen."""

    prompt: Candidate
    reason: dict[str, Any]
    done: int


def next_task(*, participant: Participant) -> Assignment | None:
    """Return the person's open task, or reserve the next; None once they have done all that are asked of them.

    Raises `HasEnded`, `StudyNotOpen` and `NothingLeft`. What comes before a task (the intake, a place in a quota) is
    not asked here: see `elicitation.way`.
    """
    study = participant.study
    if participant.outcome:
        raise HasEnded(_("Your part in this study has ended."))
    if current := _current(participant, study):
        return current
    if not study.is_open:
        raise StudyNotOpen(_("This study gives out no tasks now."))
    for _try in range(_QUICK_TRIES):
        if (choice := _choose(participant, study)) is None:
            return None
        if found := _reserve(participant, study, choice):
            return found
    with transaction.atomic():
        queue_up(study)
        while choice := _choose(participant, study):
            if found := _reserve(participant, study, choice):
                return found
    return None


def _reserve(participant: Participant, study: Study, choice: _Choice) -> Assignment | None:
    """Reserve what was chosen, or return what a second tab has reserved; None where another person was quicker."""
    if found := _one(_RESERVE, _parameters(participant, study, choice)) or _current(participant, study):
        return found
    participant.refresh_from_db(fields=["outcome", "outcome_at", "finished_at"])
    if participant.outcome:
        raise HasEnded(_("Your part in this study has ended."))
    return None


def _current(participant: Participant, study: Study) -> Assignment | None:
    """Return the person's open task, its lease prolonged."""
    return _one(_CURRENT, {"person": participant.pk, "lease": study.lease_minutes})


def _choose(participant: Participant, study: Study) -> _Choice | None:
    """Choose what the person is given next; None once they have done all. Raises `NothingLeft`."""
    with connection.cursor() as cursor:
        counted = _COUNTED if participant.cell_id is None else _COUNTED_IN_CELL
        cursor.execute(counted + _READ, {"study": study.pk, "person": participant.pk, "cell": participant.cell_id})
        rows = cursor.fetchall()
    given = {row[11]: row[0] for row in rows if row[11] is not None}
    asked = min(study.tasks_per_person, len(rows))
    if len(given) >= asked:
        return None
    progress = Progress(
        key=participant.key,
        cell=rows[0][12] or "",
        done=len(given),
        span=_span(study, asked, len(given)),
        answered=frozenset(given.values()),
        last=given[max(given)] if given else None,
    )
    free = [_candidate(row) for row in rows if row[9] in {"", State.EXPIRED} and row[11] is None]
    if found := choose(free, progress, study):
        return _Choice(*found, done=len(given))
    if expire_overdue(study):  # somebody has left without a word, and their place is free
        return _choose(participant, study)
    raise NothingLeft(_("Every prompt of this study has as many answers as it needs."))


def _span(study: Study, asked: int, done: int) -> int:
    """Return after how many tasks the person may end: what everybody is given comes before."""
    fewest = min(study.fewest_tasks or asked, asked)
    return fewest if done < fewest else asked


def _candidate(row: tuple[Any, ...]) -> Candidate:
    pk, key, size, is_anchor, is_attention, repeats, coverage, in_cell, disagreement, state, drafted, *_rest = row
    return Candidate(
        pk=pk,
        key=key,
        size=size,
        is_anchor=is_anchor,
        is_attention=is_attention,
        repeats=repeats,
        coverage=coverage,
        coverage_in_cell=in_cell,
        disagreement=disagreement,
        begun=drafted and state == State.EXPIRED,
    )


def _parameters(participant: Participant, study: Study, choice: _Choice) -> dict[str, Any]:
    prompt = choice.prompt
    return {
        "lock": LOCK_CLASS,
        "study": study.pk % 2**31,
        "person": participant.pk,
        "prompt": prompt.pk,
        "done": choice.done,
        "letters": shuffled_letters(
            LETTERS[: prompt.size], prompt_key=prompt.key, person_key=participant.key, seed=study.seed
        ),
        "reason": json.dumps(choice.reason),
        "key": str(uuid.uuid4()),
        "lease": study.lease_minutes,
        "for_everybody": not prompt.is_ordinary,
        "coverage": prompt.coverage,
    }


def _one(statement: str, parameters: dict[str, Any]) -> Assignment | None:
    return next(iter(Assignment.objects.raw(statement, parameters)), None)
