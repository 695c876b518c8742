"""The two gates an edit passes: mild on select, strict and corrected on holdout, and no group or section may pay."""

from typing import Any

import numpy as np
import pytest

from measures.agreement import Rankings
from measures.rankings import order_of_text
from spec_loop.agreement import RankedPrompt, StudyRankings
from spec_loop.loop import testing
from spec_loop.loop.losses import Loss, group_loss, section_loss, worst
from spec_loop.loop.plan import LoopPlan
from spec_loop.loop.testing import choose_survivors, enough_resamples, measure_on_holdout, measure_on_select
from spec_loop.models import CandidateEdit, Run, SplitPrompt

from .studies_of_noise import GivenMaterial

Outcome = CandidateEdit.Outcome
Part = SplitPrompt.Part
PLAN = LoopPlan(resamples=500)
LIKED, REVERSED, NEUTRAL = (order_of_text(text) for text in ("A>B>C>D", "D>C>B>A", "A=B=C=D"))


def material(edited, *, base=NEUTRAL, prompts=30, people=20, noise=0.3, seed=0) -> GivenMaterial:
    """Return a study whose people mostly like A>B>C>D, where the base ranks every prompt by `base`."""
    rng = np.random.default_rng(seed)
    prompt, person = (grid.ravel() for grid in np.meshgrid(np.arange(prompts), np.arange(people), indexing="ij"))
    order = np.where(rng.random(prompt.size) < noise, rng.integers(0, 75, prompt.size), LIKED)
    study = StudyRankings(
        rankings=Rankings(prompt, person, order, np.full(prompts, 4)),
        prompts=[RankedPrompt(number + 1, f"q{number}", 4) for number in range(prompts)],
        participants=list(range(people)),
        ranking_ids=list(range(prompt.size)),
    )
    parts = np.array([list(Part)[number % 3].value for number in range(prompts)])
    answers = {"edited": np.asarray(edited) * np.ones(prompts, dtype=np.intp)}
    made = GivenMaterial(run=Run(seed=3), study=study, parts=parts, answers=answers)
    made.__dict__["base"] = np.full(prompts, base, dtype=np.intp)
    return made


def effect_of(tested: CandidateEdit, part: str) -> dict[str, Any]:
    found: dict[str, Any] | None = getattr(tested, f"{part}_effect")
    assert found is not None
    return found


def edit(**fields) -> CandidateEdit:
    return CandidateEdit(**{"number": 1, "spec_hash": "edited"} | fields)


def test_an_edit_that_helps_survives_select():
    tested = edit()
    measure_on_select(material(LIKED), tested, PLAN)
    assert (tested.outcome, tested.reason) == (Outcome.UNTESTED, "")
    assert effect_of(tested, "select")["low"] > 0
    assert (effect_of(tested, "select")["prompts"], effect_of(tested, "select")["changed"]) == (10, 10)
    assert choose_survivors([tested], PLAN) == [tested]


def test_an_edit_that_harms_is_stopped_on_select():
    tested = edit()
    measure_on_select(material(REVERSED), tested, PLAN)
    assert tested.outcome == Outcome.STOPPED
    assert choose_survivors([tested], PLAN) == []


def test_an_edit_that_changes_no_ranking_is_stopped_with_that_reason():
    tested = edit()
    measure_on_select(material(NEUTRAL), tested, PLAN)
    assert (tested.outcome, tested.reason) == (Outcome.STOPPED, "It changes no ranking on the select prompts.")


def test_an_edit_of_which_too_many_prompts_went_unanswered_is_not_judged():
    answers = np.where(np.arange(30) % 3 == 1, np.where(np.arange(30) < 12, -1, LIKED), LIKED)
    tested = edit()
    measure_on_select(material(answers), tested, PLAN)
    assert tested.outcome == Outcome.UNTESTED
    assert tested.reason == "The ranker answered on only 6 of 10 select prompts."
    assert choose_survivors([tested], PLAN) == []


def test_only_the_best_survivors_are_looked_at_on_holdout_and_the_others_say_so():
    edits = [
        edit(number=number, select_effect={"estimate": gain}) for number, gain in ((1, 0.02), (2, 0.09), (3, 0.05))
    ]
    assert [one.number for one in choose_survivors(edits, LoopPlan(most_survivors=2))] == [2, 3]
    assert edits[0].outcome == Outcome.STOPPED
    assert "best 2" in edits[0].reason


