"""Propose edits of a spec where people rank responses otherwise than the spec does."""

import json
from collections.abc import Iterable, Sequence
from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from .base import (
    AUTHORITY_RULE,
    AnswerRejected,
    Message,
    Question,
    SpecText,
    StructuredAnswer,
    conversation_text,
)
from .blocks import Block
from .ranking import Candidates

Operation = Literal["replace", "insert_text", "insert_section", "remove_section", "insert_example", "remove_example"]
Kind = Literal["clarification", "change_of_principle"]

NEEDS_ANCHOR = frozenset({"replace", "remove_example"})
MAY_HAVE_ANCHOR = NEEDS_ANCHOR | {"insert_text", "insert_example"}
NEEDS_TEXT = frozenset({"insert_text", "insert_section", "insert_example"})
LONGEST_INTENT = 600

READING = {
    "batch": """\
You are given many cases at once. Look for what several of them have in common: a rule of the spec that people read \
differently, miss, or reject again and again. An edit that would settle several cases is worth more than one that \
settles one. Do not propose an edit for a disagreement that shows in one case only.""",
    "single": """\
You are given one case. Read it closely: every reason people gave, the scores of the criteria, and the sections the \
ranker relied on. Propose an edit only where the case shows something about the spec that will matter beyond this \
conversation; an edit that names the case's particulars would be useless elsewhere.""",
}

TASK = f"""\
You help to revise a written specification of how an AI assistant is meant to behave ("the spec"). Members of the \
public ranked candidate responses to conversations and gave reasons; a ranker ranked the same candidates by the spec. \
You are given the spec, the ids of its sections, and cases where the two differ: the conversation, the candidates, the \
ranker's order and the sections it relied on, the order the crowd as a whole arrives at, single people's rankings with \
their reasons, and criteria with the mean score people gave them (from -10, a response should not do this, to +10, it \
should). In a ranking, ">" stands between better and worse, "=" between equals.

Propose at most {{limit}} edits of the spec, after which somebody who ranks by the spec would come closer to what \
these people want, there and in conversations like these. Propose fewer, or none, where the cases do not carry more.

{{reading}}

{AUTHORITY_RULE}

What makes a good edit:
- It is about behaviour in general and reads as part of the spec: its tone, its terms, its way of giving examples.
- It is as small as does the job, touches one section, and contradicts no other. It does not name these conversations, \
candidates, letters, people or numbers.
- It follows from reasons people gave, not from your own view of what would be right. Where people are divided among \
themselves, say how the assistant should deal with the division instead of taking the larger side.
- It does not weaken a root section that protects people from serious harm.
- Two edits do not do the same thing and can be applied independently of each other.

Operations, and what each field must hold:
- "replace": "anchor" is the exact text to be replaced, "text" what stands there instead (empty to delete it);
- "insert_text": "text" is set after the text in "anchor", or at the end of the section if "anchor" is empty;
- "insert_example": "text" is a whole example (a line beginning with **Example**, then a fenced ~~~xml block, as \
elsewhere in the spec), set below the paragraph or example that holds "anchor", or at the end of the section if \
"anchor" is empty;
- "remove_example": "anchor" is exact text that occurs within the example to be removed; "text" is empty;
- "insert_section": "text" is a whole new section with its heading line (## Title {{{{#new_id authority=user}}}}), set \
after the section "section_id" and its subsections; "anchor" is empty;
- "remove_section": the section is removed; "anchor" and "text" are empty.
"section_id" is copied exactly from the list of section ids. "anchor" is copied from the spec character by character, \
markup included, lies within that section's own text (below its heading, above the next heading), and occurs there \
exactly once: take enough words to make it unique, and no more than a paragraph.

Answer with "edits", the most promising first. For each, "intent" says in one or two sentences for the public what the \
edit is to bring about and which reasons of people it answers to; "kind" is "clarification" if the edit says more \
clearly what the spec already means, "change_of_principle" if it asks for something the spec did not ask for or drops \
something it did."""


class Opinion(BaseModel):
    """One person's ranking of a case's candidates and the reason given."""

    model_config = ConfigDict(frozen=True)

    ranking: str
    justification: str = ""


