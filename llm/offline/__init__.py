"""The offline baseline: stands in for a language model where there is none.

It is a control condition and a way to try the system, not a model of language. It knows about twenty behaviour
dimensions (`dimensions.json`) by word cues, finds them in answers, in a spec's sentences and in people's reasons, and
answers every kind of question from that: small, deterministic, English only, without network or database. Whatever
needs understanding (irony, implication, whether a claim is true) is beyond it; results made with it are named as such.
"""

from collections.abc import Callable
from typing import Any, Final

from llm.questions import (
    BaselineResponseQuestion,
    JudgeQuestion,
    ProposeQuestion,
    Question,
    RankQuestion,
    RelevanceQuestion,
    WriteResponsesQuestion,
)

from .dimensions import digest
from .judging import judge
from .placebos import placebo_edits
from .proposing import propose
from .ranking import rank
from .relevance import grade
from .responding import answer_plainly, write_responses

__all__ = ["VERSION", "NotAQuestion", "answer", "placebo_edits"]

VERSION: Final = f"1-{digest()}"
"""Changes with the code's behaviour (by hand) and with the cues (by itself): a part of the ledger's key."""

_ANSWERS: Final[dict[type[Question[Any]], Callable[[Any], Any]]] = {
    RankQuestion: rank,
    RelevanceQuestion: grade,
    ProposeQuestion: propose,
    JudgeQuestion: judge,
    WriteResponsesQuestion: write_responses,
    BaselineResponseQuestion: answer_plainly,
}


class NotAQuestion(TypeError):
    """The offline baseline was asked a kind of question that it does not know."""


def answer(question: Question[Any]) -> Any:
    """Return the baseline's answer, of the question's `answer_type`; the same question has the same answer."""
    for kind, respond in _ANSWERS.items():
        if isinstance(question, kind):
            return question.accept(respond(question))
    raise NotAQuestion(f"The offline baseline has no answer to a {type(question).__name__}.")
