"""What the baseline proposes, and its placebos, apply to real documents by the documents' own rules."""

import pytest

from datasets.demo.content import prompts, spec_path
from llm.offline import answer, placebo_edits
from llm.questions import ProposedEdit, ProposeQuestion
from spec_loop.document import Edit, Operation, apply_edit, spec_text

from .crowds import case

SPEC = spec_path().read_text("utf-8")


def after(edit: ProposedEdit) -> str:
    return apply_edit(SPEC, Edit(Operation(edit.operation), edit.section_id, edit.anchor, edit.text))


@pytest.mark.parametrize("edit", placebo_edits(spec_text(SPEC), 40, seed=3), ids=lambda edit: edit.section_id)
def test_a_placebo_applies(edit: ProposedEdit):
    assert after(edit) != SPEC


def test_every_proposed_edit_applies():
    cases = tuple(case(prompt) for prompt in prompts()[::3])
    edits = answer(ProposeQuestion(spec=spec_text(SPEC), cases=cases, mode="batch", limit=10)).edits
    assert len(edits) >= 3
    assert all(edit.text in after(edit) for edit in edits)
