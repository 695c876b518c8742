"""Which texts of an item are translated."""

import hashlib
import json
from collections.abc import Iterator
from typing import Any, Final

from elicitation.models import Criterion, Prompt, ProtocolVersion, Response, Study
from elicitation.protocol import default_steps

Item = Study | ProtocolVersion | Prompt | Response | Criterion
Text = str | list[dict[str, str]]

MESSAGES: Final = "messages"
STUDY_FIELDS: Final = ("title", "description", "information_text", "consent_text", "thanks_text")
_COLUMNS: Final[dict[type[Any], tuple[str, ...]]] = {
    Study: STUDY_FIELDS,
    Prompt: (MESSAGES,),
    Response: (MESSAGES,),
    Criterion: ("text",),
}


def source_texts(item: Item) -> dict[str, Text]:
    """Return an item's texts as they were written, by field; empty ones are left out."""
    if isinstance(item, ProtocolVersion):
        return {text: text for text in dict.fromkeys(_texts_of_protocol(item)) if text.strip()}
    return {field: getattr(item, field) for field in _COLUMNS[type(item)] if getattr(item, field)}


def source_text(item: Item, field: str) -> Text:
    """Return one text of an item as it was written."""
    if isinstance(item, ProtocolVersion):
        return field
    text: Text = getattr(item, field)
    return text


def digest(text: Text) -> str:
    """Return what a text is recognised by: another one has another digest."""
    canonical = text if isinstance(text, str) else json.dumps(text, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _texts_of_protocol(version: ProtocolVersion) -> Iterator[str]:
    yield from (step["question"] for step in version.steps or default_steps())
    for question in version.intake:
        yield question["question"]
        yield from question["options"]
    for item in version.quiz.get("items", ()):
        yield item["question"]
        for option in item["options"]:
            yield option["text"]
            yield option["feedback"]
