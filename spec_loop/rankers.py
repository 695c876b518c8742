"""Rank prompts by a spec: by the offline baseline, by a language model, or as a file says.

A model is asked through `llm.gateway`, so that the same question is never paid for twice, and its answers become rows
(`SpecRanking`, `SectionRelevance`) once. Rows of an older version of the offline baseline count as none.
"""

import hashlib
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from elicitation.models import Prompt, Study
from elicitation.queries.counted import counted_prompts
from llm import offline
from llm.errors import AnswerUnusable
from llm.gateway import Limits, ask
from llm.questions import Message, RankQuestion, RelevanceQuestion, SpecText
from measures.rankings import to_canonical

from .models import SectionRelevance, SpecRanking
from .ranking_files import Ranked, read_rankings

OFFLINE = "offline"


def ranker_name(name: str) -> str:
    """Return the name of a ranker or proposer for people."""
    return _("Offline baseline") if name == OFFLINE else name.removeprefix("openai:")


LONGEST_NAME = 120
FULLY_RELEVANT = 5
"""The grade with which a section counts as one that governs a prompt."""

Progress = Callable[[int, int], None]
"""Told how many are done, of how many."""


class UnknownRanker(Exception):
    """A name that is no ranker."""


@dataclass(frozen=True)
class Ranker:
    """A ranker by its name: `offline`, `openai:MODEL` or `file:PATH`."""

    name: str

    @property
    def is_offline(self) -> bool:
        """Whether it is the offline baseline: a control, not a language model."""
        return self.name == OFFLINE

    @property
    def path(self) -> Path | None:
        """The file of rankings, if it is one."""
        return Path(self.name.removeprefix("file:")) if self.name.startswith("file:") else None

    @property
    def version(self) -> str:
        """The version of a ranker that is ours and changes with the code; empty for the others."""
        return offline.VERSION if self.is_offline else ""


@dataclass(frozen=True)
class Progressed:
    """What became of a study's prompts: how many were known, asked about, left for later; which failed and why."""

    known: int = 0
    asked: int = 0
    left: int = 0
    failed: dict[str, str] = field(default_factory=dict)


def parse_ranker(name: str) -> Ranker:
    """Return the ranker of a name. Raises `UnknownRanker` for a name that is none."""
    kind, _colon, rest = name.partition(":")
    if (
        name == OFFLINE
        or (kind == "file" and rest)
        or (kind == "openai" and rest.strip() and len(name) <= LONGEST_NAME)
    ):
        return Ranker(name)
    raise UnknownRanker(
        _("A ranker is named offline, openai:MODEL or file:PATH, not %(name)s.") % {"name": repr(name[:80])}
    )


def shown_order(spec_hash: str, prompt: Prompt, ranker: str, repeat: int = 0) -> str:
    """Return the candidates' canonical letters in the order in which the ranker sees them.

    The order depends on nothing but spec, prompt, ranker and repeat, and on each of them, so that a ranker's liking
    for a place in the list does not help the same candidate every time.
    """
    seed = "\n".join([spec_hash, prompt.key, ranker, str(repeat)])
    return "".join(sorted(prompt.letters, key=lambda letter: hashlib.sha256(f"{seed}\n{letter}".encode()).digest()))


