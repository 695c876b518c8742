"""An assessment as a value: read from a CA-1 object, or taken from the database, and comparable."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, FilteredRelation, OuterRef, Q, QuerySet
from django.db.models.functions import Collate

from elicitation.models import AnswerState, Assessment, Block, Study, UnacceptableFlag
from measures.rankings import RankingError, canonicalise

from .labels import SCALES, Scale
from .reading import Fields, quoted

RANKED = (Block.PERSONAL, Block.WORLD)
# Plain strings: members of an enumeration take several times as long to look up, and each row needs a dozen.
_NOT_ASKED, _SKIPPED = AnswerState.NOT_ASKED.value, AnswerState.SKIPPED.value
_BLOCKS = tuple(block.value for block in RANKED)
_FIRST_LETTER = re.compile(r"\s*([A-Z])\b")


@dataclass(frozen=True)
class RankedBlock:
    """A ranking that was asked for: its canonical order ("" when skipped) and its justification."""

    order: str
    justification: str


@dataclass(frozen=True)
class Flags:
    """The letters marked unacceptable and why; None when the question was skipped.

    `wording` is the file's own where it is more than the letters; it makes no difference to the answer.
    """

    letters: tuple[str, ...] | None
    rationale: str
    wording: tuple[str, ...] = field(default=(), compare=False)


@dataclass(frozen=True)
class AssessmentRecord:
    """One person's answers on one prompt, as the format knows them.

    `scales` maps a scale's field to its level, None when skipped; a scale not asked has no key, and `flags` is None
    when they were not asked for. `labels` keeps the source's wording of the scales where it is not ours.
    """

    participant: str
    conversation: str
    scales: dict[str, int | None]
    flags: Flags | None
    rankings: dict[str, RankedBlock]
    labels: dict[str, str] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Return the object the format has for it, fields in the public files' order."""
        return {
            "annotator_id": self.participant,
            "conversation_id": self.conversation,
            **{scale.field: self._scale(scale) for scale in SCALES},
            "ranking_blocks": {"unacceptable": self._unacceptable()}
            | {block: self._ranking(block) for block in _BLOCKS},
        }

    def _scale(self, scale: Scale) -> str | None:
        if scale.field not in self.scales:
            return ""
        level = self.scales[scale.field]
        return None if level is None else self.labels.get(scale.field) or scale.sentence(level)

    def _unacceptable(self) -> list[dict[str, Any]]:
        if self.flags is None:
            return []
        rating = self.flags.wording or self.flags.letters
        return [{"rationale": self.flags.rationale, "rating": None if rating is None else list(rating)}]

    def _ranking(self, block: str) -> list[dict[str, str]]:
        ranked = self.rankings.get(block)
        return [{"rationale": ranked.justification, "ranking": ranked.order}] if ranked else []


def read_assessment(source: Fields, *, candidates: int) -> AssessmentRecord:
    """Read an assessment of a prompt with `candidates` responses. Raises `BadInput` naming the field.

    In the format an empty list of a ranking block and an empty scale mean "not asked". In a block that is there, an
    empty ranking and null in place of the flagged letters mean "skipped", as does null in place of a scale (our
    reading: the public files hold none of these).
    """
    blocks = source.object("ranking_blocks")
    scales, labels = _read_scales(source)
    return AssessmentRecord(
        participant=source.key("annotator_id"),
        conversation=source.text("conversation_id", default=""),
        scales=scales,
        flags=_read_flags(blocks, candidates),
        rankings={
            block.value: ranked for block in RANKED if (ranked := _read_ranking(blocks, block, candidates)) is not None
        },
        labels=labels,
    )


def _read_scales(source: Fields) -> tuple[dict[str, int | None], dict[str, str]]:
    levels: dict[str, int | None] = {}
    labels: dict[str, str] = {}
    for scale in SCALES:
        if scale.field in source.content and source.content[scale.field] is None:
            levels[scale.field] = None
            continue
        label = source.text(scale.field, default="")
        if not label.strip():
            continue
        level = scale.level_of(label)
        if level is None:
            raise source.error(scale.field, f"{quoted(label)} names no level; write one like {scale.sentence(1)!r}")
        levels[scale.field] = level
        if label != scale.sentence(level):
            labels[scale.field] = label
    return levels, labels


def _only(blocks: Fields, name: str) -> Fields | None:
    found = blocks.objects(name, optional=True)
    if len(found) > 1:
        raise blocks.error(name, "it holds more than one object")
    return found[0] if found else None


def _read_flags(blocks: Fields, candidates: int) -> Flags | None:
    block = _only(blocks, "unacceptable")
    if block is None:
        return None
    rationale, ratings = block.text("rationale", default=""), block.content.get("rating", ())
    if ratings is None:
        return Flags(None, rationale)
    if not isinstance(ratings, list):
        raise block.error("rating", "a list of letters is expected")
    flagged = [letter for rating in ratings for letter in _flagged(block, rating, candidates)]
    if len(set(flagged)) < len(flagged):
        raise block.error("rating", "it names a letter twice")
    letters = tuple(sorted(flagged))
    return Flags(letters, rationale, () if sorted(ratings) == list(letters) else tuple(ratings))


