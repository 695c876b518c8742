"""Files of the format for tests: say only what the test is about, the rest is filled in."""

from pathlib import Path
from typing import Any

from datasets.exporting import encode

LETTERS = "ABCDEF"


def assessment(person: str = "p1", **fields: Any) -> dict[str, Any]:
    """Return an assessment with a world ranking of four."""
    blocks = {"unacceptable": [], "personal": [], "world": [{"rationale": "Because.", "ranking": "A>B=C>D"}]}
    return {
        "annotator_id": person,
        "conversation_id": "q1",
        "importance": "Very important",
        "representativeness": "",
        "subjectivity": "",
        "ranking_blocks": blocks | fields.pop("blocks", {}),
    } | fields


def comparison(key: str = "q1", *assessments: dict[str, Any], responses: int = 4, **fields: Any) -> dict[str, Any]:
    """Return a line of `comparisons.jsonl`."""
    return {
        "prompt_id": key,
        "prompt": {"id": key, "messages": [{"role": "user", "content": f"What about {key}?"}]},
        "responses": [
            {"response_index": letter, "messages": [{"role": "assistant", "content": f"Answer {letter}."}]}
            for letter in LETTERS[:responses]
        ],
        "metadata": {"assessments": [{**given, "conversation_id": key} for given in assessments]},
    } | fields


def annotator(person: str = "p1", *assessments: dict[str, Any], **demographics: Any) -> dict[str, Any]:
    """Return a line of `annotators.jsonl`."""
    return {"annotator_id": person, "demographics": demographics, "assessments": list(assessments)}


def rubric(key: str = "q1", **fields: Any) -> dict[str, Any]:
    """Return a line of `conversation_rubrics.jsonl` with one criterion and one score."""
    message = {"author": {"role": "user"}, "content": {"parts": [f"What about {key}?"]}}
    return {
        "conversation": {"id": key, "messages": [message]},
        "coval_full": [
            {"rubric_item_id": "c1", "criterion": "Is kind.", "scores": [{"annotator_id": "p1", "score": 7}]}
        ],
        "coval_core": [{"criterion": "Is kind."}],
    } | fields


def merged(key: str = "q1", person: str = "p1", **fields: Any) -> dict[str, Any]:
    """Return a row of `merged_comparisons_annotators.jsonl`."""
    return {"prompt_id": key, **assessment(person, conversation_id=key), "demographics": {}} | fields


def write(folder: Path, name: str, *lines: dict[str, Any] | bytes) -> Path:
    """Write a file; a line given as bytes stands in it as it is."""
    path = folder / name
    path.write_bytes(b"".join(line if isinstance(line, bytes) else encode(line) for line in lines))
    return path
