"""A study's texts beside their translations: what a translator's table shows, and how far each language is."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Prefetch, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from elicitation import protocols
from elicitation.models import Criterion, Prompt, Study

from .fields import MESSAGES, STUDY_FIELDS, Item, Text, digest, source_text, source_texts
from .languages import languages_of, source_language
from .showing import HUMAN, INTERFACE, MACHINE, interface_translation, is_stale, kept_translation

MISSING: Final = "missing"
STALE: Final = "stale"

STUDY: Final = "study"
QUESTIONS: Final = "questions"
PROMPTS: Final = "prompts"
PARTS: Final[dict[str, str | Promise]] = {
    STUDY: gettext_lazy("What people are told"),
    QUESTIONS: gettext_lazy("Questions"),
    PROMPTS: gettext_lazy("Prompts and responses"),
}
_FIELD_NAMES: Final[dict[str, str | Promise]] = {
    "title": gettext_lazy("Title"),
    "description": gettext_lazy("Description"),
    "information_text": gettext_lazy("Information"),
    "consent_text": gettext_lazy("Consent"),
    "thanks_text": gettext_lazy("Thanks"),
}


@dataclass(frozen=True)
class Row:
    """A text and its translation.

    `index` says which message of several it is, `source_digest` what the whole text was recognised by when the row was
    read, and `state` where the translation comes from, or that it is missing or stale.
    """

    id: str
    where: str
    item: Item
    field: str
    index: int
    source: str
    written_in: str
    translation: str
    state: str
    source_digest: str
    model: str = ""

    @property
    def is_done(self) -> bool:
        """Whether people read it in the language."""
        return self.state in {HUMAN, MACHINE, INTERFACE}


@dataclass
class Progress:
    """How far a study is in one language: how many of its texts people read in it, and how they came."""

    language: str
    total: int = 0
    done: int = 0
    machine: int = 0
    stale: int = 0

    @property
    def percent(self) -> int:
        """The share that is done, rounded down, so that 100 means all."""
        return self.done * 100 // self.total if self.total else 100

    @property
    def is_complete(self) -> bool:
        """Whether nothing is read in the source language."""
        return self.done == self.total


def prompts_of(study: Study) -> QuerySet[Prompt]:
    """Return the prompts whose texts are translated, with what belongs to them.

    A prompt that asks another one again takes its words; what participants wrote is read in their own.
    """
    written = Criterion.objects.exclude(origin=Criterion.Origin.PARTICIPANT).order_by("position", "pk")
    return study.prompts.filter(retest_of=None).prefetch_related("responses", Prefetch("criteria", queryset=written))


def rows(study: Study, language: str, part: str, *, prompts: Iterable[Prompt] | None = None) -> list[Row]:
    """Return the rows of a part of a study's texts; of some prompts only where they are given."""
    source = source_language(study)
    if part == STUDY:
        return [row for field in STUDY_FIELDS for row in _rows_of(study, field, _FIELD_NAMES[field], language, source)]
    if part == QUESTIONS:
        version = protocols.written(study)
        texts = source_texts(version)
        return [row for text in texts for row in _rows_of(version, text, _("Question or answer"), language, source)]
    return [row for prompt in prompts or prompts_of(study) for row in _rows_of_prompt(prompt, language, source)]


def all_rows(study: Study, language: str) -> Iterator[Row]:
    """Yield every row of a study in a language."""
    for part in PARTS:
        yield from rows(study, language, part)


def progress(study: Study) -> list[Progress]:
    """Return how far each of a study's languages is, but for the one it is written in."""
    found = []
    prompts = list(prompts_of(study))
    for language in languages_of(study)[1:]:
        made = Progress(language)
        for part in PARTS:
            for row in rows(study, language, part, prompts=prompts if part == PROMPTS else None):
                made.total += 1
                made.done += row.is_done
                made.machine += row.state == MACHINE
                made.stale += row.state == STALE
        found.append(made)
    return found


def _rows_of_prompt(prompt: Prompt, language: str, source: str) -> Iterator[Row]:
    written_in = prompt.language or source
    if written_in == language:
        return
    yield from _rows_of(prompt, MESSAGES, _("Prompt %(key)s") % {"key": prompt.key}, language, written_in)
    for response in prompt.responses.all():
        where = _("Response %(letter)s to %(key)s") % {"letter": response.letter, "key": prompt.key}
        yield from _rows_of(response, MESSAGES, where, language, written_in)
    for criterion in prompt.criteria.all():
        where = _("Criterion on %(key)s") % {"key": prompt.key}
        yield from _rows_of(criterion, "text", where, language, written_in)


def _rows_of(item: Item, field: str, where: str | Promise, language: str, written_in: str) -> Iterator[Row]:
    text = source_text(item, field)
    kept = kept_translation(item, field, language)
    whole = digest(text)
    for index, (said, translated) in enumerate(zip(_parts(text), _translated(text, kept), strict=True)):
        if said.strip():
            state, translation = _state(translated, text, kept), translated
            if state == MISSING and field == text and (known := interface_translation(said, language, written_in)):
                state, translation = INTERFACE, known
            yield Row(
                id=row_id(item, field, index),
                where=str(where),
                item=item,
                field=field,
                index=index,
                source=said,
                written_in=written_in,
                translation=translation,
                state=state,
                source_digest=whole,
                model=kept.get("model", "") if kept else "",
            )


def row_id(item: Item, field: str, index: int) -> str:
    """Return what names a row in files and forms: the kind of item, which one, which of its texts."""
    kind = type(item).__name__.lower()
    if kind == "study":
        return f"study.{field}"
    if kind == "protocolversion":
        return f"question.{digest(field)}"
    return f"{kind}.{item.pk}.{index}"


def _state(translated: str, text: Text, kept: dict[str, Any] | None) -> str:
    if kept is None or not translated.strip():
        return MISSING
    return STALE if is_stale(kept, text) else str(kept.get("origin", HUMAN))


def _parts(text: Text) -> list[str]:
    return [text] if isinstance(text, str) else [message["content"] for message in text]


def _translated(text: Text, kept: dict[str, Any] | None) -> list[str]:
    """Return what is kept for each part of a text; of a stale one with another number of messages, what there is."""
    given = _parts(kept["value"]) if kept else []
    return [given[index] if index < len(given) else "" for index in range(len(_parts(text)))]
