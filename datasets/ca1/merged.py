"""`merged_comparisons_annotators.jsonl`: one row per prompt and person, for those who want one flat table.

Everything in it stands in the other files too, so an import only checks that it agrees with them.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from elicitation.models import Assessment, Study

from . import annotators
from .reading import Fields
from .records import stored

FILE = "merged_comparisons_annotators.jsonl"


def check_lines(study: Study, lines: Iterable[Fields]) -> int:
    """Check that every row is an assessment the study has; return how many there are. Raises `BadInput`."""
    present = set(
        Assessment.objects.filter(prompt__study=study).values_list("prompt__key", "participant__key").iterator()
    )
    count = 0
    for line in lines:
        pair = line.text("prompt_id"), line.text("annotator_id")
        if pair not in present:
            raise line.error("prompt_id", f"no assessment of {pair[0]!r} by {pair[1]!r} is in the other files")
        count += 1
    return count


def write_lines(study: Study) -> Iterator[dict[str, Any]]:
    """Yield the rows: prompts in the study's order, within them people by key."""
    facts = {person.key: annotators.demographics(person) for person in annotators.people(study)}
    turns = {
        pk: _turns(messages, candidates)
        for pk, messages, candidates in study.prompts.values_list("pk", "messages", "candidates").iterator()
    }
    ordered = Assessment.objects.filter(prompt__study=study).order_by("prompt__position", "participant__key")
    for item in stored(ordered):
        yield {
            "prompt_id": item.prompt,
            **item.record.to_json(),
            "demographics": facts[item.record.participant],
            **turns[item.prompt_pk],
        }


def _turns(messages: list[dict[str, str]], candidates: int) -> dict[str, Any]:
    user = sum(message["role"] == "user" for message in messages)
    assistant = sum(message["role"] == "assistant" for message in messages)
    return {
        "num_candidates": candidates,
        "turns_user": user,
        "turns_assistant": assistant,
        "assistant_turn_share": assistant / (user + assistant) if user + assistant else 0.0,
    }
