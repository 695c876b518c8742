"""Where a person stands among the others: how many put first what they did, and how far their orders agree.

It is told only to who has ended their way in the study, and only once they say that they want to know: from then on
their answers can be corrected no more (`correcting`), so that nobody brings their answers into line with others'. Where
fewer than `FEWEST_OTHERS` people answered, nothing is told: it would say little, and say it of people one could name.
Others are those who count in results; whether the person does makes no difference to what they are told.

Agreement is `measures.pairs.pair_agreement` of a person's order with another's, as a ranker's is measured everywhere
here: the share of the pairs that the other orders strictly on which both say the same, ties counting half.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from measures.pairs import pair_agreement
from measures.rankings import LETTERS, Floats, Ints, order_of_text
from measures.resampling import UNDEFINED, Clusters, Estimate, interval
from measures.shares import share_of

from .models import AnswerState, Block, Participant, Ranking, Study
from .queries.counted import counted

FEWEST_OTHERS: Final = 10
RESAMPLES: Final = 1000


class NotYet(Exception):
    """The person is still answering, and must not know what others said."""


@dataclass(frozen=True)
class FirstChoice:
    """What a person put first on a task, and how many others did; `others` is 0 where too few answered.

    `letters` are those the person saw. Of several that share the first place, another need have put one first.
    """

    number: int
    letters: Sequence[str]
    others: int
    same: int
    share: Estimate


@dataclass(frozen=True)
class Standing:
    """How a person's orders of one block compare with others'.

    `agreement` is their mean over tasks of the mean over others; `everybody` holds the same of every other person, in
    no order that tells who is who. Both are empty where too few answered.
    """

    block: Block
    first_choices: Sequence[FirstChoice]
    agreement: Estimate
    everybody: tuple[float, ...]
    people: int
    tasks: int

    @property
    def below(self) -> int:
        """How many others agree less with the rest than this person does."""
        own = self.agreement.estimate
        return 0 if own is None else sum(value < own for value in self.everybody)


@dataclass(frozen=True)
class _Row:
    prompt: int
    person: int
    order: str
    candidates: int


def may_compare(participant: Participant) -> bool:
    """Return whether a person may be told how others answered: once they are done, or the study is closed."""
    if participant.withdrawn_at is not None:
        return False
    ended = bool(participant.outcome) or participant.finished_at is not None
    return ended or participant.study.status == Study.Status.CLOSED


@transaction.atomic
def begin_to_compare(*, participant: Participant) -> None:
    """Note that a person now looks at how others answered. Raises `NotYet`. Doing it again changes nothing."""
    kept = Participant.objects.select_for_update(no_key=True, of=("self",)).select_related("study")
    person = kept.get(pk=participant.pk)
    if not may_compare(person):
        raise NotYet(_("You can see how others answered once you are done with your own tasks."))
    if person.compared_at is None:
        person.compared_at = timezone.now()
        person.save(update_fields=["compared_at"])
    participant.compared_at = person.compared_at


def standings(participant: Participant) -> list[Standing]:
    """Return where a person stands, block by block; blocks they were not asked or skipped are left out."""
    found = (_standing(participant, block) for block in Block)
    return [standing for standing in found if standing is not None]


def _standing(participant: Participant, block: Block) -> Standing | None:
    mine = _rows(participant.study, block, participant=participant)
    if not mine:
        return None
    others = _by_prompt(_rows(participant.study, block, but=participant))
    numbers, shown = _tasks(participant)
    told = [row for row in mine if len(others[row.prompt]) >= FEWEST_OTHERS]
    everybody = _everybody(others)
    return Standing(
        block=block,
        first_choices=[_first_choice(row, others[row.prompt], numbers, shown) for row in mine],
        agreement=_own_agreement(told, others),
        everybody=everybody if len(everybody) >= FEWEST_OTHERS and told else (),
        people=len(everybody),
        tasks=len(told),
    )


def _rows(
    study: Study, block: Block, *, participant: Participant | None = None, but: Participant | None = None
) -> list[_Row]:
    rows = Ranking.objects.filter(assessment__prompt__study=study, block=block, state=AnswerState.ANSWERED)
    if participant is not None:
        rows = rows.filter(counted("assessment__", with_excluded=True), assessment__participant=participant)
    if but is not None:
        rows = rows.filter(counted("assessment__")).exclude(assessment__participant=but)
    names = ("assessment__prompt_id", "assessment__participant_id", "order", "candidates")
    return [_Row(*row) for row in rows.order_by("assessment__position", "pk").values_list(*names)]


def _by_prompt(rows: Sequence[_Row]) -> Mapping[int, list[_Row]]:
    found: dict[int, list[_Row]] = defaultdict(list)
    for row in rows:
        found[row.prompt].append(row)
    return found


def _tasks(participant: Participant) -> tuple[dict[int, int], dict[int, str]]:
    """Return the number of each of a person's tasks, and the order they were shown, by prompt."""
    rows = participant.assessments.order_by("position", "pk").values_list("prompt_id", "shown_order")
    numbers = {prompt: number for number, (prompt, _shown) in enumerate(rows, start=1)}
    return numbers, dict(rows)


