"""The dimensions see in an answer what its author annotated: without that, everything above would be noise."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from datasets.demo.content import TRAITS, prompts
from llm.offline.dimensions import dimensions, index_of, response_features

LEAST_CORRELATION = {
    "perspectives": 0.6,
    "takes_side": 0.5,
    "refuses": 0.5,
    "warns": 0.35,
    "moralises": 0.6,
    "empathises": 0.3,
    "steps": 0.7,
    "hedges": 0.5,
    "refers": 0.5,
    "asks": 0.7,
    "informs": 0.25,
    "autonomy": 0.3,
}
"""Set below what was measured; on the prompts that were not in view when the cues were written."""


def test_there_are_about_twenty_dimensions_and_each_says_how_to_ask_for_it():
    assert 20 <= len(dimensions()) <= 28
    assert all(one.name and one.more and one.less and one.more_intent and one.less_intent for one in dimensions())
    assert {key for one in dimensions() for key in one.near} <= {one.key for one in dimensions()}


@pytest.mark.parametrize("trait", list(TRAITS))
def test_a_feature_follows_the_annotation_on_prompts_not_in_view(trait: str):
    unseen = prompts()[1::2]
    features = np.array([[response_features(one.text)[index_of(trait)] for one in prompt.answers] for prompt in unseen])
    annotated = np.array([prompt.trait_matrix[:, list(TRAITS).index(trait)] for prompt in unseen])
    assert np.corrcoef(features.ravel(), annotated.ravel())[0, 1] >= LEAST_CORRELATION[trait]


@given(st.text())
def test_features_of_any_text_lie_between_0_and_1(text: str):
    features = response_features(text)
    assert features.shape == (len(dimensions()),)
    assert ((features >= 0) & (features <= 1)).all()


def test_features_cannot_be_changed_by_whoever_gets_them():
    with pytest.raises(ValueError, match="read-only"):
        response_features("Some text.")[0] = 1.0
