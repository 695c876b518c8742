"""Placebos apply cleanly, differ from one another, and hardly move the offline ranker."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from datasets.demo.content import prompts
from llm.offline import placebo_edits
from llm.questions import ProposeQuestion

from .crowds import agreement, applied, case, demo_spec
from .specs import one_section


def test_there_are_as_many_as_asked_each_elsewhere_and_each_changes_the_text():
    edits = placebo_edits(demo_spec(), 12, seed=1)
    assert len({(edit.section_id, edit.anchor) for edit in edits}) == len(edits) == 12
    assert all(applied(demo_spec(), edit).text != demo_spec().text for edit in edits)
    assert {edit.operation for edit in edits} == {"replace", "insert_text"}


def test_the_seed_decides():
    assert placebo_edits(demo_spec(), 6, seed=1) == placebo_edits(demo_spec(), 6, seed=1)
    assert placebo_edits(demo_spec(), 6, seed=1) != placebo_edits(demo_spec(), 6, seed=2)


def test_they_hardly_move_the_offline_ranker():
    cases = [case(prompt) for prompt in prompts()[:12]]
    before = agreement(demo_spec(), cases)
    gains = [agreement(applied(demo_spec(), edit), cases) - before for edit in placebo_edits(demo_spec(), 12, seed=4)]
    assert np.mean(np.abs(gains)) < 0.015


@settings(max_examples=60, deadline=None)
@given(body=st.text(max_size=300), count=st.integers(0, 5), seed=st.integers(0, 2**32))
def test_any_spec_gets_valid_placebos_or_none(body: str, count: int, seed: int):
    spec = one_section(f"{body}\n\nThe assistant should explain this, because it often matters. {body}")
    edits = placebo_edits(spec, count, seed)
    assert len(edits) <= count
    problems = [
        ProposeQuestion.model_construct(spec=spec, cases=(), mode="batch", limit=9)._problem(edit) for edit in edits
    ]
    assert problems == [""] * len(edits)
