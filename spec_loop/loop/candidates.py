"""From what proposers answered to the edits a run tests: tried on the text, merged, and joined by placebos."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from llm.offline import placebo_edits
from llm.questions import ProposedEdit
from spec_loop.document import Edit, EditRefused, Operation, apply_edit, spec_hash, spec_text
from spec_loop.models import CandidateEdit, Run

from .plan import LoopPlan

Outcome = CandidateEdit.Outcome

ALIKE = 0.85
"""Two edits whose words overlap by this much (Jaccard) say the same, unless a word of `_TURNS` tells them apart."""

_WORD = re.compile(r"\w+(?:['’]\w+)?")
_TURNS = frozenset(
    "not no never neither nor without avoid cannot can't don't doesn't shouldn't mustn't unless only".split()  # noqa: SIM905
)


@dataclass(frozen=True)
class Suggestion:
    """An edit as one request returned it, with the prompts the request was about."""

    edit: Edit
    intent: str
    kind: str
    proposed_by: str
    sources: tuple[str, ...] = ()


@dataclass
class Candidate:
    """Suggestions that come to the same edit. `refusal` says why it cannot be applied; then there is no hash."""

    first: Suggestion
    hash: str = ""
    refusal: str = ""
    times: int = 1
    sources: list[str] = field(default_factory=list)


def suggestion_of(proposed: ProposedEdit, *, mode: str, sources: Sequence[str]) -> Suggestion:
    """Return a proposer's edit as a suggestion.

    A change of authority is never taken from a model's word: an edit that makes one is refused as any other mistake.
    """
    edit = Edit(Operation(proposed.operation), proposed.section_id, proposed.anchor, proposed.text)
    return Suggestion(edit, proposed.intent, proposed.kind, mode, tuple(sources))


def collect(text: str, suggestions: Iterable[Suggestion]) -> list[Candidate]:
    """Try each suggestion on the spec's text and merge those that say the same, the most often proposed first."""
    candidates: list[Candidate] = []
    for suggestion in suggestions:
        tried = _try(text, suggestion)
        known = next((other for other in candidates if _same(other, tried)), None)
        if known is None:
            candidates.append(tried)
            known = tried
        else:
            known.times += 1
        known.sources += [key for key in suggestion.sources if key not in known.sources]
    return sorted(candidates, key=lambda candidate: (bool(candidate.refusal), -candidate.times))


def placebo_suggestions(text: str, *, seed: int, count: int) -> list[Suggestion]:
    """Return rewordings without meaning, to go through the same test as every edit."""
    made = placebo_edits(spec_text(text), seed=abs(seed), count=count)
    return [suggestion_of(edit, mode=CandidateEdit.PLACEBO, sources=()) for edit in made]


def lay_out_candidates(run: Run, candidates: Sequence[Candidate], placebo: Sequence[Candidate], plan: LoopPlan) -> None:
    """Make the run's rows of edits: those to be tested, those that are not with the reason, and the placebos."""
    rows = []
    tested = 0
    for candidate in candidates:
        row = _row(run, candidate)
        if not candidate.refusal:
            tested += 1
            if tested > plan.most_edits:
                row.spec_hash = ""
                row.reason = f"A run tests the {plan.most_edits} edits proposed most often; this is not one of them."
        rows.append(row)
    rows += [_row(run, candidate) for candidate in placebo]
    for number, row in enumerate(rows, start=1):
        row.number = number
    CandidateEdit.objects.bulk_create(rows)


def to_test(run: Run) -> list[CandidateEdit]:
    """Return the edits of a run that can be tested, in their order."""
    return list(run.edits.exclude(spec_hash="").order_by("number"))


def _row(run: Run, candidate: Candidate) -> CandidateEdit:
    first = candidate.first
    return CandidateEdit(
        run=run,
        edit=first.edit.to_json(),
        section_id=first.edit.section_id,
        intent=first.intent,
        kind_of_change=first.kind,
        is_placebo=first.proposed_by == CandidateEdit.PLACEBO,
        proposed_by=first.proposed_by,
        sources=candidate.sources,
        times_proposed=candidate.times,
        spec_hash=candidate.hash,
        outcome=Outcome.INVALID if candidate.refusal else Outcome.UNTESTED,
        reason=candidate.refusal,
    )


def _try(text: str, suggestion: Suggestion) -> Candidate:
    try:
        result = apply_edit(text, suggestion.edit)
    except EditRefused as refusal:
        return Candidate(suggestion, refusal=str(refusal))
    return Candidate(suggestion, hash=spec_hash(result))


def _same(one: Candidate, other: Candidate) -> bool:
    """Return whether two candidates come to the same: the same text results, or nearly the same is said there."""
    if bool(one.refusal) != bool(other.refusal):
        return False
    if one.hash and one.hash == other.hash:
        return True
    a, b = one.first.edit, other.first.edit
    if (a.operation, a.section_id) != (b.operation, b.section_id):
        return False
    # Deletions say nothing by their text; they are the same when they delete the same.
    return _alike(a.text or a.anchor, b.text or b.anchor)


def _alike(one: str, other: str) -> bool:
    """Return whether two texts use nearly the same words, none of which turns the meaning round."""
    a, b = (set(_WORD.findall(text.lower().replace("’", "'"))) for text in (one, other))
    return a == b or (not (a ^ b) & _TURNS and len(a & b) >= ALIKE * len(a | b))
