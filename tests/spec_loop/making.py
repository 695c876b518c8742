"""Makers of proposals for tests, with an effect as the loop writes it."""

import itertools
from typing import Any

from elicitation.models import Study
from spec_loop.models import Proposal
from spec_loop.versions import import_spec

SPEC = """\
# Answering {#answering}

How the assistant answers.

## Sides {#sides authority=user}

The assistant should name both sides of a question, see [?](#harm).

## Harm {#harm authority=root}

The assistant must never help anybody to hurt others.
"""

EFFECT = {
    "select": {"estimate": 0.061, "low": 0.018, "high": 0.102, "prompts": 11},
    "holdout": {
        "estimate": 0.052,
        "low": 0.021,
        "high": 0.083,
        "p_value": 0.001,
        "corrected_low": 0.009,
        "corrected_high": 0.094,
        "tested": 4,
        "prompts": 14,
        "changed": 9,
    },
    "sections": [
        {"section": "sides", "title": "Sides", "prompts": 9, "estimate": 0.081, "low": 0.03, "high": 0.13},
        {"section": "harm", "title": "Harm", "prompts": 4, "estimate": 0.004, "low": -0.02, "high": 0.03},
    ],
    "groups": [
        {"question": "gender", "value": "Female", "people": 98, "estimate": 0.055, "low": 0.02, "high": 0.09},
        {"question": "gender", "value": "Male", "people": 93, "estimate": 0.048, "low": 0.01, "high": 0.08},
        {
            "question": "country_of_residence",
            "value": "Chile",
            "people": 12,
            "estimate": -0.031,
            "low": -0.1,
            "high": 0.04,
        },
    ],
    "worst_group": {
        "question": "country_of_residence",
        "value": "Chile",
        "people": 12,
        "estimate": -0.031,
        "low": -0.1,
        "high": 0.04,
    },
    "margin": 0.05,
    "placebo": {"tested": 4, "accepted": 0},
    "outcome": "recommended",
    "reason": "",
}

_numbers = itertools.count(1)


def make_proposal(study: Study, **fields: Any) -> Proposal:
    """Make a tested proposal for the sections of `SPEC`, with an effect as the loop writes it."""
    document = (
        fields.pop("document", None)
        or import_spec(by=None, name=f"spec-{next(_numbers)}", data=SPEC.encode(), study=study).document
    )
    edit = fields.pop("edit", {"operation": "replace", "section_id": "sides", "anchor": "both", "text": "all"})
    return Proposal.objects.create(
        **{
            "study": study,
            "document": document,
            "base_version": document.current,
            "edit": edit,
            "section_id": edit["section_id"],
            "authority": "user",
            "intent": "Name every side people see, not two only.",
            "kind": Proposal.Kind.CHANGE_OF_PRINCIPLE,
            "status": Proposal.Status.TESTED,
            "is_recommended": True,
            "effect": EFFECT,
        }
        | fields
    )
