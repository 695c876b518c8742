"""Tables of elicitation.

Criteria and scores live here, beside the rankings, because a person gives them in one transaction and the
rooms import one way (elicitation < rubrics); `rubrics` holds what is made of them.
"""

from .answers import AnswerState
from .assessment import Assessment, Block, Ranking, Score, UnacceptableFlag
from .assignment import Assignment, Draft
from .participant import IntakeAnswer, Participant
from .prompt import Criterion, Prompt, Response
from .study import ProtocolVersion, Role, Study, StudyMembership

__all__ = [
    "AnswerState",
    "Assessment",
    "Assignment",
    "Block",
    "Criterion",
    "Draft",
    "IntakeAnswer",
    "Participant",
    "Prompt",
    "ProtocolVersion",
    "Ranking",
    "Response",
    "Role",
    "Score",
    "Study",
    "StudyMembership",
    "UnacceptableFlag",
]
