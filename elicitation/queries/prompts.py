"""Find prompts of a study."""

from typing import Any

from django.db.models import F, QuerySet

from elicitation.models import Prompt, Study

from .progress import with_assessment_counts

ORDERS = {
    "": ("position",),
    "least": (F("assessment_count").asc(), "position"),
    "most": (F("assessment_count").desc(), "position"),
}
"""Orders of a list of prompts by the name it is asked for."""


def find_prompts(study: Study, *, words: str = "", topic: str = "", order: str = "") -> QuerySet[Prompt, Any]:
    """Return a study's prompts with `assessment_count`; `words` are looked for in the messages and the key."""
    found = with_assessment_counts(study.prompts.all())
    if topic:
        found = found.filter(topic=topic)
    for word in words.split():
        found = found.filter(messages__icontains=word) | found.filter(key__icontains=word)
    return found.order_by(*ORDERS.get(order, ORDERS[""]))


def topics(study: Study) -> list[str]:
    """Return the topics of a study's prompts, in the order of the alphabet."""
    return list(study.prompts.exclude(topic="").order_by("topic").values_list("topic", flat=True).distinct())
