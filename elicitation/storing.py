"""The two statements of the submit path: one that reads what a submission needs, one that stores it.

A person waits for these, and many may submit at once, so each is one round trip of plain SQL; ten ORM calls took more
than three times as long. Whatever they hold to, the tables' constraints hold to as well.
"""

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection

from .answers import Answers
from .models import Assignment, Criterion, Participant
from .protocol import MOST_CRITERIA
from .webhooks.addresses import ASSESSMENT_SUBMITTED

_READ: Final = """
SELECT a.id, a.state, a.position, a.shown_order, a.participant_id, a.prompt_id, p.form, p.key, s.id, s.status,
       v.id, v.steps, d.revision, p.pilot = %(left_out)s,
       EXISTS (SELECT 1 FROM elicitation_webhook w
               WHERE w.study_id = s.id AND w.is_active AND %(event)s = ANY(w.events)),
       ARRAY(SELECT c.id FROM elicitation_criterion c
             WHERE c.prompt_id = a.prompt_id AND c.origin <> %(participants_own)s
             ORDER BY c.position, c.id LIMIT %(most_criteria)s)
FROM elicitation_assignment a
JOIN elicitation_participant p ON p.id = a.participant_id
JOIN elicitation_study s ON s.id = p.study_id
CROSS JOIN LATERAL (SELECT id, steps FROM elicitation_protocolversion WHERE study_id = s.id
                    ORDER BY id IS NOT DISTINCT FROM p.protocol_id DESC, published_at IS NOT NULL DESC,
                      id = %(protocol)s DESC, number DESC LIMIT 1) v
LEFT JOIN elicitation_draft d ON d.assignment_id = a.id
WHERE a.idempotency_key = %(key)s AND p.token = %(token)s AND s.link_token = %(link)s
"""

# The update takes the reservation's row lock. Where it finds none, because the task was handed in already or its lease
# was ended, nothing is inserted either.
_STORE: Final = """
WITH held AS (
  UPDATE elicitation_assignment SET state = 'submitted' WHERE id = %(assignment)s AND state = 'reserved'
  RETURNING id, language
), made AS (
  INSERT INTO elicitation_assessment (prompt_id, participant_id, protocol_id, assignment_id, idempotency_key, position,
    submitted_at, language, device_class, shown_order, step_seconds, importance_state, importance,
    representativeness_state, representativeness, subjectivity_state, subjectivity, unacceptable_state,
    unacceptable_rationale, is_surplus, typing, originals)
  SELECT %(prompt)s, %(participant)s, %(protocol)s, held.id, %(key)s, %(position)s, now(),
    coalesce(nullif(held.language, ''), (SELECT coalesce(nullif(asked.language, ''), s.languages[1])
      FROM elicitation_prompt asked JOIN elicitation_study s ON s.id = asked.study_id WHERE asked.id = %(prompt)s),
      %(language)s),
    %(device_class)s, %(shown_order)s, %(step_seconds)s::jsonb, %(importance_state)s, %(importance)s,
    %(representativeness_state)s, %(representativeness)s, %(subjectivity_state)s, %(subjectivity)s,
    %(unacceptable_state)s, %(unacceptable_rationale)s, %(is_surplus)s, %(typing)s::jsonb, '{}'::jsonb
  FROM held RETURNING id
), draft AS (
  DELETE FROM elicitation_draft USING held WHERE assignment_id = held.id
), rankings AS (
  INSERT INTO elicitation_ranking (assessment_id, block, state, "order", candidates, justification)
  SELECT made.id, given.block, given.state, given."order", %(candidates)s, given.why
  FROM made, unnest(%(blocks)s::text[], %(states)s::text[], %(orders)s::text[], %(whys)s::text[])
    AS given (block, state, "order", why)
), flags AS (
  INSERT INTO elicitation_unacceptableflag (assessment_id, letter)
  SELECT made.id, letter FROM made, unnest(%(flags)s::text[]) AS letter
), own AS (
  INSERT INTO elicitation_criterion (prompt_id, key, position, text, origin, translations, author_id)
  SELECT %(prompt)s, %(own_key)s, (SELECT coalesce(max(position) + 1, 0) FROM elicitation_criterion
    WHERE prompt_id = %(prompt)s), %(own_text)s, 'participant', '{}'::jsonb, %(participant)s
  FROM made WHERE %(own_text)s <> '' RETURNING id
), scores AS (
  INSERT INTO elicitation_score (participant_id, criterion_id, assessment_id, state, value)
  SELECT %(participant)s, given.criterion, made.id, CASE WHEN given.value IS NULL THEN 'skipped' ELSE 'answered' END,
    given.value
  FROM made, (SELECT * FROM unnest(%(criteria)s::bigint[], %(values)s::smallint[]) AS scored (criterion, value)
    UNION ALL SELECT own.id, %(own_score)s::smallint FROM own) AS given
)
SELECT id FROM made
"""


