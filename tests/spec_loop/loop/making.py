"""Makers of what the loop works on: small studies whose crowd wants something the spec does not ask for, and runs."""

import time
from typing import Any

import numpy as np
from django.utils import timezone

from elicitation.models import AnswerState, Assessment, Block, IntakeAnswer, Prompt, Ranking, Response, Study
from measures.rankings import LETTERS, places_by_score, weak_order_texts
from measures.rankings import order_of_places as rows_of
from spec_loop.loop.plan import LoopPlan
from spec_loop.loop.runs import start_run
from spec_loop.loop.working import Outlook, work_on
from spec_loop.models import Document, Run
from spec_loop.versions import import_spec
from tests.factories import make_participant, make_study

SPEC = """\
# Answering {#answering authority=user}

The assistant should be brief.

## Tone {#tone authority=user}

The assistant should sound friendly and warm.

## Sources {#sources authority=guideline}

The assistant should mention where its figures come from.
"""

MANNERS = (
    "Certainly careful considerate thorough balanced explanation following several viewpoints",
    "Friendly warmly spoken brief sentence without details",
    "Stern lecture about duties blame guilt punishment",
    "Figures sources references statistics numbers quoted everywhere",
)
"""Manners of the four answers to each prompt. The crowd likes the first, which the spec does not mention."""

QUICK = LoopPlan(
    batch_size=6, edits_per_batch=2, single_cases=3, edits_per_case=1, opinions_per_case=4, most_edits=4, placebos=2,
    reruns=2, resamples=200, first_delay_seconds=0.05, attempts=4, lease_seconds=2.0, fewest_people=4,
)  # fmt: skip
"""A plan of a few dozen requests, with a short patience."""


def make_ranked_study(*, prompts: int = 18, people: int = 8, seed: int = 0, **fields: Any) -> Study:
    """Make a study whose people rank every prompt and like the first manner best; half of them are old."""
    rng = np.random.default_rng(seed)
    study = make_study(**fields)
    persons = [make_participant(study, key=f"p{number}") for number in range(people)]
    IntakeAnswer.objects.bulk_create(
        IntakeAnswer(
            participant=person,
            key="age",
            state=AnswerState.ANSWERED,
            value="65+" if number % 2 else "18-24",
            original="",
        )
        for number, person in enumerate(persons)
    )
    made = [_prompt(study, number, rng) for number in range(prompts)]
    for prompt, liking in made:
        for person in persons:
            order = places_by_score(liking + rng.normal(0, 0.5, 4), tolerance=0.2)
            _assess(prompt, person, weak_order_texts(4)[int(rows_of(order))])
    return study


def make_document(study: Study, *, name: str = "", text: str = SPEC) -> Document:
    """Import the spec for a study."""
    return import_spec(by=None, name=name or f"spec-of-{study.slug}", data=text.encode(), study=study).document


def make_run(study: Study, **fields: Any) -> Run:
    """Start a run of the offline baseline with the quick plan; say what is to be different."""
    document = fields.pop("document", None) or make_document(study)
    defaults: dict[str, Any] = {
        "by": None,
        "study": study,
        "document": document,
        "ranker": "offline",
        "proposer": "offline",
        "block": Block.PERSONAL,
        "seed": 1,
        "plan": QUICK,
    }
    return start_run(**defaults | fields)


def work_until_over(run: Run, *, seconds: float = 60) -> Run:
    """Work on a run, in this process, until it is over; return it as it then is."""
    end = time.monotonic() + seconds
    while work_on(run.pk, seconds=seconds) is not Outlook.OVER:
        assert time.monotonic() < end, "the run does not come to an end"
        time.sleep(0.02)
    run.refresh_from_db()
    return run


def outcome_of(run: Run) -> dict[str, Any]:
    """Return everything a run found, without ids and times: what must not depend on how it was worked on."""
    edits = run.edits.order_by("number").values(
        "number", "edit", "section_id", "intent", "is_placebo", "proposed_by", "sources", "times_proposed",
        "spec_hash", "outcome", "reason", "select_effect", "holdout_effect",
    )  # fmt: skip
    evidence = run.study.proposals.order_by("candidate__number", "evidence__stance", "evidence__ranking").values_list(
        "candidate__number",
        "effect",
        "is_recommended",
        "evidence__stance",
        "evidence__ranking__assessment__prompt__key",
        "evidence__ranking__assessment__participant__key",
        "evidence__before",
        "evidence__after",
    )
    split = dict(run.split.values_list("prompt__key", "part"))
    return {
        "status": run.status,
        "split": split,
        "edits": list(edits),
        "proposals": sorted(evidence, key=str),
        "result": run.result,
    }


def _prompt(study: Study, number: int, rng: np.random.Generator) -> tuple[Prompt, np.ndarray]:
    prompt = Prompt.objects.create(
        study=study,
        key=f"q{number:02d}",
        position=number,
        messages=[{"role": "user", "content": f"What should I know about matter number {number}?"}],
        candidates=4,
    )
    order = rng.permutation(4)
    liking = np.array([1.5, 0.5, -1.0, 0.0])[order]
    Response.objects.bulk_create(
        Response(
            prompt=prompt,
            letter=LETTERS[place],
            messages=[{"role": "assistant", "content": f"{MANNERS[manner]}, matter {number}."}],
            source=Response.Source.WRITTEN,
        )
        for place, manner in enumerate(order)
    )
    return prompt, liking


def _assess(prompt: Prompt, person: Any, order: str) -> None:
    assessment = Assessment.objects.create(
        prompt=prompt,
        participant=person,
        protocol=prompt.study.protocols.get(),
        submitted_at=timezone.now(),
    )
    Ranking.objects.create(
        assessment=assessment,
        block=Block.PERSONAL,
        state=AnswerState.ANSWERED,
        order=order,
        candidates=4,
        justification="I like a careful answer with several viewpoints." if person.pk % 2 else "",
    )
