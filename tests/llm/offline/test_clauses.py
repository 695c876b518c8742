"""A sentence is read for what it asks for; getting the sign wrong would turn the whole ranking round."""

import pytest

from llm.offline.clauses import Reading, clauses
from llm.offline.dimensions import dimensions


def signs(text: str, reading: Reading = Reading.PROSE) -> dict[str, int]:
    totals: dict[str, float] = {}
    for _, found in clauses(text, reading=reading):
        for clause in found:
            key = dimensions()[clause.dimension].key
            totals[key] = totals.get(key, 0.0) + clause.weight
    return {key: 1 if weight > 0 else -1 for key, weight in totals.items()}


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("The assistant should present several perspectives.", {"perspectives": 1}),
        ("The assistant should not present several perspectives.", {"perspectives": -1}),
        ("The assistant shouldn't present several perspectives.", {"perspectives": -1}),
        ("The model must never moralise.", {"moralises": -1}),
        ("The assistant should avoid lecturing the user.", {"moralises": -1}),
        ("The assistant should give practical steps rather than moralise.", {"steps": 1, "moralises": -1}),
        ("Instead of moralising, the assistant should give practical steps.", {"steps": 1}),
        ("The assistant should not hesitate to give practical advice.", {"steps": 1}),
        ("The assistant should not only show empathy.", {"empathises": 1}),
        ("The assistant should write without flattery, and should cite sources.", {"flatters": -1, "sources": 1}),
        ("The assistant should not moralise, but should give practical advice.", {"moralises": -1, "steps": 1}),
        ("The assistant should not refuse a question because a lecture was given before.", {"refuses": -1}),
        ("Never lecture the user.", {"moralises": -1}),
    ],
)
def test_a_sentence_asks_for_and_against(sentence: str, expected: dict[str, int]):
    assert signs(sentence) == expected


@pytest.mark.parametrize(
    "sentence",
    [
        "Several perspectives exist on most questions.",
        "Where a message shows several perspectives, the assistant should say hello.",
        "Users should cite their sources.",
        "",
        "…!?",
    ],
)
def test_what_does_not_instruct_the_assistant_is_silent(sentence: str):
    assert signs(sentence) == {}


def test_a_heading_is_an_order_and_prose_is_not():
    assert signs("Present several perspectives", Reading.ORDERS) == {"perspectives": 1}
    assert signs("Present several perspectives") == {}
    assert signs("Don't be sycophantic", Reading.ORDERS) == {"flatters": -1}


@pytest.mark.parametrize("dimension", dimensions(), ids=lambda dimension: dimension.key)
@pytest.mark.parametrize("direction", ["more", "less"])
def test_what_the_baseline_would_write_it_reads_as_meant(dimension, direction):
    """A proposed clause that reads otherwise than it was meant would make the proposer chase its own errors."""
    found = signs(f"The assistant should {getattr(dimension, direction)}.")
    assert found[dimension.key] == (1 if direction == "more" else -1)