@dataclass(frozen=True)
class OpenTask:
    """What a submission needs to know of the task it answers, as it was when read."""

    assignment: int
    state: str
    position: int
    shown_order: str
    participant: int
    prompt: int
    form: str
    participant_key: str
    study: int
    study_status: str
    protocol: int
    steps: list[dict[str, Any]]
    draft_revision: int | None
    is_left_out: bool
    is_told: bool
    criteria: list[int]

    @property
    def is_open(self) -> bool:
        """Whether the reservation still held its place."""
        return self.state == Assignment.State.RESERVED


@dataclass(frozen=True)
class Circumstances:
    """How the answers came: in which language, on what device, how long each step took, how texts were typed."""

    language: str = ""
    device_class: str = ""
    step_seconds: Mapping[str, float] | None = None
    typing: Mapping[str, Mapping[str, int]] | None = None


def read_open_task(*, key: uuid.UUID, token: str, link: str, protocol: int | None) -> OpenTask | None:
    """Return the task with an idempotency key, if the person and study of these tokens have it.

    A person is asked by the version they agreed to. Only for somebody of whom none is known does `protocol` count, the
    version the page was made from, if it is one of the study's that came into force.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            _READ,
            {
                "key": str(key),
                "token": token,
                "link": link,
                "protocol": protocol or 0,
                "event": ASSESSMENT_SUBMITTED,
                "left_out": Participant.Pilot.LEFT_OUT.value,
                "participants_own": Criterion.Origin.PARTICIPANT.value,
                "most_criteria": MOST_CRITERIA,
            },
        )
        row = cursor.fetchone()
    if row is None:
        return None
    values = list(row)
    values[11] = json.loads(values[11]) if isinstance(values[11], str) else values[11]
    return OpenTask(*values)


def store(
    *, task: OpenTask, key: uuid.UUID, answers: Answers, circumstances: Circumstances, is_surplus: bool = False
) -> int | None:
    """Store the answers to a reserved task and return the assessment's primary key; None where it is not reserved.

    Surplus ones are kept and paid, and not counted.
    """
    parameters: dict[str, Any] = {
        "assignment": task.assignment,
        "prompt": task.prompt,
        "participant": task.participant,
        "protocol": task.protocol,
        "key": str(key),
        "position": task.position,
        "language": circumstances.language[:20],
        "device_class": circumstances.device_class,
        "shown_order": task.shown_order,
        "step_seconds": json.dumps(circumstances.step_seconds or {}),
        "is_surplus": is_surplus or task.is_left_out,
        "typing": json.dumps(circumstances.typing or {}),
        "unacceptable_state": answers.unacceptable_state,
        "unacceptable_rationale": answers.unacceptable_rationale,
        "flags": list(answers.unacceptable),
        "candidates": len(task.shown_order),
        "blocks": [ranking.block for ranking in answers.rankings],
        "states": [ranking.state for ranking in answers.rankings],
        "orders": [ranking.order for ranking in answers.rankings],
        "whys": [ranking.justification for ranking in answers.rankings],
        "own_key": f"own-{key}",
        "own_text": answers.own_criterion,
        "own_score": answers.own_score,
        "criteria": list(answers.scores),
        "values": list(answers.scores.values()),
    }
    for name, (state, level) in answers.scales.items():
        parameters[f"{name}_state"] = state
        parameters[name] = level
    with connection.cursor() as cursor:
        cursor.execute(_STORE, parameters)
        row = cursor.fetchone()
    return row[0] if row else None


def stored_assessment(key: uuid.UUID) -> int | None:
    """Return the primary key of the assessment that was stored under an idempotency key."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM elicitation_assessment WHERE idempotency_key = %s", [str(key)])
        row = cursor.fetchone()
    return row[0] if row else None
