"""`comparisons.jsonl`: one prompt a line, with its responses and everybody's assessments."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Max

from elicitation.models import Prompt, Response, Study

from .assessments import AssessmentStore, ReadAssessment
from .reading import Fields, in_batches, quoted
from .records import PERSON_KEY, read_assessment, stored, to_write
from .streaming import Streamed

FILE = "comparisons.jsonl"
_LETTERS = "ABCDEF"


@dataclass
class ReadPrompt:
    """A line of the file: the prompt, its responses, and its assessments yet unread."""

    source: Fields
    key: str
    messages: list[dict[str, str]]
    responses: list[list[dict[str, str]]]
    metadata: dict[str, Any]


def read_prompt(line: Fields) -> ReadPrompt:
    """Read a line's prompt and responses. Raises `BadInput` naming the field."""
    prompt = line.object("prompt")
    responses = line.objects("responses")
    if not 2 <= len(responses) <= 6:
        raise line.error("responses", f"2 to 6 responses are expected, there are {len(responses)}")
    by_letter = {response.text("response_index"): response.messages("messages") for response in responses}
    expected = _LETTERS[: len(responses)]
    if sorted(by_letter) != list(expected):
        raise line.error("responses", f"each of the letters {', '.join(expected)} is expected once as response_index")
    metadata = {
        "line": line.others("prompt_id", "prompt", "responses", "metadata"),
        "prompt": prompt.others("id", "messages"),
        "metadata": line.object("metadata").others("assessments"),
    }
    key = line.key("prompt_id")
    if (prompt_id := prompt.text("id", default=key)) != key:
        metadata["prompt"]["id"] = prompt_id
    return ReadPrompt(
        source=line,
        key=key,
        messages=prompt.messages("messages"),
        responses=[by_letter[letter] for letter in expected],
        metadata={name: fields for name, fields in metadata.items() if fields},
    )


class ComparisonsImport:
    """Takes the lines of a file into a study, a batch at a time."""

    def __init__(self, study: Study, store: AssessmentStore) -> None:
        self.study = study
        self.store = store
        self.prompts_added = 0
        last = study.prompts.aggregate(last=Max("position"))["last"]
        self._next_position = 0 if last is None else last + 1
        self._lines_of: dict[str, int] = {}

    def run(self, lines: Iterable[Fields]) -> None:
        """Import every line. Raises `BadInput`; the caller's transaction then undoes all."""
        for gathered in in_batches(lines):
            batch = [self._read(line) for line in gathered]
            prompts = self._prompts(batch)
            self.store.add(
                [
                    ReadAssessment(
                        prompt_pk=prompts[item.key].pk,
                        prompt_key=item.key,
                        candidates=len(item.responses),
                        source=source,
                        record=read_assessment(source, candidates=len(item.responses)),
                    )
                    for item in batch
                    for source in item.source.object("metadata").objects("assessments")
                ]
            )

    @property
    def prompts_read(self) -> int:
        """How many lines there were."""
        return len(self._lines_of)

    def _read(self, line: Fields) -> ReadPrompt:
        item = read_prompt(line)
        first = self._lines_of.setdefault(item.key, line.line)
        if first != line.line:
            raise line.error("prompt_id", f"{quoted(item.key)} stands in line {first} already")
        return item

    def _prompts(self, batch: list[ReadPrompt]) -> dict[str, Prompt]:
        keys = [item.key for item in batch]
        present = {
            prompt.key: prompt for prompt in self.study.prompts.filter(key__in=keys).prefetch_related("responses")
        }
        for item in batch:
            if item.key in present:
                _require_same(present[item.key], item)
        new = [item for item in batch if item.key not in present]
        made = Prompt.objects.bulk_create(
            Prompt(
                study=self.study,
                key=item.key,
                position=self._next_position + offset,
                messages=item.messages,
                candidates=len(item.responses),
                metadata=item.metadata,
            )
            for offset, item in enumerate(new)
        )
        Response.objects.bulk_create(
            Response(prompt=prompt, letter=letter, messages=messages, source=Response.Source.IMPORTED)
            for prompt, item in zip(made, new, strict=True)
            for letter, messages in zip(prompt.letters, item.responses, strict=True)
        )
        self._next_position += len(made)
        self.prompts_added += len(made)
        return present | {prompt.key: prompt for prompt in made}


def _require_same(prompt: Prompt, item: ReadPrompt) -> None:
    if prompt.messages != item.messages:
        raise item.source.error("prompt.messages", f"the study has a prompt {quoted(item.key)} with another transcript")
    if [response.messages for response in prompt.responses.all()] != item.responses:
        raise item.source.error("responses", f"the study has a prompt {quoted(item.key)} with other responses")


def write_lines(study: Study) -> Iterator[dict[str, Any]]:
    """Yield the lines of the file: prompts in the study's order, their assessments by the person's key."""
    ordered = stored(to_write(study).order_by("prompt__position", PERSON_KEY))
    assessments = Streamed((item.prompt_pk, item.record.to_json()) for item in ordered)
    prompts = study.prompts.order_by("position").prefetch_related("responses")
    for prompt in prompts.iterator(chunk_size=20):
        yield _line(prompt, assessments.of(prompt.pk))
    assessments.finish()


def _line(prompt: Prompt, assessments: list[dict[str, Any]]) -> dict[str, Any]:
    extra = prompt.metadata
    return {
        "prompt_id": prompt.key,
        "prompt": {"id": prompt.key, "messages": prompt.messages, **extra.get("prompt", {})},
        "responses": [
            {"response_index": response.letter, "messages": response.messages} for response in prompt.responses.all()
        ],
        "metadata": {"assessments": assessments, **extra.get("metadata", {})},
        **extra.get("line", {}),
    }
