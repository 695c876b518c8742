"""What can be asked of a language model: one module per kind of question, its answer beside it."""

from .base import AnswerRejected, Message, Question, SpecSection, SpecText, StructuredAnswer
from .judging import Judgement, JudgeQuestion
from .proposing import Case, Opinion, Proposed, ProposedEdit, ProposeQuestion
from .ranking import Ranked, RankQuestion
from .relevance import Grade, Relevance, RelevanceQuestion
from .responding import (
    BaselineResponseQuestion,
    PlainResponse,
    WriteResponsesQuestion,
    WrittenResponse,
    WrittenResponses,
)
from .translating import TranslateQuestion, Translation, Translations

__all__ = [
    "AnswerRejected",
    "BaselineResponseQuestion",
    "Case",
    "Grade",
    "JudgeQuestion",
    "Judgement",
    "Message",
    "Opinion",
    "PlainResponse",
    "ProposeQuestion",
    "Proposed",
    "ProposedEdit",
    "Question",
    "RankQuestion",
    "Ranked",
    "Relevance",
    "RelevanceQuestion",
    "SpecSection",
    "SpecText",
    "StructuredAnswer",
    "TranslateQuestion",
    "Translation",
    "Translations",
    "WriteResponsesQuestion",
    "WrittenResponse",
    "WrittenResponses",
]
