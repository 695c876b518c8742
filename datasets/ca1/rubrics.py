"""`conversation_rubrics.jsonl`: the criteria of one prompt a line, everybody's scores, the core items.

In the public files a conversation's id is not that of the prompt in `comparisons.jsonl`: the two id spaces are
disjoint. A line whose id no prompt has is therefore matched by its transcript.
"""

import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Max, Prefetch
from django.db.models.functions import Collate

from elicitation.models import AnswerState, Assessment, Criterion, Prompt, Score, Study
from elicitation.queries.counted import standing_scores
from rubrics.models import CoreItem

from .people import People
from .reading import Fields, in_batches, quoted
from .streaming import Streamed

FILE = "conversation_rubrics.jsonl"

Transcript = tuple[tuple[str, str], ...]


class RubricsImport:
    """Takes the lines of a file into a study whose prompts are there already."""

    def __init__(self, study: Study, people: People) -> None:
        self.study = study
        self.people = people
        self.criteria_added = 0
        self.scores_added = 0
        self.core_items_added = 0
        self.unknown_prompts = 0
        self._lines_of: dict[str, int] = {}
        self._taken: set[int] = set()
        self._by_transcript: dict[Transcript, int | None] = {}

    def run(self, lines: Iterable[Fields]) -> None:
        """Import every line. Raises `BadInput`; the caller's transaction then undoes all."""
        for batch in in_batches(lines):
            keyed = {self._key(line): line for line in batch}
            prompts = {prompt.key: prompt for prompt in self.study.prompts.filter(key__in=keyed)}
            for key, line in keyed.items():
                prompt = prompts.get(key) or self._of_transcript(line.object("conversation"))
                if prompt is None or prompt.pk in self._taken:
                    self.unknown_prompts += 1
                else:
                    self._taken.add(prompt.pk)
                    self._take(prompt, line)

    def _key(self, line: Fields) -> str:
        conversation = line.object("conversation")
        key = conversation.key("id")
        first = self._lines_of.setdefault(key, line.line)
        if first != line.line:
            raise conversation.error("id", f"{quoted(key)} stands in line {first} already")
        return key

    def _of_transcript(self, conversation: Fields) -> Prompt | None:
        """Return the only prompt with the line's transcript; None where there is none, or more than one."""
        if not self._by_transcript:
            for pk, messages in self.study.prompts.values_list("pk", "messages").iterator():
                transcript = _comparable((message["role"], message["content"]) for message in messages)
                self._by_transcript[transcript] = None if transcript in self._by_transcript else pk
        wanted = _comparable(_read_message(item) for item in conversation.objects("messages"))
        found = self._by_transcript.get(wanted)
        return self.study.prompts.get(pk=found) if found else None

    def _take(self, prompt: Prompt, line: Fields) -> None:
        self._keep_conversation(prompt, line)
        items = line.objects("coval_full", optional=True)
        criteria = self._criteria(prompt, items)
        self.people.ensure(
            score.key("annotator_id") for item in items for score in item.objects("scores", optional=True)
        )
        self._scores(prompt, criteria, items)
        self._core(prompt, line)

    def _keep_conversation(self, prompt: Prompt, line: Fields) -> None:
        """Keep the line's own way of writing the prompt where it is not ours, so that an export has it again."""
        line.require_shallow("conversation")
        conversation = line.content["conversation"]
        if conversation != _conversation(prompt) and "conversation" not in prompt.metadata:
            prompt.metadata["conversation"] = conversation
            prompt.save(update_fields=["metadata"])

    def _core(self, prompt: Prompt, line: Fields) -> None:
        core = [item.text("criterion") for item in line.objects("coval_core", optional=True)]
        present = list(prompt.core_items.order_by("position").values_list("text", flat=True))
        if core and present and present != core:
            raise line.error("coval_core", f"the study has other core items for {quoted(prompt.key)}")
        if not present:
            CoreItem.objects.bulk_create(
                CoreItem(prompt=prompt, position=position, text=text) for position, text in enumerate(core)
            )
            self.core_items_added += len(core)

    def _criteria(self, prompt: Prompt, items: list[Fields]) -> dict[str, Criterion]:
        present = {criterion.key: criterion for criterion in prompt.criteria.all()}
        last = prompt.criteria.aggregate(last=Max("position"))["last"]
        position = -1 if last is None else last
        seen: set[str] = set()
        new: dict[str, Criterion] = {}
        for item in items:
            key, text = item.key("rubric_item_id"), item.text("criterion")
            if key in seen:
                raise item.error("rubric_item_id", f"{quoted(key)} stands in this rubric twice")
            seen.add(key)
            if key in present:
                if present[key].text != text:
                    raise item.error("criterion", f"the study has a criterion {quoted(key)} with another text")
                continue
            position += 1
            new[key] = Criterion(prompt=prompt, key=key, position=position, text=text, origin=Criterion.Origin.IMPORTED)
        Criterion.objects.bulk_create(new.values())
        self.criteria_added += len(new)
        return present | new

    def _scores(self, prompt: Prompt, criteria: dict[str, Criterion], items: list[Fields]) -> None:
        present = {
            (score.participant_id, score.criterion_id): score.value
            for score in Score.objects.filter(criterion__prompt=prompt)
        }
        assessments = dict(Assessment.objects.filter(prompt=prompt).values_list("participant_id", "pk"))
        new = []
        for item in items:
            criterion = criteria[item.content["rubric_item_id"]]
            for source in item.objects("scores", optional=True):
                value, person = read_score(source), self.people[source.content["annotator_id"]]
                if (person, criterion.pk) not in present:
                    present[person, criterion.pk] = value
                    new.append(
                        Score(
                            participant_id=person,
                            criterion=criterion,
                            assessment_id=assessments.get(person),
                            state=AnswerState.SKIPPED if value is None else AnswerState.ANSWERED,
                            value=value,
                        )
                    )
                elif present[person, criterion.pk] != value:
                    named = quoted(source.content["annotator_id"])
                    raise source.error("score", f"{named} has given another score before")
        Score.objects.bulk_create(new)
        self.scores_added += len(new)