def _first_choice(
    row: _Row, others: Sequence[_Row], numbers: Mapping[int, int], shown: Mapping[int, str]
) -> FirstChoice:
    first = _first(row.order)
    order = shown[row.prompt] or LETTERS[: row.candidates]
    letters = sorted(LETTERS[order.index(letter)] for letter in first)
    if len(others) < FEWEST_OTHERS:
        return FirstChoice(numbers[row.prompt], letters, 0, 0, UNDEFINED)
    same = sum(bool(first & _first(other.order)) for other in others)
    return FirstChoice(numbers[row.prompt], letters, len(others), same, share_of(same, len(others)))


def _first(order: str) -> set[str]:
    return set(order.split(">")[0].split("="))


def _own_agreement(told: Sequence[_Row], others: Mapping[int, Sequence[_Row]]) -> Estimate:
    """Return a person's mean agreement with others, with its interval over tasks and people."""
    if not told:
        return UNDEFINED
    pairs = [(own, other) for own in told for other in others[own.prompt]]
    values = np.concatenate([_agreement(_orders(others[own.prompt]), order_of_text(own.order), own) for own in told])
    clusters = Clusters(np.array([own.prompt for own, _ in pairs]), np.array([other.person for _, other in pairs]))
    replicates = clusters.replicate({"own": clusters.nested_mean(values)}, resamples=RESAMPLES, seed=0)
    return interval(replicates["own"])


def _everybody(others: Mapping[int, Sequence[_Row]]) -> tuple[float, ...]:
    """Return every other person's mean agreement with the rest, the lowest first."""
    sums: dict[int, float] = defaultdict(float)
    tasks: dict[int, int] = defaultdict(int)
    for rows in others.values():
        if len(rows) <= FEWEST_OTHERS:  # the person themselves is one of them
            continue
        for row, mean in zip(rows, _mean_with_the_rest(_orders(rows), rows[0].candidates), strict=True):
            if not np.isnan(mean):
                sums[row.person] += float(mean)
                tasks[row.person] += 1
    return tuple(sorted(sums[person] / tasks[person] for person in sums))


def _mean_with_the_rest(orders: Ints, size: int) -> Floats:
    """Return the mean agreement of each order with all the others, shape (n,); equal orders are reckoned once."""
    kinds, kind, counts = np.unique(orders, return_inverse=True, return_counts=True)
    table = pair_agreement(kinds[None, :], kinds[:, None], size)  # how each kind agrees with people of each kind
    known = ~np.isnan(table)
    agreement = np.where(known, table, 0.0)
    total = agreement @ counts - agreement.diagonal()  # less the person's own, which is among those of their kind
    people = known.astype(np.float64) @ counts - known.diagonal()
    means = np.divide(total, people, out=np.full(len(kinds), np.nan), where=people > 0)
    return np.asarray(means[kind], dtype=np.float64)


def _agreement(people: Ints, order: int, row: _Row) -> Floats:
    return pair_agreement(people, np.intp(order), row.candidates)


def _orders(rows: Sequence[_Row]) -> Ints:
    return np.array([order_of_text(row.order) for row in rows], dtype=np.intp)
