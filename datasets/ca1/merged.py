"""`merged_comparisons_annotators.jsonl`: one row per prompt and person, for those who want one flat table.

Everything in it stands in the other files too, so an import only checks that it agrees with them.
"""

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from elicitation.models import Assessment, IntakeAnswer, Study

from . import annotators
from .assessments import Repeats, same_answers
from .reading import Fields, in_batches, quoted
from .records import PERSON_KEY, StoredAssessment, read_assessment, stored, to_write
from .streaming import Streamed

FILE = "merged_comparisons_annotators.jsonl"


class MergedCheck:
    """Compares the rows of a file with the assessments a study has."""

    def __init__(self, study: Study, repeats: str) -> None:
        self.study = study
        self.repeats = repeats
        self.checked = 0
        self.dropped = 0

    def run(self, lines: Iterable[Fields]) -> None:
        """Check every row. Raises `BadInput` for one that the study does not have, or has with other answers."""
        for batch in in_batches(lines):
            present = self._present(batch)
            for line in batch:
                self._check(line, present)

    def _present(self, batch: list[Fields]) -> dict[tuple[str, str], StoredAssessment]:
        found = Assessment.objects.filter(
            prompt__study=self.study,
            prompt__key__in={line.key("prompt_id") for line in batch},
            participant__key__in={line.key("annotator_id") for line in batch},
        )
        return {(item.prompt, item.record.participant): item for item in stored(found.order_by("pk"))}

    def _check(self, line: Fields, present: dict[tuple[str, str], StoredAssessment]) -> None:
        prompt, person = line.content["prompt_id"], line.content["annotator_id"]
        known = present.get((prompt, person))
        if known is None:
            raise line.error(
                "prompt_id", f"no assessment of {quoted(prompt)} by {quoted(person)} is in the other files"
            )
        if same_answers(known.record, read_assessment(line, candidates=known.candidates)):
            self.checked += 1
        elif self.repeats == Repeats.KEEP_FIRST:
            self.dropped += 1
        else:
            raise line.error(
                "annotator_id", f"{quoted(person)} has other answers on {quoted(prompt)} in the other files"
            )


def write_lines(study: Study) -> Iterator[dict[str, Any]]:
    """Yield the rows: prompts in the study's order, within them people by key."""
    ordered = to_write(study).order_by("prompt__position", PERSON_KEY)
    rows = Streamed((item.prompt_pk, item) for item in stored(ordered))
    facts = Demographics()
    for pk, messages, candidates in (
        study.prompts.order_by("position").values_list("pk", "messages", "candidates").iterator(chunk_size=100)
    ):
        turns = _turns(messages, candidates)
        items = rows.of(pk)
        facts.need(item.participant_pk for item in items)
        for item in items:
            yield {
                "prompt_id": item.prompt,
                **item.record.to_json(),
                "demographics": facts[item.participant_pk],
                **turns,
            }
    rows.finish()


class Demographics:
    """What people said about themselves, by their primary key: fetched when needed, a bounded number held."""

    MOST = 2000

    def __init__(self) -> None:
        self._held: dict[int, dict[str, str | None]] = {}

    def __getitem__(self, person: int) -> dict[str, str | None]:
        return self._held[person]

    def need(self, people: Iterable[int]) -> None:
        """Fetch those of `people` that are not at hand. What was held before may go."""
        wanted = set(people)
        if len(self._held) + len(wanted - self._held.keys()) > self.MOST:
            self._held = {}
        missing = wanted - self._held.keys()
        if missing:
            answers = IntakeAnswer.objects.filter(participant__in=missing).order_by("participant")
            self._held |= {person: {} for person in missing} | {
                person: annotators.demographics(given)
                for person, given in groupby(answers, key=lambda answer: answer.participant_id)
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
