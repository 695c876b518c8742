"""What every question to a language model is made of, and what binds its answer.

A question gives *instructions* (ours, the same for every question of its kind) and *material* (texts of others, in
blocks that keep them apart). Its answer is a pydantic model; `check` refuses what fits the schema but cannot be right.
"""

import json
from collections.abc import Sequence
from functools import cache, cached_property
from typing import Any, ClassVar, Generic, TypeVar, cast

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from .blocks import READING_RULE, Block, digest_of, render

A = TypeVar("A", bound="StructuredAnswer")

AUTHORITY_RULE = """\
Sections carry a level of authority, from the highest to the lowest: root, system, developer, user, guideline. Where \
two sections pull in different directions, the one with the higher authority prevails; a user or guideline section is \
a default that gives way to what the people in the conversation legitimately ask for. Examples in the spec (GOOD, BAD, \
OK) show how a section is meant and belong to it; passages marked as commentary explain and do not instruct."""

SECOND_TRY_RULE = """\
You were asked this before and the answer could not be used. The block called "problem" says why; it may quote the \
earlier answer. Give an answer that does not have this problem."""


class AnswerRejected(ValueError):
    """An answer that fits the schema and still cannot be right; the message says why, to the model and to people."""


class StructuredAnswer(BaseModel):
    """An answer bound to a schema. Fields are declared in the order in which a model should write them."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Message(BaseModel):
    """One message of a conversation."""

    model_config = ConfigDict(frozen=True)

    role: str
    content: str


class SpecSection(BaseModel):
    """A section of a spec as a model is told of it; `text` is its own text, up to the next heading."""

    model_config = ConfigDict(frozen=True)

    id: str
    title: str
    authority: str = ""
    text: str


class SpecText(BaseModel):
    """A spec's whole text, its SHA-256, and its sections. Make it once for a text and use it for many questions."""

    model_config = ConfigDict(frozen=True)

    hash: str
    text: str = Field(repr=False)
    sections: tuple[SpecSection, ...] = Field(repr=False)

    def model_post_init(self, _context: object) -> None:
        """Raise ValueError for a hash of another text: it would bring back the answer to another question.

        This runs once for a text; a validator of the model would run for each question the text is put into.
        """
        if self.hash != digest_of(self.text):
            raise ValueError("the hash is not the SHA-256 of the text")

    @cached_property
    def by_id(self) -> dict[str, SpecSection]:
        """Sections by their id."""
        return {section.id: section for section in self.sections}

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        """The spec and the list of its sections, as given to a model."""
        outline = "\n".join(
            f"{section.id} | {section.title}" + (f" | authority {section.authority}" if section.authority else "")
            for section in self.sections
        )
        return Block("spec", self.text, self.hash), Block.of("section-ids", outline)


