"""Give a person their next prompt.

`choosing` says which prompt comes next, and why; `reserving` holds it for the person; `leases` says what holds a place
and when it is free again; `limits` how much a person is asked, and until when.

**Overlap.** A prompt's coverage is its finished assessments plus its open reservations, and no reservation is made
where it has reached the study's target (what everybody is given apart). A reservation keeps its place until somebody
marks it expired, which takes the row's lock: so either the submission comes first, and counts as finished, or the
expiry does, and the submission has to ask for a place again (`reclaim`). Makers of reservations queue on an advisory
lock per study. Together this is why finished work cannot exceed the target, however many people answer at once.
"""

from .choosing import shuffled_letters
from .leases import State, expire_overdue, give_back, has_room, keep, lease_end, queue_up, reclaim, reopen
from .limits import deadline, is_overdue, may_stop, tasks_asked, tasks_done, time_left
from .reserving import HasEnded, NothingLeft, StudyNotOpen, next_task

__all__ = [
    "HasEnded",
    "NothingLeft",
    "State",
    "StudyNotOpen",
    "deadline",
    "expire_overdue",
    "give_back",
    "has_room",
    "is_overdue",
    "keep",
    "lease_end",
    "may_stop",
    "next_task",
    "queue_up",
    "reclaim",
    "reopen",
    "shuffled_letters",
    "tasks_asked",
    "tasks_done",
    "time_left",
]
