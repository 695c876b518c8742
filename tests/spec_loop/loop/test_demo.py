"""The loop on the demo study: it finds what was planted there, and finds nothing where nothing is."""

import numpy as np
import pytest
from django.db import connection
from scipy.stats import binom

from datasets.demo.content import spec_path
from elicitation.models import Block, Ranking, Study
from measures.rankings import order_of_places, weak_order_texts, weak_orders
from spec_loop.loop.plan import LoopPlan
from spec_loop.loop.runs import start_run
from spec_loop.models import CandidateEdit, Document, Proposal, Run
from spec_loop.versions import import_spec

from .making import work_until_over

pytestmark = pytest.mark.django_db

Outcome = CandidateEdit.Outcome
PLANTED = {"give_one_answer", "moral_stakes"}
"""The sections that `datasets.demo.planted` says the crowd disagrees with."""


@pytest.fixture
def study(demo: Study, db: None) -> Study:
    return demo


def document() -> Document:
    return import_spec(by=None, name="demo-under-test", data=spec_path().read_bytes()).document


def run_loop(study: Study, *, seed: int, plan: LoopPlan | None = None, spec: Document | None = None) -> Run:
    run = start_run(
        by=None,
        study=study,
        document=spec or document(),
        ranker="offline",
        proposer="offline",
        block=Block.PERSONAL,
        seed=seed,
        plan=plan,
    )
    return work_until_over(run, seconds=120)


def test_it_finds_the_planted_disagreement_and_recommends_edits_that_hold_on_holdout(study):
    run = run_loop(study, seed=1)
    assert run.status == Run.Status.DONE
    recommended = list(run.edits.filter(outcome=Outcome.RECOMMENDED, is_placebo=False))
    assert {edit.section_id for edit in recommended} & PLANTED == PLANTED
    for edit in recommended:
        effect = edit.holdout_effect
        assert effect is not None
        assert effect["estimate"] >= effect["corrected_low"] > 0
        assert effect["worst_group"]["estimate"] >= -0.05
        assert effect["prompts"] == run.result["prompts"]["holdout"]
    assert run.result["placebo"] == {"tested": 4, "accepted": 0}
    assert run.result["rerun"] == {"prompts": 11, "pair_agreement": 1.0, "identical": 11}

    proposals = Proposal.objects.filter(candidate__in=recommended)
    assert proposals.count() == len(recommended)
    for proposal in proposals.prefetch_related("evidence__ranking__assessment__prompt"):
        assert (proposal.status, proposal.is_recommended) == (Proposal.Status.TESTED, True)
        tested_on = set(run.split.exclude(part="explore").values_list("prompt_id", flat=True))
        evidence = list(proposal.evidence.all())
        assert {row.ranking.assessment.prompt_id for row in evidence} <= tested_on
        assert all((row.after > row.before) == (row.stance == "for") for row in evidence)
        assert sum(row.stance == "for" for row in evidence) == 8


NULL_PLAN = LoopPlan(single_cases=2, placebos=1, reruns=0, most_edits=6, resamples=400, fewest_people=10**6)
SEEDS = 20


def shuffle_rankings(study: Study, *, seed: int) -> None:
    """Give every ranking its letters anew, at random: ties and people stay, what was liked is lost."""
    rng = np.random.default_rng(seed)
    answered = Ranking.objects.filter(assessment__prompt__study=study, block=Block.PERSONAL).exclude(order="")
    ids, orders = zip(*answered.order_by("pk").values_list("pk", "order"), strict=True)
    places = weak_orders(4)[[_ORDERS[order] for order in orders]]
    shuffled = [weak_order_texts(4)[order] for order in order_of_places(rng.permuted(places, axis=1))]
    with connection.cursor() as cursor:
        cursor.execute(
            'UPDATE elicitation_ranking AS ranking SET "order" = drawn.text '
            "FROM unnest(%s::bigint[], %s::text[]) AS drawn (pk, text) WHERE ranking.id = drawn.pk",
            [list(ids), shuffled],
        )


_ORDERS = {text: number for number, text in enumerate(weak_order_texts(4))}


def test_on_shuffled_rankings_it_recommends_no_more_often_than_its_error_rate_allows(study):
    """Whoever looks for edits in noise must find none that stand; the demo's own rankings give at least two (above).

    That the gates would let noise through if they were set otherwise is shown in `test_error_rate`.
    """
    spec, found = document(), 0
    for seed in range(SEEDS):
        shuffle_rankings(study, seed=seed)
        run = run_loop(study, seed=seed, plan=NULL_PLAN, spec=spec)
        assert run.edits.exclude(spec_hash="").exists(), "there must be something that could be recommended"
        found += run.edits.filter(outcome=Outcome.RECOMMENDED, is_placebo=False).exists()
    assert found <= binom.ppf(0.99, SEEDS, NULL_PLAN.alpha)