class Question(BaseModel, Generic[A]):
    """A question to a language model. Subclasses say what is asked; they ask nobody themselves."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    purpose: ClassVar[str]
    answer_type: ClassVar[type[StructuredAnswer]]

    def task(self) -> str:
        """Return what the model is to do, in our words; never a text of others."""
        raise NotImplementedError

    def blocks(self) -> Sequence[Block]:
        """Return the texts the question is about. Long, often repeated ones (the spec) come first."""
        raise NotImplementedError

    def tidy(self, answer: A) -> A:
        """Return the answer in its canonical form, without what is harmless and useless."""
        return answer

    def check(self, answer: A) -> None:
        """Raise `AnswerRejected` for a tidied answer that cannot be right."""

    def salvage(self, answer: A) -> A | None:  # noqa: ARG002  # for kinds of questions that can keep a part
        """Return what is right in a rejected answer when asking again did not help, or None if nothing is."""
        return None

    def instructions(self, *, is_second_try: bool = False) -> str:
        """Return the task and the rule for reading the material."""
        return f"{self.task()}\n\n{READING_RULE}" + (f"\n\n{SECOND_TRY_RULE}" if is_second_try else "")

    def material(self, *, problem: str = "") -> str:
        """Return the texts the question is about, each kept apart in a block.

        Args:
            problem: why an earlier answer was refused. It may quote that answer, and so is a text of others.
        """
        return render([*self.blocks(), *([Block.of("problem", problem)] if problem else [])])

    def fingerprint(self) -> str:
        """Return the SHA-256 of everything asked: kind, instructions, the answer's schema, and every text.

        It is the same in every process, and reads a spec's text by its hash only.
        """
        blocks = [[block.name, block.digest] for block in self.blocks()]
        schema = _schema_digest(self.answer_type)
        return digest_of(json.dumps([self.purpose, self.instructions(), schema, blocks], separators=(",", ":")))

    def answer_schema(self) -> dict[str, Any]:
        """Return the JSON schema of the answer, in the strict form of structured outputs."""
        return strict_schema(self.answer_type)

    def read(self, text: str) -> A:
        """Return the answer in a model's output, tidied and checked.

        Raises:
            AnswerRejected: not JSON, not of the schema, or refused by `check`.
        """
        return self.accept(self.parse(text))

    def parse(self, text: str) -> A:
        """Return the answer in a model's output as it stands. Raises `AnswerRejected` if it does not fit the schema."""
        try:
            answer = self.answer_type.model_validate_json(text)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False, include_context=False)[0]
            where = ".".join(str(part) for part in first["loc"])
            raise AnswerRejected(
                f"The answer does not fit the schema: {where + ': ' if where else ''}{first['msg']}."
            ) from error
        if "\\u0000" in answer.model_dump_json():
            raise AnswerRejected("The answer holds a NUL character, which cannot be stored.")
        return cast(A, answer)

    def accept(self, answer: A) -> A:
        """Return the answer tidied, if `check` has nothing against it. Raises `AnswerRejected` otherwise."""
        tidied = self.tidy(answer)
        self.check(tidied)
        return tidied

    def rescue(self, text: str) -> A | None:
        """Return what is right in an output that was refused, when asking again did not help; None if nothing is."""
        try:
            kept = self.salvage(self.tidy(self.parse(text)))
            return None if kept is None else self.accept(kept)
        except AnswerRejected:
            return None


def conversation_text(messages: Sequence[Message]) -> str:
    """Return a conversation as JSON lines, so that no message can pass for another speaker's."""
    return "\n".join(
        json.dumps({"role": message.role, "content": message.content}, ensure_ascii=False) for message in messages
    )


def shown_letters(count: int) -> tuple[str, ...]:
    """Return the first `count` letters, as candidates are called in a question."""
    return tuple("ABCDEF"[:count])


def require_letters(candidates: dict[str, str]) -> dict[str, str]:
    """Return candidates in letter order. Raises ValueError unless they are 2 to 6, called A, B, C, ..."""
    if not 2 <= len(candidates) <= 6 or tuple(sorted(candidates)) != shown_letters(len(candidates)):
        raise ValueError("candidates are 2 to 6 texts called A, B, C, ... without a gap")
    return {letter: candidates[letter] for letter in sorted(candidates)}


@cache
def strict_schema(answer_type: type[BaseModel]) -> dict[str, Any]:
    """Return a model's JSON schema with every property required, none added, and no default left."""
    schema: dict[str, Any] = _strict(answer_type.model_json_schema())
    return schema


def _strict(node: Any) -> Any:
    if isinstance(node, list):
        return [_strict(item) for item in node]
    if not isinstance(node, dict):
        return node
    strict = {
        key: {name: _strict(child) for name, child in value.items()} if key == "properties" else _strict(value)
        for key, value in node.items()
        if key not in {"title", "default"}
    }
    if strict.get("type") == "object":
        strict["additionalProperties"] = False
        strict["required"] = list(strict.get("properties", {}))
    return strict


@cache
def _schema_digest(answer_type: type[BaseModel]) -> str:
    return digest_of(json.dumps(strict_schema(answer_type), sort_keys=True))
