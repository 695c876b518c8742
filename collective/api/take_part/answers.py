"""The answers to a task as JSON, turned into the fields of the page's form: one reader checks both."""

from typing import Any

from rest_framework import serializers

from elicitation.drafts import FormFields
from elicitation.protocol import HIGHEST_SCORE, LOWEST_SCORE, RANKING_STEPS

LONGEST_TEXT = 100_000


class GivenRankingSerializer(serializers.Serializer[Any]):
    """A ranking: a place per response (1 is best, the same place is a tie), or that it was skipped."""

    places = serializers.DictField(child=serializers.IntegerField(min_value=1, max_value=6), required=False)
    skip = serializers.BooleanField(required=False, default=False)
    why = serializers.CharField(required=False, default="", allow_blank=True, max_length=LONGEST_TEXT)


class AnswersSerializer(serializers.Serializer[Any]):
    """What is given on a task. Letters are those the task was shown with; what is left out was skipped."""

    unacceptable = serializers.ListField(child=serializers.CharField(max_length=1), required=False)
    none_unacceptable = serializers.BooleanField(required=False, default=False)
    why_unacceptable = serializers.CharField(required=False, default="", allow_blank=True, max_length=LONGEST_TEXT)
    personal = GivenRankingSerializer(required=False)
    world = GivenRankingSerializer(required=False)
    importance = serializers.IntegerField(required=False, allow_null=True)
    representativeness = serializers.IntegerField(required=False, allow_null=True)
    subjectivity = serializers.IntegerField(required=False, allow_null=True)
    scores = serializers.DictField(
        child=serializers.IntegerField(min_value=LOWEST_SCORE, max_value=HIGHEST_SCORE),
        required=False,
        help_text="By the criterion's id.",
    )
    own_criterion = serializers.CharField(required=False, default="", allow_blank=True, max_length=LONGEST_TEXT)
    own_score = serializers.IntegerField(
        required=False, allow_null=True, min_value=LOWEST_SCORE, max_value=HIGHEST_SCORE
    )
    seconds = serializers.DictField(
        child=serializers.FloatField(min_value=0), required=False, help_text="Seconds spent per screen."
    )
    revision = serializers.IntegerField(
        required=False, default=0, min_value=0, max_value=10**8, help_text="Of the draft this builds on; 0 for none."
    )


def to_fields(given: dict[str, Any]) -> FormFields:
    """Return validated answers as the fields of the page's form (see `elicitation.answers`)."""
    fields: dict[str, list[str]] = {
        "unacceptable": given.get("unacceptable", []),
        "unacceptable_none": ["1"] if given["none_unacceptable"] else [],
        "unacceptable_why": [given["why_unacceptable"]],
        "own_criterion": [given["own_criterion"]],
        "own_score": _number(given.get("own_score")),
        "revision": [str(given["revision"])],
    }
    for step in RANKING_STEPS:
        ranking = given.get(step) or {}
        fields |= {f"{step}_place_{letter}": [str(place)] for letter, place in ranking.get("places", {}).items()}
        fields[f"{step}_skip"] = ["1"] if ranking.get("skip") else []
        fields[f"{step}_why"] = [ranking.get("why", "")]
    for scale in ("importance", "representativeness", "subjectivity"):
        fields[scale] = _number(given.get(scale))
    fields |= {f"score_{criterion}": [str(score)] for criterion, score in given.get("scores", {}).items()}
    return fields


def _number(value: int | None) -> list[str]:
    return [] if value is None else [str(value)]
