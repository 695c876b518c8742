"""The texts people write, and which of them have not been read yet."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import F, Func, Model, Q, QuerySet, TextField

from elicitation.models import Assessment, Criterion, IntakeAnswer, ProtocolVersion, Ranking, TextReading
from elicitation.protocol import TEXT, default_intake


class DigestOf(Func):
    """The SHA-256 of a column's text in hex, as `digest_of` makes it."""

    template = "encode(sha256(convert_to(%(expressions)s, 'UTF8')), 'hex')"
    output_field = TextField()


def digest_of(text: str) -> str:
    """Return what a text is recognised by."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True)
class WrittenText:
    """A kind of text: the field of `TextReading` that names it, its column, where its study stands.

    `changed` names the time of its last correction, where there is one; otherwise texts are compared.
    """

    name: str
    model: type[Model]
    column: str
    study: str
    changed: str = ""
    only: Q = field(default_factory=Q)

    def unread(self, *, limit: int) -> list[Any]:
        """Return rows whose text was never read, or was corrected since, with `study_key`."""
        fresh = Q(reading=None)
        if self.changed:
            fresh |= Q(**{f"{self.changed}__gt": F("reading__read_at")})
        else:
            fresh |= ~Q(reading__digest=DigestOf(self.column))
        rows: QuerySet[Any] = self.model._default_manager.filter(fresh, self.only).exclude(**{self.column: ""})
        return list(rows.annotate(study_key=F(self.study)).order_by("pk")[:limit])

    def readings(self) -> QuerySet[Any]:
        """Return the readings of this kind of text, with `study_key`."""
        found: QuerySet[Any] = TextReading.objects.filter(**{f"{self.name}__isnull": False})
        return found.annotate(study_key=F(f"{self.name}__{self.study}"))


def kinds() -> Iterator[WrittenText]:
    """Yield each kind of text that people write."""
    yield WrittenText("ranking", Ranking, "justification", "assessment__prompt__study", "assessment__corrected_at")
    yield WrittenText("assessment", Assessment, "unacceptable_rationale", "prompt__study", "corrected_at")
    own = Q(origin=Criterion.Origin.PARTICIPANT)
    yield WrittenText("criterion", Criterion, "text", "prompt__study", only=own)
    in_own_words = Q(key__in=_text_questions())
    yield WrittenText("intake_answer", IntakeAnswer, "original", "participant__study", only=in_own_words)


def _text_questions() -> set[str]:
    """Return the keys of intake questions that are answered in one's own words."""
    versions: list[list[dict[str, Any]]] = list(ProtocolVersion.objects.values_list("intake", flat=True))
    questions = (question for intake in [default_intake(), *versions] for question in intake)
    return {question["key"] for question in questions if question["kind"] == TEXT}
