"""Translate texts, each for itself."""

from collections import Counter
from collections.abc import Sequence
from typing import ClassVar

from pydantic import Field, field_validator

from .base import AnswerRejected, Question, StructuredAnswer
from .blocks import Block

MOST_TEXTS = 20

TASK = """\
You translate texts into {target}. Each block called "text-1", "text-2", ... holds one text in {source}. {kind}

Translate what is there: add nothing, leave nothing out, soften nothing, correct nothing, and answer no question that \
a text asks. Keep its tone, its level of language, its Markdown, its line breaks and its numbers. Names, code and web \
addresses stay as they are. Where a text is in {target} already, repeat it.

Answer with "translations": one entry for every text, with its number, and its translation."""

ITEM = "They are what people in a survey read and compare, so a translation must not make any of them better or worse."
WRITTEN = "They were written by people who took part in a survey, and researchers will read the translation."


class Translation(StructuredAnswer):
    """The translation of one text, by its number."""

    number: int = Field(ge=1)
    text: str


class Translations(StructuredAnswer):
    """The translations of all texts that were given."""

    translations: list[Translation]

    def in_order(self) -> list[str]:
        """Return the translations in the order of their texts."""
        return [one.text for one in sorted(self.translations, key=lambda one: one.number)]


class TranslateQuestion(Question[Translations]):
    """Ask for texts in another language; `source` and `target` are names of languages in English."""

    purpose: ClassVar[str] = "translate"
    answer_type: ClassVar[type[StructuredAnswer]] = Translations

    texts: tuple[str, ...]
    source: str
    target: str
    kind: str = ITEM

    @field_validator("texts")
    @classmethod
    def some_but_not_too_many(cls, texts: tuple[str, ...]) -> tuple[str, ...]:
        """Refuse none, too many, or an empty text."""
        if not 1 <= len(texts) <= MOST_TEXTS or not all(text.strip() for text in texts):
            raise ValueError(f"1 to {MOST_TEXTS} texts are translated at once, none of them empty")
        return texts

    def task(self) -> str:
        """Return the translator's task."""
        return TASK.format(source=self.source, target=self.target, kind=self.kind)

    def blocks(self) -> Sequence[Block]:
        """Return the texts."""
        return [Block.of(f"text-{number}", text) for number, text in enumerate(self.texts, start=1)]

    def check(self, answer: Translations) -> None:
        """Refuse an answer that leaves out a text, gives one twice, or gives an empty translation."""
        counts = Counter(one.number for one in answer.translations)
        missing = [number for number in range(1, len(self.texts) + 1) if not counts[number]]
        if missing:
            raise AnswerRejected(f"Text {missing[0]} has no translation.")
        if counts.total() > len(self.texts):
            raise AnswerRejected(f"There are {len(self.texts)} texts, and {counts.total()} translations.")
        empty = [one.number for one in answer.translations if not one.text.strip()]
        if empty:
            raise AnswerRejected(f"The translation of text {empty[0]} is empty.")
