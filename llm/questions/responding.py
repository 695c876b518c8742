"""Write candidate responses: several that deliberately differ, or one plain answer."""

from collections.abc import Sequence
from typing import ClassVar

from pydantic import Field

from .base import AnswerRejected, Message, Question, StructuredAnswer, conversation_text
from .blocks import Block

LONGEST_VIEWPOINT = 200
LONGEST_RESPONSE = 20_000

MANY = """\
You write candidate responses for a study in which members of the public rank answers of an AI assistant. You are \
given a conversation that ends where the assistant is to speak. Write {count} responses to it, each complete in \
itself, as an assistant would give them.

The responses must span the opinions that people realistically hold about how the assistant should answer here, and \
differ from each other on purpose: in what they recommend, which considerations they put first, whether they take a \
side, how far they go. Think first of {count} groups of people who would disagree about the best answer, then write \
for each group the response it would like best. Do not write weaker versions of one response, and do not write one \
that nobody would want: each must be an honest, well-written answer that a good number of people would put first.

- Write in the language of the conversation.
- Keep the responses of similar length and polish, so that people choose by content.
- Do not mention the study, the groups, or the other responses.

Answer with "responses": {count} objects, each with
- "viewpoint": in at most fifteen words, in English, the opinion this response takes;
- "text": the response itself."""

PLAIN = """\
You are a helpful AI assistant. You are given a conversation that ends where you are to speak. Write your next \
message, in the language of the conversation, as you would answer anybody who asked this.

Answer with "text": the message itself."""


class WrittenResponse(StructuredAnswer):
    """A response and the opinion it takes."""

    viewpoint: str = Field(description="The opinion this response takes, in at most fifteen words.")
    text: str


class WrittenResponses(StructuredAnswer):
    """Responses that deliberately differ."""

    responses: list[WrittenResponse]


class PlainResponse(StructuredAnswer):
    """A response given without further instructions."""

    text: str


class WriteResponsesQuestion(Question[WrittenResponses]):
    """Ask for several responses at once that span what people realistically want.

    Answers asked for one at a time come out much alike; asked for together, each knows of the others and can differ
    from them ("negatively correlated sampling").
    """

    purpose: ClassVar[str] = "write_responses"
    answer_type: ClassVar[type[StructuredAnswer]] = WrittenResponses

    messages: tuple[Message, ...]
    count: int = Field(default=4, ge=2, le=6)

    def task(self) -> str:
        """Return the writer's task."""
        return MANY.format(count=self.count)

    def blocks(self) -> Sequence[Block]:
        """Return the conversation."""
        return [Block.of("conversation", conversation_text(self.messages))]

    def tidy(self, answer: WrittenResponses) -> WrittenResponses:
        """Trim texts and viewpoints."""
        trimmed = [
            response.model_copy(
                update={"viewpoint": response.viewpoint.strip()[:LONGEST_VIEWPOINT], "text": response.text.strip()}
            )
            for response in answer.responses
        ]
        return answer.model_copy(update={"responses": trimmed})

    def check(self, answer: WrittenResponses) -> None:
        """Refuse another number of responses than was asked for, empty or endless ones, and two that are the same."""
        texts = [response.text for response in answer.responses]
        if len(texts) != self.count:
            raise AnswerRejected(f"There are {len(texts)} responses; {self.count} were asked for.")
        if any(not 1 <= len(text) <= LONGEST_RESPONSE for text in texts):
            raise AnswerRejected(f"A response has 1 to {LONGEST_RESPONSE} characters.")
        if len(set(texts)) < len(texts):
            raise AnswerRejected("Two responses are the same.")


class BaselineResponseQuestion(Question[PlainResponse]):
    """Ask for a model's plain answer to a conversation."""

    purpose: ClassVar[str] = "baseline_response"
    answer_type: ClassVar[type[StructuredAnswer]] = PlainResponse

    messages: tuple[Message, ...]

    def task(self) -> str:
        """Return the answerer's task."""
        return PLAIN

    def blocks(self) -> Sequence[Block]:
        """Return the conversation."""
        return [Block.of("conversation", conversation_text(self.messages))]

    def tidy(self, answer: PlainResponse) -> PlainResponse:
        """Trim the text."""
        return answer.model_copy(update={"text": answer.text.strip()})

    def check(self, answer: PlainResponse) -> None:
        """Refuse an empty or endless answer."""
        if not 1 <= len(answer.text) <= LONGEST_RESPONSE:
            raise AnswerRejected(f"An answer has 1 to {LONGEST_RESPONSE} characters.")
