"""Tables of elicitation.

Criteria and scores live here, beside the rankings, because a person gives them in one transaction and the
rooms import one way (elicitation < rubrics); `rubrics` holds what is made of them.
"""

from .answers import AnswerState
from .assessment import Assessment, Block, Ranking, Score, UnacceptableFlag
from .assignment import Assignment, Draft
from .panel import InvitationLetter, InvitedPerson, Panel, PanelEntry, PanelEvent
from .participant import IntakeAnswer, Participant
from .prompt import Criterion, Prompt, Response
from .quality import Alert, Exclusion, QualityFlag, QualityReport, QuizAttempt, TextReading
from .quota import Quota, QuotaPlace
from .study import ProtocolVersion, Role, Study, StudyMembership
from .translating import TranslationWork
from .webhook import Webhook, WebhookDelivery
from .withdrawal import Withdrawal

__all__ = [
    "Alert",
    "AnswerState",
    "Assessment",
    "Assignment",
    "Block",
    "Criterion",
    "Draft",
    "Exclusion",
    "IntakeAnswer",
    "InvitationLetter",
    "InvitedPerson",
    "Panel",
    "PanelEntry",
    "PanelEvent",
    "Participant",
    "Prompt",
    "ProtocolVersion",
    "QualityFlag",
    "QualityReport",
    "QuizAttempt",
    "Quota",
    "QuotaPlace",
    "Ranking",
    "Response",
    "Role",
    "Score",
    "Study",
    "StudyMembership",
    "TextReading",
    "TranslationWork",
    "UnacceptableFlag",
    "Webhook",
    "WebhookDelivery",
    "Withdrawal",
]
