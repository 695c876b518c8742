"""Grade how far each section of a spec bears on a conversation."""

from collections import Counter
from collections.abc import Sequence
from typing import ClassVar

from pydantic import Field

from .base import AnswerRejected, Message, Question, SpecText, StructuredAnswer, conversation_text
from .blocks import Block

TASK = """\
You are given a written specification of how an AI assistant is meant to behave ("the spec"), the ids of its sections, \
and a conversation that ends where the assistant is to speak. Grade how much each section bears on what the assistant \
should say next:

5: the section speaks directly to this situation; a response cannot be judged without it
4: the section clearly applies, though the situation is not the one it was written for
3: the section applies to a side of the situation
2: the section has a loose connection to it
1: the section has no bearing on it

Grade by what the section says, not by how important it is in general: a section that holds for every conversation and \
decides nothing in this one has grade 1 or 2. Use 5 sparingly.

Answer with "grades": one entry for every section with grade 2 or higher, with its id copied exactly from the list of \
section ids. Sections you leave out count as graded 1."""


class Grade(StructuredAnswer):
    """How far one section bears on the conversation, 1 (not at all) to 5 (directly)."""

    section_id: str
    grade: int = Field(ge=1, le=5)


class Relevance(StructuredAnswer):
    """Grades of sections; a section without one has grade 1."""

    grades: list[Grade]

    def of(self, section_id: str) -> int:
        """Return the grade of a section."""
        return next((grade.grade for grade in self.grades if grade.section_id == section_id), 1)


class RelevanceQuestion(Question[Relevance]):
    """Ask which sections of a spec bear on a conversation."""

    purpose: ClassVar[str] = "relevance"
    answer_type: ClassVar[type[StructuredAnswer]] = Relevance

    spec: SpecText
    messages: tuple[Message, ...]

    def task(self) -> str:
        """Return the grader's task."""
        return TASK

    def blocks(self) -> Sequence[Block]:
        """Return the spec and the conversation."""
        return [*self.spec.blocks, Block.of("conversation", conversation_text(self.messages))]

    def check(self, answer: Relevance) -> None:
        """Refuse grades of sections that do not exist, and two grades for one section."""
        counts = Counter(grade.section_id for grade in answer.grades)
        unknown = [section_id for section_id in counts if section_id not in self.spec.by_id]
        if unknown:
            raise AnswerRejected(f"The spec has no section with the id {unknown[0][:80]!r}.")
        repeated = [section_id for section_id, count in counts.items() if count > 1]
        if repeated:
            raise AnswerRejected(f"Section {repeated[0]!r} is graded more than once.")

    def salvage(self, answer: Relevance) -> Relevance | None:
        """Keep the first grade of each section that exists; nothing is kept when none does."""
        kept: dict[str, Grade] = {}
        for grade in answer.grades:
            if grade.section_id in self.spec.by_id:
                kept.setdefault(grade.section_id, grade)
        return answer.model_copy(update={"grades": list(kept.values())}) if kept else None
