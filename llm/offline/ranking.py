"""Rank candidates as the offline baseline reads a spec: the spec's weights times what the answers show."""

from typing import Final

import numpy as np

from llm.questions import Ranked, RankQuestion
from measures.rankings import format_ranking, places_by_score

from .dimensions import Floats, dimensions, response_features
from .spec_weights import SpecWeights, spec_weights

TIE_WIDTH: Final = 0.05
"""Scores closer than this share of the spec's whole weight (its length as a vector) are tied."""

_MOST_CITED: Final = 4
_LEAST_SHARE: Final = 0.15


def rank(question: RankQuestion) -> Ranked:
    """Return the order of the candidates, the sections that made it, and the reason in a sentence."""
    letters = list(question.candidates)
    features = np.array([response_features(text) for text in question.candidates.values()])
    weights = spec_weights(question.spec)
    scores = features @ weights.total
    places = places_by_score(scores, tolerance=tie_width(weights))
    apart = _difference(features, scores)
    return Ranked(
        ranking=format_ranking(places),
        cited=_cited(weights, apart),
        reason=_reason(weights, apart, letters[int(np.argmax(scores))]) if places.any() else _NO_GROUND,
    )


def tie_width(weights: SpecWeights) -> float:
    """Return the distance of scores up to which two answers are tied."""
    return TIE_WIDTH * float(np.linalg.norm(weights.total)) + 1e-9


def _difference(features: Floats, scores: Floats) -> Floats:
    """Return in what the better answers differ from the worse: features weighed by the centred scores."""
    centred = scores - scores.mean()
    size = float(np.abs(centred).sum())
    difference: Floats = centred @ features / size if size > 0 else np.zeros(features.shape[1])
    return difference


def _cited(weights: SpecWeights, apart: Floats) -> list[str]:
    """Return the sections that pulled the candidates apart the way they went, the strongest first."""
    pulls = weights.sections @ apart
    whole = float(np.clip(pulls, 0, None).sum())
    if whole <= 0:
        return []
    order = np.argsort(-pulls, kind="stable")[:_MOST_CITED]
    return [weights.ids[place] for place in order if pulls[place] >= _LEAST_SHARE * whole]


_NO_GROUND: Final = "Offline baseline: the spec's wording gives no ground to prefer one candidate."


def _reason(weights: SpecWeights, apart: Floats, best: str) -> str:
    """Return one sentence naming the dimensions that counted most."""
    pulls = weights.total * apart
    counted = [place for place in np.argsort(-pulls, kind="stable")[:3] if pulls[place] > 0]
    named = [f"{'more' if weights.total[place] > 0 else 'less'} {dimensions()[place].name}" for place in counted]
    return f"Offline baseline: by word cues, candidate {best} shows {', '.join(named)}, as the spec's wording asks."