def rank_prompt(
    *,
    spec: SpecText,
    prompt: Prompt,
    ranker: str,
    repeat: int = 0,
    account: str = "",
    limits: Limits | None = None,
) -> SpecRanking:
    """Return how a model ranks a prompt by a spec, asking it if that is not known yet.

    Args:
        spec: the spec's text.
        prompt: the prompt; its responses may have been prefetched.
        ranker: `offline` or `openai:MODEL`.
        repeat: 0, 1, ... for independent answers of the same model.
        account: who pays, for the ledger.
        limits: what the account may spend.

    Raises the errors of `llm.errors`, `UnknownRanker` for a file.
    """
    version = _model(ranker).version
    found = SpecRanking.objects.filter(
        spec_hash=spec.hash, prompt=prompt, ranker=ranker, repeat=repeat, ranker_version=version
    ).first()
    if found:
        return found
    shown = shown_order(spec.hash, prompt, ranker, repeat)
    texts = {response.letter: response.text for response in prompt.responses.all()}
    question = RankQuestion(
        spec=spec,
        messages=_messages(prompt),
        candidates=dict(zip(prompt.letters, (texts[letter] for letter in shown), strict=True)),
    )
    answer = ask(question, model=ranker, account=account, repeat=repeat, limits=limits)
    row, _created = SpecRanking.objects.update_or_create(
        spec_hash=spec.hash,
        prompt=prompt,
        ranker=ranker,
        repeat=repeat,
        defaults={
            "ranker_version": version,
            "order": to_canonical(answer.value.ranking, shown),
            "cited": list(answer.value.cited),
            "shown_order": shown,
            "reason": answer.value.reason,
            "ledger_entry": answer.entry_id,
        },
    )
    return row


def grade_sections(
    *, spec: SpecText, prompt: Prompt, grader: str, account: str = "", limits: Limits | None = None
) -> SectionRelevance:
    """Return how far a model finds each section of a spec to bear on a prompt, asking it if that is not known yet.

    Raises as `rank_prompt`.
    """
    version = _model(grader).version
    found = SectionRelevance.objects.filter(
        spec_hash=spec.hash, prompt=prompt, grader=grader, grader_version=version
    ).first()
    if found:
        return found
    question = RelevanceQuestion(spec=spec, messages=_messages(prompt))
    answer = ask(question, model=grader, account=account, limits=limits)
    row, _created = SectionRelevance.objects.update_or_create(
        spec_hash=spec.hash,
        prompt=prompt,
        grader=grader,
        defaults={
            "grader_version": version,
            "grades": {grade.section_id: grade.grade for grade in answer.value.grades},
        },
    )
    return row


def rank_study(
    *,
    spec: SpecText,
    prompts: Sequence[Prompt],
    ranker: str,
    account: str = "",
    limits: Limits | None = None,
    progress: Progress | None = None,
    seconds: float | None = None,
) -> Progressed:
    """Rank every prompt by a spec, and grade which sections bear on it.

    What is known is not asked again, so that a call that was cut short goes on where it was. A prompt for which the
    model gives no usable answer is left out and named in the result.

    Args:
        spec, ranker, account, limits: as in `rank_prompt`.
        prompts: the prompts, their responses best prefetched.
        progress: called after every prompt.
        seconds: when to stop asking and leave the rest for another call.

    Raises the errors of `llm.errors` but `AnswerUnusable`; what was answered before that stays.
    """
    pks = [prompt.pk for prompt in prompts]
    known = set(stored_rankings(spec.hash, ranker, pks)) & set(stored_relevance(spec.hash, ranker, pks))
    unknown = [prompt for prompt in prompts if prompt.pk not in known]
    failed: dict[str, str] = {}
    asked, end = 0, None if seconds is None else time.monotonic() + seconds
    for prompt in unknown:
        if end is not None and time.monotonic() >= end:
            break
        try:
            rank_prompt(spec=spec, prompt=prompt, ranker=ranker, account=account, limits=limits)
            grade_sections(spec=spec, prompt=prompt, grader=ranker, account=account, limits=limits)
        except AnswerUnusable as error:
            failed[prompt.key] = str(error)
        asked += 1
        if progress:
            progress(len(known) + asked, len(prompts))
    return Progressed(known=len(known), asked=asked, left=len(unknown) - asked, failed=failed)


@dataclass(frozen=True)
class Verdicts:
    """What a ranker says of a study, by a prompt's primary key: its rankings, and the sections that govern a prompt.

    `failed` names the prompts (by key) for which a model gave no usable answer, with the reason.
    """

    ranked: Mapping[int, Ranked]
    relevant: Mapping[int, frozenset[str]]
    failed: Mapping[str, str] = field(default_factory=dict)