class Case(BaseModel):
    """A prompt on which crowd and ranker differ, with what people said about it."""

    model_config = ConfigDict(frozen=True)

    prompt_key: str
    messages: tuple[Message, ...]
    candidates: Candidates
    ranker_order: str
    cited: tuple[str, ...] = ()
    crowd_order: str
    people: tuple[Opinion, ...] = ()
    criteria: tuple[tuple[str, float], ...] = ()

    def blocks(self, number: int) -> list[Block]:
        """Return the case as blocks whose names carry its number."""
        orders = {"ranker": self.ranker_order, "sections the ranker relied on": self.cited, "crowd": self.crowd_order}
        name = f"case-{number}"
        return [
            Block.of(f"{name}-conversation", conversation_text(self.messages)),
            *(Block.of(f"{name}-candidate-{letter}", text) for letter, text in self.candidates.items()),
            Block.of(f"{name}-orders", json.dumps(orders, ensure_ascii=False)),
            Block.of(f"{name}-people", _lines(opinion.model_dump() for opinion in self.people)),
            Block.of(f"{name}-criteria", _lines({"criterion": text, "mean": mean} for text, mean in self.criteria)),
        ]


class ProposedEdit(StructuredAnswer):
    """One edit of a spec, why, and whether it changes what the spec asks for."""

    intent: str
    kind: Kind
    operation: Operation
    section_id: str
    anchor: str
    text: str


class Proposed(StructuredAnswer):
    """Edits, the most promising first; none is an answer too."""

    edits: list[ProposedEdit]


class ProposeQuestion(Question[Proposed]):
    """Ask for edits of a spec that would bring it closer to the people of some cases."""

    purpose: ClassVar[str] = "propose"
    answer_type: ClassVar[type[StructuredAnswer]] = Proposed

    spec: SpecText
    cases: tuple[Case, ...] = Field(min_length=1)
    mode: Literal["batch", "single"]
    limit: int = Field(ge=1, le=50)

    def task(self) -> str:
        """Return the proposer's task."""
        return TASK.format(limit=self.limit, reading=READING[self.mode])

    def blocks(self) -> Sequence[Block]:
        """Return the spec and the cases."""
        return [
            *self.spec.blocks,
            *(block for number, case in enumerate(self.cases, 1) for block in case.blocks(number)),
        ]

    def tidy(self, answer: Proposed) -> Proposed:
        """Trim intents and drop an edit that repeats another."""
        seen: dict[tuple[str, ...], ProposedEdit] = {}
        for edit in answer.edits:
            key = (edit.operation, edit.section_id, edit.anchor, edit.text)
            seen.setdefault(key, edit.model_copy(update={"intent": edit.intent.strip()[:LONGEST_INTENT]}))
        return answer.model_copy(update={"edits": list(seen.values())})

    def check(self, answer: Proposed) -> None:
        """Refuse too many edits, and any edit that cannot be applied to the spec as it was shown."""
        if len(answer.edits) > self.limit:
            raise AnswerRejected(f"There are {len(answer.edits)} edits; at most {self.limit} were asked for.")
        for number, edit in enumerate(answer.edits, 1):
            problem = self._problem(edit)
            if problem:
                raise AnswerRejected(f"Edit {number}: {problem}")

    def salvage(self, answer: Proposed) -> Proposed | None:
        """Keep the first edits that can be applied, up to the limit; nothing is kept when none can."""
        kept = [edit for edit in answer.edits if not self._problem(edit)][: self.limit]
        return answer.model_copy(update={"edits": kept}) if kept else None

    def _problem(self, edit: ProposedEdit) -> str:
        """Return a sentence on why the edit cannot be applied, or nothing."""
        section = self.spec.by_id.get(edit.section_id)
        if section is None:
            return f"the spec has no section with the id {edit.section_id[:80]!r}."
        if not edit.intent:
            return "it has no intent."
        return _anchor_problem(edit, section.text) or _text_problem(edit)


def _anchor_problem(edit: ProposedEdit, section_text: str) -> str:
    if not edit.anchor:
        return f"{edit.operation} needs an anchor." if edit.operation in NEEDS_ANCHOR else ""
    if edit.operation not in MAY_HAVE_ANCHOR:
        return f"{edit.operation} takes no anchor."
    # A model writes line ends in its own way; `Edit` takes them in the document's.
    text, anchor = _with_plain_line_ends(section_text), _with_plain_line_ends(edit.anchor)
    first = text.find(anchor)
    if first >= 0 and text.find(anchor, first + 1) < 0:
        return ""
    found = "does not occur" if first < 0 else "occurs more than once"
    return f"the anchor {found} in section {edit.section_id!r}; it must occur exactly once, character by character."


def _with_plain_line_ends(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _text_problem(edit: ProposedEdit) -> str:
    if edit.operation in NEEDS_TEXT and not edit.text.strip():
        return f"{edit.operation} needs a text."
    if edit.operation.startswith("remove_") and edit.text:
        return f"{edit.operation} takes no text."
    if edit.operation == "replace" and edit.text == edit.anchor:
        return "it changes nothing."
    return ""


def _lines(rows: Iterable[dict[str, object]]) -> str:
    return "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
