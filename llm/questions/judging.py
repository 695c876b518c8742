"""Judge whether a person's reason speaks for or against an intended edit of a spec."""

from collections.abc import Sequence
from typing import ClassVar, Literal

from pydantic import Field

from .base import AnswerRejected, Message, Question, StructuredAnswer, conversation_text
from .blocks import Block

Verdict = Literal["supports", "refutes", "does_not_comment"]

TASK = """\
A written specification of how an AI assistant is meant to behave is about to be edited. You are given the intent of \
the edit, the passage before and after it, a conversation, and what one person said about responses to it: a ranking \
and the reason for it. Decide whether what this person wrote speaks for the edit, against it, or does not comment on it.

- "supports": the person says, in their own words, that they want what the edit would bring about.
- "refutes": the person says that they want the opposite, or that they reject what the edit would bring about.
- "does_not_comment": anything else. The reason may be about another matter, too vague to tell, or empty.

Judge what the person wrote, not what they may have thought. Do not infer a view from the ranking alone: the ranking \
only helps you to understand the words. Whether the person is right, and whether you would make the edit, does not \
matter. If you hesitate between a view and no comment, answer "does_not_comment".

Answer with:
- "quote": the shortest passage of the justification that shows the view, copied character by character, spelling \
mistakes included, from within the justification block; an empty text for "does_not_comment";
- "verdict": one of the three words."""

QUOTATION_MARKS = "\"'“”„‘’«»"


class Judgement(StructuredAnswer):
    """Whether a justification speaks for an edit, and the words that show it."""

    quote: str = Field(description="Verbatim from the justification; empty if it does not comment.")
    verdict: Verdict


class JudgeQuestion(Question[Judgement]):
    """Ask whether a person's justification supports or refutes an edit."""

    purpose: ClassVar[str] = "judge"
    answer_type: ClassVar[type[StructuredAnswer]] = Judgement

    intent: str
    before: str
    after: str
    messages: tuple[Message, ...]
    ranking: str
    justification: str

    def task(self) -> str:
        """Return the judge's task."""
        return TASK

    def blocks(self) -> Sequence[Block]:
        """Return the edit, the conversation, and what the person gave."""
        return [
            Block.of("intent", self.intent),
            Block.of("passage-before", self.before),
            Block.of("passage-after", self.after),
            Block.of("conversation", conversation_text(self.messages)),
            Block.of("ranking", self.ranking),
            Block.of("justification", self.justification),
        ]

    def tidy(self, answer: Judgement) -> Judgement:
        """Take off blanks and quotation marks set around a quote, and a quote that shows no view."""
        quote = "" if answer.verdict == "does_not_comment" else answer.quote.strip()
        if quote not in self.justification:
            quote = quote.strip(QUOTATION_MARKS).strip()
        return answer.model_copy(update={"quote": quote})

    def check(self, answer: Judgement) -> None:
        """Refuse a verdict whose quote is missing or is not in the justification word for word."""
        if answer.verdict == "does_not_comment":
            return
        if not any(character.isalnum() for character in answer.quote):
            raise AnswerRejected(f"The verdict {answer.verdict!r} comes without a quote.")
        if answer.quote not in self.justification:
            raise AnswerRejected("The quote is not in the justification word for word.")
