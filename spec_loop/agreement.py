"""How well a ranker that follows a spec agrees with the people of a study: overall, by section, by group, by prompt.

The figures are those of `measures.agreement`; here it is decided which rankings enter them.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import numpy as np
from django.db.models import Count
from django.utils.translation import gettext as _

from elicitation.models import AnswerState, Block, IntakeAnswer, Ranking, Study
from elicitation.protocol import TEXT, default_intake
from elicitation.queries.counted import counted, counted_prompts
from llm.questions import SpecText
from measures.agreement import (
    NOT_RANKED,
    Agreement,
    Rankings,
    best_single_rankings,
    crowd_orders,
    measure_agreement,
    pair_agreement_of,
)
from measures.rankings import Floats, Ints, order_of_text, weak_order_texts

from .ranking_files import Ranked

SMALLEST_GROUP: Final = 10
"""People. Of fewer no figure is given: it would say little, and say it of people one could name."""

MOST_ANSWERS: Final = 100
"""Different answers to one intake question; one with more is free text and makes no groups."""


class UnknownBlock(Exception):
    """Neither personal nor world."""


class NoRankings(Exception):
    """There is nothing to compare."""


@dataclass(frozen=True)
class RankedPrompt:
    """A prompt of a study behind its number in `Rankings`."""

    pk: int
    key: str
    candidates: int


@dataclass(frozen=True)
class StudyRankings:
    """People's rankings of one block.

    Attributes:
        rankings: as numbers.
        prompts: the prompt behind each number, in the study's order; also those that nobody ranked.
        participants: the primary key behind each person's number, in the order of their keys.
        ranking_ids: the primary key of each ranking.
    """

    rankings: Rankings
    prompts: list[RankedPrompt]
    participants: list[int]
    ranking_ids: list[int]

    def ranker(self, orders: Mapping[int, str]) -> Ints:
        """Return a ranker's rankings, by a prompt's primary key, as `measures.agreement` takes them, shape (P,)."""
        return np.array(
            [
                order_of_text(orders[prompt.pk], prompt.candidates) if prompt.pk in orders else NOT_RANKED
                for prompt in self.prompts
            ],
            dtype=np.intp,
        )


@dataclass(frozen=True)
class SectionAgreement:
    """Agreement on the prompts that a section governs."""

    id: str
    title: str
    authority: str
    agreement: Agreement

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON."""
        return {"section": self.id, "title": self.title, "authority": self.authority} | self.agreement.to_json()


