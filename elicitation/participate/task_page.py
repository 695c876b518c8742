"""What the page of a task shows: questions, responses under their shown letters, what was filled in, what is wrong."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from elicitation import assignment as assignments
from elicitation import drafts, submission, wording
from elicitation.answers import AnswersRefused
from elicitation.explaining import why_shortly
from elicitation.models import Assignment, Criterion, ProtocolVersion, Response
from elicitation.prepared import Given, Prepared
from elicitation.protocol import (
    CRITERIA,
    MOST_CRITERIA,
    OWN_CRITERION,
    PERSONAL,
    RANKING_STEPS,
    READING,
    SCALE_LEVELS,
    SCALES,
    SCREENS,
    UNACCEPTABLE,
    WORLD,
    steps_asked,
)
from elicitation.protocols import protocol_for
from measures.rankings import LETTERS

from .visits import PersonalVisit

_RESPONSES = Prepared(lambda: Response.objects.filter(prompt=Given("prompt")).order_by("letter"))
_CRITERIA = Prepared(
    lambda: (
        Criterion.objects.filter(prompt=Given("prompt"))
        .exclude(origin=Criterion.Origin.PARTICIPANT)
        .order_by("position", "pk")[:MOST_CRITERIA]
    )
)


@dataclass(frozen=True)
class RankingPart:
    """A ranking board with what belongs to it. Names of its fields begin with `prefix`."""

    key: str
    question: str
    values: Mapping[str, str]
    skipped: bool
    why: str
    error: str
    why_error: str

    @property
    def prefix(self) -> str:
        """How the names of the part's fields begin."""
        return f"{self.key}_"


@dataclass(frozen=True)
class Part:
    """A scale or a score: its field's name, what is asked, the value so far, what is wrong."""

    name: str
    question: str
    value: str
    error: str
    levels: Sequence[tuple[int, str]] = ()


@dataclass(frozen=True)
class Screen:
    """What is shown at once where one decision is shown at a time."""

    key: str
    title: str


@dataclass
class _Filling:
    """The form's fields so far, and the errors by field."""

    fields: Mapping[str, Sequence[str]]
    errors: Mapping[str, str] = field(default_factory=dict)

    def value(self, name: str) -> str:
        values = self.fields.get(name)
        return values[-1] if values else ""

    def error(self, name: str) -> str:
        return self.errors.get(name, "")


def context(
    *,
    visit: PersonalVisit,
    assignment: Assignment,
    fields: Mapping[str, Sequence[str]],
    refusal: Exception | None,
    saved: bool,
    protocol: ProtocolVersion | None = None,
) -> dict[str, Any]:
    """Return everything `participate/task.html` shows; `protocol` is the version to ask by, else the person's own."""
    protocol = protocol or protocol_for(visit.participant)
    say = wording.speaker(protocol, visit.language, written_in=wording.source_language(visit.study))
    asked = {step.key: say(step.question) for step in steps_asked(protocol.steps, visit.participant.form)}
    errors = refusal.errors if isinstance(refusal, AnswersRefused) else {}
    filling = _Filling(fields, errors)
    titles = _titles()
    turns = wording.messages_of(assignment.prompt, visit.language, written_in=_written_in(visit, assignment))
    screens = [Screen(key, titles[key]) for key in _screens(asked)]
    number, total = assignment.position + 1, assignments.tasks_asked(visit.study)
    return {
        "visit": visit,
        "study": visit.study,
        "assignment": assignment,
        "prompt": assignment.prompt,
        "turns": turns,
        "opening": _opening(turns),
        "protocol": protocol,
        "revision": assignment.draft.revision if hasattr(assignment, "draft") else 0,
        "asked": asked,
        "screens": screens,
        "screen_keys": " ".join(screen.key for screen in screens),
        "reading_screens": " ".join(key for key in _screens(asked) if key not in (SCALES, CRITERIA)),
        "last_screen": screens[-1].key,
        "number": number,
        "total": total,
        "task_name": _("Task %(number)s of %(total)s") % {"number": number, "total": total},
        "responses": _responses(visit, assignment, filling),
        "unacceptable": _unacceptable(filling),
        "rankings": [_ranking(key, asked[key], filling) for key in asked if key in RANKING_STEPS],
        "scales": [_scale(key, asked[key], filling) for key in asked if key in SCALE_LEVELS],
        "criteria": _criteria(visit, assignment, filling) if CRITERIA in asked else [],
        "own": _own(filling) if OWN_CRITERION in asked else None,
        "errors": [_summary_line(name, sentence) for name, sentence in errors.items()],
        "newer": isinstance(refusal, submission.NewerDraft | drafts.StaleDraft),
        "notice": "" if isinstance(refusal, AnswersRefused) or refusal is None else str(refusal),
        "saved": saved,
        "own_link": visit.own_link,
        "why": why_shortly(assignment),
        "open_until": assignments.deadline(visit.participant),
        "lease_seconds": lease_seconds(assignment),
    }


