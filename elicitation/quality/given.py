"""All that people gave in a study, as plain values that the signs are looked for in."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, FilteredRelation, OuterRef, Q

from elicitation.models import Assessment, Block, Score, Study, UnacceptableFlag


@dataclass(frozen=True, slots=True)
class Ranked:
    """A ranking in canonical text, "" where it was skipped, and its justification."""

    order: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Given:
    """What one person gave on one prompt.

    `rankings` are by block, those that were asked for; `levels` those of importance, representativeness and
    subjectivity, None where there is none; `shown_order` is empty where it is not known.
    """

    pk: int
    person: int
    prompt: int
    position: int
    submitted_at: datetime
    form: str = ""
    shown_order: str = ""
    seconds: Mapping[str, float] = field(default_factory=dict)
    levels: tuple[int | None, ...] = ()
    rankings: Mapping[str, Ranked] = field(default_factory=dict)
    flags: str = ""
    flags_why: str = ""
    scores: Sequence[int] = ()
    typing: Mapping[str, Mapping[str, float]] = field(default_factory=dict)

    def shown(self, canonical: str) -> str:
        """Return the letter under which the person saw a response."""
        return "ABCDEF"[self.shown_order.index(canonical)] if self.shown_order else canonical

    @property
    def texts(self) -> list[str]:
        """Everything the person wrote here, without what is empty."""
        return [text for text in (*(ranked.why for ranked in self.rankings.values()), self.flags_why) if text.strip()]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a prompt is: its size, its texts (in every language), and whether it is there to test people."""

    pk: int
    key: str
    candidates: int
    texts: tuple[str, ...] = ()
    attention_best: str = ""
    retest_of: int | None = None

    @property
    def is_counted(self) -> bool:
        """Whether answers to it count in results."""
        return not self.attention_best and self.retest_of is None


@dataclass(frozen=True)
class Material:
    """A study's prompts by primary key, and what each person gave, in the order in which they gave it."""

    prompts: Mapping[int, Asked]
    people: Mapping[int, Sequence[Given]]

    def everything(self) -> Iterator[Given]:
        """Yield all that was given, person by person."""
        for given in self.people.values():
            yield from given


@dataclass(frozen=True, slots=True)
class Finding:
    """A sign that was found; `assessment` is None where it is of the person's answers together."""

    kind: str
    person: int
    strength: float
    evidence: dict[str, Any]
    assessment: int | None = None


_COLUMNS = (
    "pk", "participant_id", "prompt_id", "position", "submitted_at", "participant__form", "shown_order",
    "step_seconds", "importance", "representativeness", "subjectivity", "unacceptable_rationale", "typing",
    "personal_order", "personal_why", "world_order", "world_why", "letters", "values",
)  # fmt: skip


def load_material(study: Study) -> Material:
    """Read a study through a server-side cursor; people in the order of their primary keys."""
    rows = (
        Assessment.objects.filter(prompt__study=study)
        .annotate(
            personal=FilteredRelation("rankings", condition=Q(rankings__block=Block.PERSONAL)),
            world=FilteredRelation("rankings", condition=Q(rankings__block=Block.WORLD)),
            letters=ArraySubquery(
                UnacceptableFlag.objects.filter(assessment=OuterRef("pk")).order_by("letter").values("letter")
            ),
            values=ArraySubquery(
                Score.objects.filter(assessment=OuterRef("pk"), value__isnull=False).order_by("pk").values("value")
            ),
        )
        .annotate(
            personal_order=F("personal__order"),
            personal_why=F("personal__justification"),
            world_order=F("world__order"),
            world_why=F("world__justification"),
        )
        .order_by("participant_id", "position", "pk")
        .values_list(*_COLUMNS)
    )
    given = (_given(dict(zip(_COLUMNS, row, strict=True))) for row in rows.iterator(chunk_size=1000))
    people = {person: list(group) for person, group in groupby(given, key=lambda each: each.person)}
    return Material(prompts=_prompts(study), people=people)


def _given(row: dict[str, Any]) -> Given:
    blocks = ((block.value, row[f"{block}_order"], row[f"{block}_why"]) for block in (Block.PERSONAL, Block.WORLD))
    return Given(
        pk=row["pk"],
        person=row["participant_id"],
        prompt=row["prompt_id"],
        position=row["position"],
        submitted_at=row["submitted_at"],
        form=row["participant__form"],
        shown_order=row["shown_order"],
        seconds=row["step_seconds"] or {},
        levels=(row["importance"], row["representativeness"], row["subjectivity"]),
        rankings={block: Ranked(order, why) for block, order, why in blocks if order is not None},
        flags="".join(row["letters"]),
        flags_why=row["unacceptable_rationale"],
        scores=row["values"],
        typing=row["typing"] or {},
    )


def _prompts(study: Study) -> dict[int, Asked]:
    prompts = study.prompts.prefetch_related("responses").only(
        "pk", "key", "candidates", "messages", "translations", "attention_best", "retest_of_id", "position", "study_id"
    )
    return {
        prompt.pk: Asked(
            pk=prompt.pk,
            key=prompt.key,
            candidates=prompt.candidates,
            texts=tuple(_contents([prompt, *prompt.responses.all()])),
            attention_best=prompt.attention_best,
            retest_of=prompt.retest_of_id,
        )
        for prompt in prompts
    }


def _contents(items: Sequence[Any]) -> Iterator[str]:
    """Yield the texts of a prompt or response in every language there is."""
    for item in items:
        translated = (version.get("messages") for version in item.translations.values() if isinstance(version, dict))
        for messages in (item.messages, *translated):
            for message in messages or ():
                yield str(message.get("content", ""))
