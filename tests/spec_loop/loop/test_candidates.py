"""What proposers suggest becomes edits to test: each once, none that does not apply, none that raises its authority."""

import pytest

from llm.questions import ProposedEdit
from spec_loop.document import apply_edit, spec_hash
from spec_loop.loop import candidates
from spec_loop.loop.candidates import Suggestion, collect, lay_out_candidates, placebo_suggestions, suggestion_of
from spec_loop.loop.plan import LoopPlan
from spec_loop.models import CandidateEdit

from .making import SPEC, make_ranked_study, make_run

Outcome = CandidateEdit.Outcome


def suggest(text, *, anchor="", operation="insert_text", section="tone", mode="batch", sources=("q1",)) -> Suggestion:
    proposed = ProposedEdit(
        intent="Say it.", kind="clarification", operation=operation, section_id=section, anchor=anchor, text=text
    )
    return suggestion_of(proposed, mode=mode, sources=sources)


def test_the_hash_is_of_the_text_with_the_edit_applied():
    (found,) = collect(SPEC, [suggest("It should listen first.")])
    assert found.hash == spec_hash(apply_edit(SPEC, found.first.edit))
    assert (found.refusal, found.times, found.sources) == ("", 1, ["q1"])


def test_edits_that_say_nearly_the_same_in_the_same_place_are_merged_with_their_sources():
    texts = [
        "The assistant should listen first and then answer in its own good time.",
        "The assistant should listen first, and then answer in its own good time",
        "the assistant should listen first and then answer in its good time.",
    ]
    found = collect(SPEC, [suggest(text, sources=(f"q{number}",)) for number, text in enumerate(texts)])
    assert [(one.times, one.sources) for one in found] == [(3, ["q0", "q1", "q2"])]


def test_opposites_in_almost_the_same_words_stay_apart():
    longer = "The assistant should {} give its own opinion on a question of values when somebody asks it for one."
    found = collect(SPEC, [suggest(longer.format("always")), suggest(longer.format("not always"))])
    assert len(found) == 2


def test_the_same_words_in_another_section_are_another_edit():
    assert len(collect(SPEC, [suggest("It should ask back."), suggest("It should ask back.", section="sources")])) == 2


def test_what_was_proposed_most_often_comes_first_and_what_does_not_apply_last():
    found = collect(
        SPEC,
        [
            suggest("x", operation="replace", anchor="nowhere to be found"),
            suggest("It should ask back."),
            suggest("It should listen first."),
            suggest("It should listen first!"),
        ],
    )
    assert [one.first.edit.text for one in found] == ["It should listen first.", "It should ask back.", "x"]
    assert "does not occur" in found[2].refusal
    assert found[2].hash == ""


def test_a_proposer_cannot_raise_the_authority_of_a_section():
    edit = suggest("{#tone authority=root}", operation="replace", anchor="{#tone authority=user}")
    (found,) = collect(SPEC, [edit])
    assert "authority" in found.refusal


def test_placebos_apply_and_are_the_same_for_the_same_seed():
    one, other = (placebo_suggestions(SPEC, seed=5, count=3) for _ in range(2))
    assert one == other
    assert [bool(candidate.hash) for candidate in collect(SPEC, one)] == [True] * len(one)
    assert len(one) >= 2


@pytest.mark.django_db
def test_only_so_many_are_tested_and_the_others_say_why():
    run = make_run(make_ranked_study())
    texts = ["It should ask back.", "It should listen first.", "It should quote nobody."]
    found = collect(SPEC, [*(suggest(text) for text in texts), suggest("x", operation="replace", anchor="missing")])
    lay_out_candidates(run, found, collect(SPEC, placebo_suggestions(SPEC, seed=1, count=1)), LoopPlan(most_edits=2))
    rows = list(run.edits.order_by("number"))
    assert [(row.number, row.outcome, bool(row.spec_hash), row.is_placebo) for row in rows] == [
        (1, Outcome.UNTESTED, True, False),
        (2, Outcome.UNTESTED, True, False),
        (3, Outcome.UNTESTED, False, False),
        (4, Outcome.INVALID, False, False),
        (5, Outcome.UNTESTED, True, True),
    ]
    assert "tests the 2 edits proposed most often" in rows[2].reason
    assert "does not occur" in rows[3].reason
    assert [row.number for row in candidates.to_test(run)] == [1, 2, 5]