def read_score(source: Fields) -> int | None:
    """Return a score, None for a skipped one (null). Raises `BadInput` for anything else than -10 to 10."""
    if "score" not in source.content:
        raise source.error("score", "it is missing")
    value = source.content["score"]
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if value is not None and (not isinstance(value, int) or isinstance(value, bool) or not -10 <= value <= 10):
        raise source.error("score", f"{quoted(value)} is not a whole number from -10 to 10")
    return value


def _read_message(source: Fields) -> tuple[str, str]:
    """Return role and text of a message as these files write it: `author.role`, `content.parts`."""
    parts = source.object("content").content.get("parts")
    if not isinstance(parts, list) or not all(isinstance(part, str) for part in parts):
        raise source.error("content.parts", "a list of texts is expected")
    return source.object("author").text("role"), " ".join(parts)


def _comparable(messages: Iterable[tuple[str, str]]) -> Transcript:
    """Return a transcript such that those of the two files are equal: they differ in blanks, case and bold letters.

    What one calls "system", the other calls "developer".
    """
    return tuple(
        ("developer" if role == "system" else role, " ".join(unicodedata.normalize("NFKC", text).casefold().split()))
        for role, text in messages
    )


def write_lines(study: Study) -> Iterator[dict[str, Any]]:
    """Yield the lines of the file: prompts that have criteria or core items, in the study's order."""
    scores = Streamed(_scores(study))
    criteria = Criterion.objects.order_by("position", Collate("key", "C"))
    prompts = study.prompts.order_by("position").prefetch_related("core_items", Prefetch("criteria", criteria))
    for prompt in prompts.iterator(chunk_size=20):
        full, core = list(prompt.criteria.all()), list(prompt.core_items.all())
        if full or core:
            yield {
                "conversation": prompt.metadata.get("conversation") or _conversation(prompt),
                "coval_full": [
                    {"rubric_item_id": criterion.key, "criterion": criterion.text, "scores": scores.of(criterion.pk)}
                    for criterion in full
                ],
                "coval_core": [{"criterion": item.text} for item in core],
            }
    scores.finish()


def _scores(study: Study) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield every score with its criterion, in the order in which the file holds them."""
    rows = (
        Score.objects.filter(
            standing_scores(with_excluded=True),
            criterion__prompt__study=study,
            participant__consented_at__isnull=False,
        )
        .order_by(
            "criterion__prompt__position",
            "criterion__position",
            Collate("criterion__key", "C"),
            Collate("participant__key", "C"),
        )
        .values_list("criterion_id", "participant__key", "value")
    )
    for criterion, person, value in rows.iterator(chunk_size=2000):
        yield criterion, {"annotator_id": person, "score": value}


def _conversation(prompt: Prompt) -> dict[str, Any]:
    return {"id": prompt.key, "messages": [_message(message) for message in prompt.messages]}


def _message(message: dict[str, str]) -> dict[str, Any]:
    return {"author": {"role": message["role"]}, "content": {"parts": [message["content"]]}}
