"""The cases a proposer reads: explore prompts where crowd and ranker differ, with what people said."""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from django.db.models import Avg, Count, Q

from elicitation.models import AnswerState, Criterion, Prompt, Ranking
from elicitation.queries.counted import counted, standing_scores
from llm.questions import Case, Message, Opinion
from measures.agreement import NOT_RANKED, best_single_rankings, crowd_orders, pair_agreement_of
from measures.rankings import Floats, weak_order_texts
from spec_loop.models import SplitPrompt
from spec_loop.rankers import stored_rankings

from .material import Material

CRITERIA_PER_CASE = 8


def widest_gaps(material: Material) -> list[int]:
    """Return the explore prompts (their numbers in the material) on which the ranker can gain, most to gain first.

    What can be gained is the agreement of the best single ranking less the ranker's: disagreement among people
    themselves is no fault of the spec.
    """
    rankings = material.rankings.where(material.within([SplitPrompt.Part.EXPLORE]))
    best = _mean_by_prompt(rankings.prompt, pair_agreement_of(rankings, best_single_rankings(rankings)), material)
    ours = _mean_by_prompt(rankings.prompt, pair_agreement_of(rankings, material.base), material)
    gaps = best - ours
    known = [number for number in np.argsort(-gaps, kind="stable") if not np.isnan(gaps[number])]
    return [int(number) for number in known if gaps[number] > 0]


def make_cases(material: Material, prompt_ids: Sequence[int], *, opinions: int) -> list[Case]:
    """Return the cases of prompts, in the order given, each with at most `opinions` people.

    Which people are quoted is drawn from the run's seed, those who gave a reason first.
    """
    prompts = Prompt.objects.prefetch_related("responses").in_bulk(list(prompt_ids))
    ranked = stored_rankings(material.run.base_version.hash, material.run.ranker, prompt_ids)
    said = _opinions(material, prompt_ids, most=opinions)
    criteria = _criteria(material, prompt_ids)
    numbers = {prompt.pk: number for number, prompt in enumerate(material.study.prompts)}
    crowd = crowd_orders(material.rankings)
    cases = []
    for pk in prompt_ids:
        prompt, number = prompts[pk], numbers[pk]
        if pk not in ranked or crowd[number] == NOT_RANKED:
            continue
        cases.append(
            Case(
                prompt_key=prompt.key,
                messages=tuple(Message(role=turn["role"], content=turn["content"]) for turn in prompt.messages),
                candidates={response.letter: response.text for response in prompt.responses.all()},
                ranker_order=ranked[pk].order,
                cited=tuple(ranked[pk].cited),
                crowd_order=weak_order_texts(prompt.candidates)[crowd[number]],
                people=tuple(said[pk]),
                criteria=tuple(criteria[pk]),
            )
        )
    return cases


def _mean_by_prompt(prompt: np.ndarray, values: Floats, material: Material) -> Floats:
    """Return the mean of the known values of each prompt, shape (P,); NaN where none is known."""
    known, size = ~np.isnan(values), len(material.study.prompts)
    counts = np.bincount(prompt[known], minlength=size)
    sums = np.bincount(prompt[known], weights=values[known], minlength=size)
    return np.divide(sums, counts, out=np.full(size, np.nan), where=counts > 0)


def _opinions(material: Material, prompt_ids: Sequence[int], *, most: int) -> dict[int, list[Opinion]]:
    rows = (
        Ranking.objects.filter(
            counted("assessment__", as_of=material.run.created_at),
            assessment__prompt__in=prompt_ids,
            block=material.run.block,
            state=AnswerState.ANSWERED,
            pk__lte=material.run.last_ranking,
        )
        .order_by("assessment__prompt__key", "assessment__participant__key")
        .values_list("assessment__prompt_id", "assessment__prompt__key", "order", "justification")
    )
    by_prompt: dict[tuple[int, str], list[Opinion]] = defaultdict(list)
    for pk, key, order, justification in rows:
        by_prompt[pk, key].append(Opinion(ranking=order, justification=justification))
    return defaultdict(
        list, {pk: _drawn(found, most, [material.run.seed, *key.encode()]) for (pk, key), found in by_prompt.items()}
    )


def _drawn(opinions: list[Opinion], most: int, entropy: list[int]) -> list[Opinion]:
    """Draw whom to quote: at random, people with reasons before those without."""
    order = np.random.default_rng([abs(number) for number in entropy]).permutation(len(opinions))
    return sorted((opinions[i] for i in order), key=lambda opinion: not opinion.justification.strip())[:most]


def _criteria(material: Material, prompt_ids: Sequence[int]) -> dict[int, list[tuple[str, float]]]:
    """Return the criteria of each prompt that most people scored, with their mean scores."""
    answered = Q(scores__state=AnswerState.ANSWERED) & standing_scores("scores__", as_of=material.run.created_at)
    rows = (
        Criterion.objects.filter(prompt__in=prompt_ids)
        .annotate(mean=Avg("scores__value", filter=answered), people=Count("scores", filter=answered))
        .filter(people__gt=0)
        .order_by("-people", "position", "pk")
    )
    found: dict[int, list[tuple[str, float]]] = defaultdict(list)
    for criterion in rows:
        if len(found[criterion.prompt_id]) < CRITERIA_PER_CASE:
            found[criterion.prompt_id].append((criterion.text, round(criterion.mean, 2)))
    return found
