"""A gateway that answers from a function, for tests of what is made of the answers."""

from dataclasses import dataclass
from typing import Any

from llm.questions import Grade, Ranked, RankQuestion, Relevance, RelevanceQuestion

SPEC = """\
# Rules {#rules authority=root}

Follow them.

## Be brief {#brief authority=user}

Short answers are better.

## Be kind {#kind authority=guideline}

Kind answers are better.
"""


@dataclass(frozen=True)
class FakeAnswer:
    """What the gateway returns, as far as it is looked at."""

    value: Any
    entry_id: int = 7


class FakeGateway:
    """Ranks candidates by their text in reverse order, grades `brief` 5 and `kind` 4; keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[Any] = []
        self.refuse: dict[str, Exception] = {}

    def __call__(self, question, *, model, account="", repeat=0, limits=None):  # noqa: ARG002
        for text, error in self.refuse.items():
            if any(text in message.content for message in question.messages):
                raise error
        self.asked.append((question, model, account, repeat))
        return FakeAnswer(self.rank(question) if isinstance(question, RankQuestion) else self.grade(question))

    def rank(self, question: RankQuestion) -> Ranked:
        letters = sorted(question.candidates, key=lambda letter: question.candidates[letter], reverse=True)
        return Ranked(reason="By the last letter.", cited=["brief"], ranking=">".join(letters))

    def grade(self, _question: RelevanceQuestion) -> Relevance:
        return Relevance(grades=[Grade(section_id="brief", grade=5), Grade(section_id="kind", grade=4)])