def collect_verdicts(
    *, study: Study, spec: SpecText, ranker: Ranker, account: str = "", progress: Progress | None = None
) -> Verdicts:
    """Return what a ranker says of a study, asking it what is not known yet.

    Of a file, the sections it cites are those that govern a prompt. Raises as `rank_study`, and `BadRankingFile`.
    """
    if ranker.path is not None:
        return _verdicts_of_file(study, ranker.path)
    prompts = prompts_to_rank(study)
    progressed = rank_study(spec=spec, prompts=prompts, ranker=ranker.name, account=account, progress=progress)
    known = stored_verdicts(study=study, spec_hash=spec.hash, ranker=ranker.name)
    return replace(known, failed=progressed.failed)


def prompts_to_rank(study: Study) -> list[Prompt]:
    """Return a study's prompts with their responses, without those that only test people."""
    return list(study.prompts.filter(counted_prompts()).order_by("position").prefetch_related("responses"))


def stored_verdicts(*, study: Study, spec_hash: str, ranker: str) -> Verdicts:
    """Return what is already known of a model's rankings of a study; asks nobody."""
    prompts = list(study.prompts.values_list("pk", flat=True))
    rows = stored_rankings(spec_hash, ranker, prompts)
    return Verdicts(
        ranked={pk: Ranked(row.order, tuple(row.cited)) for pk, row in rows.items()},
        relevant=stored_relevance(spec_hash, ranker, prompts),
    )


def _verdicts_of_file(study: Study, path: Path) -> Verdicts:
    prompts = {key: (pk, size) for key, pk, size in study.prompts.values_list("key", "pk", "candidates")}
    found = read_rankings(path, {key: size for key, (_id, size) in prompts.items()})
    ranked = {prompts[key][0]: ranking for key, ranking in found.items()}
    return Verdicts(ranked, {pk: frozenset(ranking.cited) for pk, ranking in ranked.items()})


def stored_counts(study: Study) -> dict[tuple[str, str], int]:
    """Return how many prompts of a study each ranker has ranked by each spec text: {(spec hash, ranker): prompts}."""
    rows = SpecRanking.objects.filter(counted_prompts("prompt__"), prompt__study=study, repeat=0).exclude(
        ~Q(ranker_version=offline.VERSION), ranker=OFFLINE
    )
    counted = rows.values("spec_hash", "ranker").annotate(prompts=Count("pk"))
    return {(row["spec_hash"], row["ranker"]): row["prompts"] for row in counted.order_by("spec_hash", "ranker")}


def stored_rankings(spec_hash: str, ranker: str, prompts: Iterable[int], repeat: int = 0) -> dict[int, SpecRanking]:
    """Return the rankings there are of prompts (by primary key) by a spec."""
    rows = current(SpecRanking.objects.all(), ranker).filter(
        spec_hash=spec_hash, repeat=repeat, prompt__in=list(prompts)
    )
    return {row.prompt_id: row for row in rows}


def stored_relevance(spec_hash: str, grader: str, prompts: Iterable[int]) -> dict[int, frozenset[str]]:
    """Return, for prompts (by primary key) that were graded, the ids of the sections with the highest grade."""
    rows = SectionRelevance.objects.filter(
        spec_hash=spec_hash, grader=grader, grader_version=Ranker(grader).version, prompt__in=list(prompts)
    )
    return {
        row.prompt_id: frozenset(section for section, grade in row.grades.items() if grade >= FULLY_RELEVANT)
        for row in rows
    }


def current(rows: QuerySet[SpecRanking], ranker: str) -> QuerySet[SpecRanking]:
    """Return the rows of a ranker that are not outdated."""
    return rows.filter(ranker=ranker, ranker_version=Ranker(ranker).version)


def _model(name: str) -> Ranker:
    ranker = parse_ranker(name)
    if ranker.path is not None:
        raise UnknownRanker(_("A file of rankings cannot be asked: name offline or openai:MODEL."))
    return ranker


def _messages(prompt: Prompt) -> tuple[Message, ...]:
    return tuple(Message(role=turn["role"], content=turn["content"]) for turn in prompt.messages)