def _flagged(block: Fields, rating: object, candidates: int) -> str:
    """Return the letter that an entry of `rating` flags, "" where it says that none is unacceptable.

    The public files do not hold bare letters but what was ticked: a sentence that begins with the letter.
    """
    text = unicodedata.normalize("NFKC", rating) if isinstance(rating, str) else ""
    if text.strip().casefold().startswith("none"):
        return ""
    found, known = _FIRST_LETTER.match(text), "ABCDEF"[:candidates]
    if found is None or found[1] not in known:
        raise block.error("rating", f"{quoted(rating)} is not one of the letters {known[0]} to {known[-1]}")
    return found[1]


def _read_ranking(blocks: Fields, block: Block, candidates: int) -> RankedBlock | None:
    source = _only(blocks, block.value)
    if source is None:
        return None
    text = source.text("ranking", default="")
    try:
        order = canonicalise(text, candidates) if text.strip() else ""
    except RankingError as error:
        raise source.error("ranking", str(error).rstrip(".")) from error
    return RankedBlock(order=order, justification=source.text("rationale", default=""))


# Keys are sorted by their bytes, so that an export has the same order whatever the database's language.
PERSON_KEY = Collate(F("participant__key"), "C")

_COLUMNS = (
    "pk", "prompt_id", "participant_id", "participant__key", "prompt__key", "prompt__candidates", "originals",
    "importance_state", "importance", "representativeness_state", "representativeness",
    "subjectivity_state", "subjectivity", "unacceptable_state", "unacceptable_rationale",
    "letters", "personal_state", "personal_order", "personal_why", "world_state", "world_order", "world_why",
)  # fmt: skip


@dataclass(frozen=True)
class StoredAssessment:
    """An assessment's record with the keys of its rows."""

    pk: int
    prompt_pk: int
    participant_pk: int
    prompt: str
    candidates: int
    record: AssessmentRecord


def to_write(study: Study) -> QuerySet[Assessment]:
    """Return the assessments that an export holds: of people who consented, all but surplus ones.

    People a researcher has excluded are in it, and so are attention items and re-tests: the export is all that was
    given, and `quality_flags.jsonl` says beside it what to leave out.
    """
    return Assessment.objects.filter(prompt__study=study, participant__consented_at__isnull=False, is_surplus=False)


def stored(assessments: QuerySet[Assessment], *, chunk_size: int = 400) -> Iterator[StoredAssessment]:
    """Yield assessments as records, in the order of the query, through a server-side cursor."""
    rows = (
        assessments.annotate(
            letters=ArraySubquery(
                UnacceptableFlag.objects.filter(assessment=OuterRef("pk")).order_by("letter").values("letter")
            ),
            personal=FilteredRelation("rankings", condition=Q(rankings__block=Block.PERSONAL)),
            world=FilteredRelation("rankings", condition=Q(rankings__block=Block.WORLD)),
        )
        .annotate(
            personal_state=F("personal__state"),
            personal_order=F("personal__order"),
            personal_why=F("personal__justification"),
            world_state=F("world__state"),
            world_order=F("world__order"),
            world_why=F("world__justification"),
        )
        .values_list(*_COLUMNS)
    )
    for row in rows.iterator(chunk_size=chunk_size):
        yield _stored(dict(zip(_COLUMNS, row, strict=True)))


def _stored(row: dict[str, Any]) -> StoredAssessment:
    originals = row["originals"]
    record = AssessmentRecord(
        participant=row["participant__key"],
        conversation=originals.get("conversation_id", row["prompt__key"]),
        scales={scale.field: row[scale.field] for scale in SCALES if row[f"{scale.field}_state"] != _NOT_ASKED},
        flags=_flags(row, originals),
        rankings={
            block: RankedBlock(order=row[f"{block}_order"], justification=row[f"{block}_why"])
            for block in _BLOCKS
            if row[f"{block}_state"] is not None
        },
        labels={scale.field: originals[scale.field] for scale in SCALES if scale.field in originals},
    )
    return StoredAssessment(
        row["pk"], row["prompt_id"], row["participant_id"], row["prompt__key"], row["prompt__candidates"], record
    )


def _flags(row: dict[str, Any], originals: dict[str, Any]) -> Flags | None:
    if row["unacceptable_state"] == _NOT_ASKED:
        return None
    skipped = row["unacceptable_state"] == _SKIPPED
    letters = None if skipped else tuple(row["letters"])
    return Flags(letters, row["unacceptable_rationale"], tuple(originals.get("rating", ())))