def lease_seconds(assignment: Assignment) -> int:
    """Return for how many seconds a task is still kept for the person, 0 where its place was given back."""
    if assignment.state != Assignment.State.RESERVED:
        return 0
    return max(0, int((assignment.leased_until - timezone.now()).total_seconds()))


def _titles() -> dict[str, str]:
    return {
        READING: _("Read"),
        PERSONAL: _("For yourself"),
        WORLD: _("For the world"),
        SCALES: _("The question"),
        CRITERIA: _("What matters"),
    }


def _screens(asked: Mapping[str, str]) -> list[str]:
    """Return the screens there are; the two rankings in the protocol's order."""
    rankings = [key for key in asked if key in RANKING_STEPS]
    others = [key for key in (SCALES, CRITERIA) if any(step in asked for step in SCREENS[key])]
    return [READING, *rankings, *others]


def _opening(messages: Sequence[Mapping[str, str]]) -> str:
    """Return how the last thing a person says begins: enough to remember the conversation by."""
    said = [message["content"] for message in messages if message["role"] == "user"]
    return " ".join((said or [""])[-1].split())[:120]


def _written_in(visit: PersonalVisit, assignment: Assignment) -> str:
    """Return the language a task was written in, without asking the database for its study."""
    return assignment.prompt.language or wording.source_language(visit.study)


def _responses(visit: PersonalVisit, assignment: Assignment, filling: _Filling) -> list[dict[str, Any]]:
    written_in = _written_in(visit, assignment)
    texts = {
        response.letter: wording.text_of(response, "messages", visit.language, written_in=written_in)
        for response in _RESPONSES.all(prompt=assignment.prompt_id)
    }
    marked = set(filling.fields.get(UNACCEPTABLE, ()))
    return [
        {
            "label": shown,
            "key": shown,
            "text": texts.get(letter, ""),
            "lang": texts[letter].lang if letter in texts else "",
            "marked": shown in marked,
        }
        for shown, letter in zip(LETTERS, assignment.shown_order, strict=False)
    ]


def _unacceptable(filling: _Filling) -> dict[str, Any]:
    return {
        "none": bool(filling.value("unacceptable_none")),
        "why": filling.value("unacceptable_why"),
        "error": filling.error(UNACCEPTABLE),
        "why_error": filling.error("unacceptable_why"),
    }


def _ranking(key: str, question: str, filling: _Filling) -> RankingPart:
    return RankingPart(
        key=key,
        question=question,
        values={letter: filling.value(f"{key}_place_{letter}") for letter in LETTERS},
        skipped=bool(filling.value(f"{key}_skip")),
        why=filling.value(f"{key}_why"),
        error=filling.error(key),
        why_error=filling.error(f"{key}_why"),
    )


def _scale(key: str, question: str, filling: _Filling) -> Part:
    levels = [(level, _(words)) for level, words in enumerate(SCALE_LEVELS[key], start=1)]
    return Part(key, question, filling.value(key), filling.error(key), levels)


def _criteria(visit: PersonalVisit, assignment: Assignment, filling: _Filling) -> list[Part]:
    parts = []
    for criterion in _CRITERIA.all(prompt=assignment.prompt_id):
        name = f"score_{criterion.pk}"
        text = wording.text_of(criterion, "text", visit.language, written_in=_written_in(visit, assignment))
        parts.append(Part(name, text, filling.value(name), filling.error(name)))
    return parts


def _own(filling: _Filling) -> dict[str, str]:
    return {
        "text": filling.value("own_criterion"),
        "error": filling.error("own_criterion"),
        "score": filling.value("own_score"),
        "score_error": filling.error("own_score"),
    }


def _summary_line(name: str, sentence: str) -> tuple[str, str]:
    """Return what the list of errors says of a field: the id of its element on the page, and the sentence."""
    if name in RANKING_STEPS:  # both rankings may be wrong in the same way
        return f"{name}_board", f"{_titles()[name]}: {sentence}"
    return name, sentence