@dataclass(frozen=True)
class GroupAgreement:
    """Agreement with the people who gave one answer to an intake question; None where they are too few."""

    question: str
    value: str
    people: int
    agreement: Agreement | None

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON; of a group that is too small only its size."""
        head = {"question": self.question, "value": self.value, "people": self.people}
        if self.agreement is None:
            return head | {"too_small": True}
        return head | {"too_small": False} | self.agreement.to_json()


@dataclass(frozen=True)
class PromptAgreement:
    """Agreement on one prompt: means over people, and the two orders."""

    prompt: RankedPrompt
    people: int
    agreement: float
    attainable: float
    ranker_order: str
    crowd_order: str

    @property
    def gap(self) -> float:
        """What the ranker could gain there."""
        return self.attainable - self.agreement


@dataclass(frozen=True)
class StudyAgreement:
    """All that is known of a ranker's agreement with a study."""

    block: Block
    overall: Agreement
    by_section: tuple[SectionAgreement, ...]
    by_group: tuple[GroupAgreement, ...]
    by_prompt: tuple[PromptAgreement, ...]
    not_ranked: int

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON, without the list of prompts."""
        return {
            "block": self.block.value,
            **self.overall.to_json(),
            "prompts_not_ranked": self.not_ranked,
            "by_section": [section.to_json() for section in self.by_section],
            "by_group": [group.to_json() for group in self.by_group],
            "smallest_group": SMALLEST_GROUP,
        }


def choose_block(study: Study, asked: str | None) -> Block:
    """Return the block asked for; where none is, personal if there is any personal ranking, else world.

    Raises `UnknownBlock` for another name.
    """
    if asked:
        if asked not in Block.values:
            raise UnknownBlock(
                _("There are the blocks personal and world, not %(asked)s.") % {"asked": repr(asked[:40])}
            )
        return Block(asked)
    return Block.PERSONAL if _answered(study, Block.PERSONAL).exists() else Block.WORLD


def excluded_rankers(study: Study, block: Block) -> int:
    """Return how many people who ranked in a block a researcher has excluded."""
    rows = _answered(study, block, with_excluded=True).filter(assessment__participant__excluded_at__isnull=False)
    return int(rows.aggregate(people=Count("assessment__participant", distinct=True))["people"])


def load_rankings(
    study: Study,
    block: Block,
    prompts: Iterable[int] | None = None,
    *,
    with_excluded: bool = False,
    as_of: datetime | None = None,
) -> StudyRankings:
    """Read people's rankings of one block.

    Prompts are numbered in the study's order, people by their keys, so that figures are the same wherever the study
    is imported.

    Args:
        study: the study.
        block: which of the two rankings.
        prompts: primary keys of the prompts to keep to; None for all.
        with_excluded: read also those of people whom a researcher has excluded.
        as_of: leave out who was excluded at that time rather than now.
    """
    kept = study.prompts.filter(counted_prompts()).order_by("position")
    answered = _answered(study, block, with_excluded=with_excluded, as_of=as_of)
    if prompts is not None:
        chosen = list(prompts)
        kept, answered = kept.filter(pk__in=chosen), answered.filter(assessment__prompt__in=chosen)
    listed = [RankedPrompt(*row) for row in kept.values_list("pk", "key", "candidates")]
    rows = list(
        answered.order_by("pk").values_list(
            "pk", "assessment__prompt_id", "assessment__participant_id", "assessment__participant__key", "order"
        )
    )
    people = [pk for _, pk in sorted({(key, pk) for _, _, pk, key, _ in rows})]
    prompt_number = {prompt.pk: number for number, prompt in enumerate(listed)}
    person_number = {pk: number for number, pk in enumerate(people)}
    return StudyRankings(
        rankings=Rankings(
            prompt=_ints(prompt_number[prompt] for _, prompt, _, _, _ in rows),
            person=_ints(person_number[person] for _, _, person, _, _ in rows),
            order=_ints(order_of_text(order) for _, _, _, _, order in rows),
            sizes=_ints(prompt.candidates for prompt in listed),
        ),
        prompts=listed,
        participants=people,
        ranking_ids=[pk for pk, _, _, _, _ in rows],
    )


def measure_study(
    people: StudyRankings,
    ranked: Mapping[int, str],
    *,
    block: Block,
    spec: SpecText,
    relevant: Mapping[int, frozenset[str]],
    groups: "Groups",
    resamples: int = 1000,
    seed: int = 0,
) -> StudyAgreement:
    """Measure a ranker's agreement with people, overall and in parts.

    Args:
        people: their rankings.
        ranked: the ranker's, by a prompt's primary key.
        block: which block the rankings are of.
        spec: whose sections to report by.
        relevant: the sections that govern a prompt, by its primary key.
        groups: who gave which answer to which intake question.
        resamples, seed: as in `measures.agreement.measure_agreement`.

    Raises `NoRankings` where people ranked nothing, or the ranker nothing that people ranked.
    """
    ranker = people.ranker(ranked)
    if not len(people.rankings):
        raise NoRankings(_("Nobody has ranked anything in the block %(block)s of this study.") % {"block": block.value})
    if not (ranker[people.rankings.prompt] != NOT_RANKED).any():
        raise NoRankings(_("The ranker has ranked none of the prompts that people ranked."))
    measuring = _Measuring(people, ranker, resamples, seed)
    return StudyAgreement(
        block=block,
        overall=measuring.of(np.ones(len(people.rankings), dtype=bool)),
        by_section=tuple(measuring.by_section(spec, relevant)),
        by_group=tuple(measuring.by_group(groups)),
        by_prompt=tuple(measuring.by_prompt()),
        not_ranked=int((ranker[np.unique(people.rankings.prompt)] == NOT_RANKED).sum()),
    )


Groups = Mapping[str, Mapping[str, Sequence[int]]]
"""Intake question to answer to the primary keys of the participants who gave it."""


def load_groups(study: Study) -> dict[str, dict[str, list[int]]]:
    """Return who gave which answer to which intake question; those answered in free text are left out.

    Questions come in the survey's order, those it does not know after them.
    """
    protocol = study.protocols.order_by("-number").first()
    survey = (protocol.intake if protocol else []) or default_intake()
    texts = {question["key"] for question in [*default_intake(), *survey] if question["kind"] == TEXT}
    found: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    rows = IntakeAnswer.objects.filter(participant__study=study, state=AnswerState.ANSWERED).exclude(value="")
    for key, value, person in rows.exclude(key__in=texts).values_list("key", "value", "participant_id"):
        found[key][value].append(person)
    listed = [question["key"] for question in survey]
    order = {key: number for number, key in enumerate(listed)}
    return {
        key: dict(found[key])
        for key in sorted(found, key=lambda key: (order.get(key, len(order)), key))
        if len(found[key]) <= MOST_ANSWERS
    }


@dataclass(frozen=True)
class _Measuring:
    """A study's rankings with a ranker's beside them, to be measured in parts."""

    people: StudyRankings
    ranker: Ints
    resamples: int
    seed: int

    def of(self, mask: np.ndarray) -> Agreement:
        """Measure the rankings in the mask."""
        return measure_agreement(
            self.people.rankings.where(mask), self.ranker, resamples=self.resamples, seed=self.seed
        )

    def by_section(self, spec: SpecText, relevant: Mapping[int, frozenset[str]]) -> list[SectionAgreement]:
        """Measure the prompts of each section that governs a ranked one, in the spec's order."""
        ranked = set(self.people.rankings.prompt[self.ranker[self.people.rankings.prompt] != NOT_RANKED].tolist())
        governed: dict[str, list[int]] = defaultdict(list)
        for number in sorted(ranked):
            for section in relevant.get(self.people.prompts[number].pk, ()):
                governed[section].append(number)
        return [
            SectionAgreement(
                section.id,
                section.title,
                section.authority,
                self.of(np.isin(self.people.rankings.prompt, governed[section.id])),
            )
            for section in spec.sections
            if section.id in governed
        ]

    def by_group(self, groups: Groups) -> list[GroupAgreement]:
        """Measure each group of people who ranked, by question, lowest agreement first, the too small ones last."""
        number = {pk: i for i, pk in enumerate(self.people.participants)}
        counted = ~np.isnan(pair_agreement_of(self.people.rankings, self.ranker))
        taking_part = set(self.people.rankings.person[counted].tolist())
        found = []
        for question, answers in groups.items():
            of_question = []
            for value, members in answers.items():
                people = sorted({number[pk] for pk in members if pk in number} & taking_part)
                if people:
                    enough = len(people) >= SMALLEST_GROUP
                    agreement = self.of(np.isin(self.people.rankings.person, people)) if enough else None
                    of_question.append(GroupAgreement(question, value, len(people), agreement))
            found += sorted(of_question, key=_lowest_first)
        return found

    def by_prompt(self) -> list[PromptAgreement]:
        """Compare prompt by prompt, those with most to gain first."""
        rankings = self.people.rankings
        best = best_single_rankings(rankings)
        own, most = (self._mean_by_prompt(pair_agreement_of(rankings, ranker)) for ranker in (self.ranker, best))
        crowd, people = crowd_orders(rankings), np.bincount(rankings.prompt, minlength=len(rankings.sizes))
        found = [
            PromptAgreement(
                prompt=prompt,
                people=int(people[number]),
                agreement=float(own[number]),
                attainable=float(most[number]),
                ranker_order=weak_order_texts(prompt.candidates)[self.ranker[number]],
                crowd_order=weak_order_texts(prompt.candidates)[crowd[number]],
            )
            for number, prompt in enumerate(self.people.prompts)
            if not np.isnan(own[number])
        ]
        return sorted(found, key=lambda each: -each.gap)

    def _mean_by_prompt(self, values: Floats) -> Floats:
        known, prompt, size = ~np.isnan(values), self.people.rankings.prompt, len(self.people.prompts)
        counts = np.bincount(prompt[known], minlength=size)
        sums = np.bincount(prompt[known], weights=values[known], minlength=size)
        return np.divide(sums, counts, out=np.full(size, np.nan), where=counts > 0)


def ranked_by_key(people: StudyRankings, ranked: Mapping[int, Ranked]) -> Iterable[tuple[str, Ranked]]:
    """Yield a ranker's rankings with the keys of their prompts, in the study's order."""
    return ((prompt.key, ranked[prompt.pk]) for prompt in people.prompts if prompt.pk in ranked)


def _lowest_first(group: GroupAgreement) -> tuple[bool, float, str]:
    estimate = group.agreement.pair_agreement.estimate if group.agreement else None
    return (estimate is None, estimate if estimate is not None else -group.people, group.value)


def _answered(study: Study, block: Block, *, with_excluded: bool = False, as_of: datetime | None = None) -> Any:
    return Ranking.objects.filter(
        counted("assessment__", with_excluded=with_excluded, as_of=as_of),
        assessment__prompt__study=study,
        block=block,
        state=AnswerState.ANSWERED,
    )


def _ints(numbers: Iterable[int]) -> Ints:
    return np.array(list(numbers), dtype=np.intp)