def test_an_edit_that_helps_is_recommended_by_its_corrected_interval():
    tested = edit()
    measure_on_holdout(material(LIKED), tested, [], PLAN, tested=4)
    effect = effect_of(tested, "holdout")
    assert (tested.outcome, tested.reason) == (Outcome.RECOMMENDED, "")
    assert 0 < effect["corrected_low"] <= effect["low"] <= effect["estimate"] <= effect["high"]
    assert effect["high"] <= effect["corrected_high"]
    assert (effect["tested"], effect["prompts"]) == (4, 10)


def test_a_gain_that_the_correction_takes_back_is_not_confirmed():
    """On 10 prompts of which few change, the interval excludes zero alone and includes it among many."""
    answers = np.where(np.isin(np.arange(30), [2, 5, 8, 11]), LIKED, NEUTRAL)  # 4 of the 10 holdout prompts
    alone, among = edit(), edit()
    measure_on_holdout(material(answers), alone, [], PLAN, tested=1)
    measure_on_holdout(material(answers), among, [], PLAN, tested=40)
    assert alone.outcome == Outcome.RECOMMENDED
    assert among.outcome == Outcome.NOT_CONFIRMED
    assert "corrected for 40 edits" in among.reason
    assert effect_of(alone, "holdout")["estimate"] == effect_of(among, "holdout")["estimate"]


def test_the_holdout_test_reads_no_other_prompts():
    """An edit that helps everywhere but on holdout must not be confirmed."""
    elsewhere = np.where(np.arange(30) % 3 == 2, REVERSED, LIKED)
    tested = edit()
    measure_on_holdout(material(elsewhere), tested, [], PLAN, tested=1)
    assert tested.outcome == Outcome.NOT_CONFIRMED
    assert effect_of(tested, "holdout")["estimate"] < 0


def loss(kind=Loss.GROUP, label="65+", estimate=-0.06, margin=0.05):
    return Loss(kind, "age" if kind == Loss.GROUP else "tone", label, 30, estimate, -0.1, 0.01, margin)


def test_an_edit_that_helps_overall_and_costs_a_group_too_much_is_not_recommended():
    tested = edit()
    losses = [loss(), loss(label="18-24", estimate=0.2), loss(kind=Loss.SECTION, label="Tone", estimate=-0.01)]
    measure_on_holdout(material(LIKED), tested, losses, PLAN, tested=1)
    assert tested.outcome == Outcome.HARMS
    assert tested.reason == "People with age “65+” lose 0.060 of agreement, more than the margin of 0.050."
    assert effect_of(tested, "holdout")["worst_group"] == {
        "question": "age", "value": "65+", "people": 30, "estimate": -0.06, "low": -0.1, "high": 0.01
    }  # fmt: skip
    assert [group["value"] for group in effect_of(tested, "holdout")["groups"]] == ["65+", "18-24"]
    assert [section["section"] for section in effect_of(tested, "holdout")["sections"]] == ["tone"]


def test_a_section_counts_as_a_group_does():
    tested = edit()
    measure_on_holdout(material(LIKED), tested, [loss(kind=Loss.SECTION, label="Tone")], PLAN, tested=1)
    assert (tested.outcome, tested.reason) == (
        Outcome.HARMS,
        "Section tone loses 0.060 of agreement, more than the margin of 0.050.",
    )


def test_a_loss_within_the_margin_is_allowed():
    tested = edit()
    measure_on_holdout(material(LIKED), tested, [loss(estimate=-0.05)], PLAN, tested=1)
    assert tested.outcome == Outcome.RECOMMENDED


def test_the_worst_is_the_one_that_loses_most():
    assert worst([]) is None
    most = loss(label="x", estimate=-0.2)
    assert worst([loss(estimate=0.1), most, loss(estimate=-0.1)]) == most


def test_an_undefined_difference_is_no_loss():
    nothing = testing.gain(material(LIKED), edit(), np.zeros(600, dtype=bool), resamples=100, confidence=0.95)
    assert group_loss("age", "65+", 0, nothing, 0.05) is None
    assert section_loss("tone", "Tone", 0, nothing, 0.05) is None


@pytest.mark.parametrize(("tested", "expected"), [(1, 2000), (2, 4000), (10, 20000), (100, 40000)])
def test_a_bound_far_out_gets_the_resamples_it_needs(tested, expected):
    assert enough_resamples(LoopPlan(), tested) == expected
