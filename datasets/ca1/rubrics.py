"""`conversation_rubrics.jsonl`: the criteria of one prompt a line, everybody's scores, the core items."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from django.db.models import Max, Prefetch

from elicitation.models import AnswerState, Criterion, Prompt, Score, Study
from rubrics.models import CoreItem

from .people import People
from .reading import Fields

FILE = "conversation_rubrics.jsonl"
_BATCH_LINES = 20


class RubricsImport:
    """Takes the lines of a file into a study whose prompts are there already."""

    def __init__(self, study: Study, people: People) -> None:
        self.study = study
        self.people = people
        self.criteria_added = 0
        self.scores_added = 0
        self.unknown_prompts = 0

    def run(self, lines: Iterable[Fields]) -> None:
        """Import every line. Raises `BadInput`; the caller's transaction then undoes all."""
        iterator = iter(lines)
        while batch := list(islice(iterator, _BATCH_LINES)):
            named = {line.object("conversation").text("id"): line for line in batch}
            prompts = {prompt.key: prompt for prompt in self.study.prompts.filter(key__in=named)}
            self.unknown_prompts += len(named) - len(prompts)
            for key, prompt in prompts.items():
                self._take(prompt, named[key])

    def _take(self, prompt: Prompt, line: Fields) -> None:
        items = line.objects("coval_full", optional=True)
        criteria = self._criteria(prompt, items)
        self.people.ensure(
            score.text("annotator_id") for item in items for score in item.objects("scores", optional=True)
        )
        self._scores(criteria, items)
        core = [item.text("criterion") for item in line.objects("coval_core", optional=True)]
        present = list(prompt.core_items.values_list("text", flat=True))
        if not present:
            CoreItem.objects.bulk_create(
                CoreItem(prompt=prompt, position=position, text=text) for position, text in enumerate(core)
            )
        elif core and present != core:
            raise line.error("coval_core", f"the study has other core items for {prompt.key!r}")

    def _criteria(self, prompt: Prompt, items: list[Fields]) -> dict[str, Criterion]:
        present = {criterion.key: criterion for criterion in prompt.criteria.all()}
        last = prompt.criteria.aggregate(last=Max("position"))["last"]
        position = -1 if last is None else last
        new: dict[str, Criterion] = {}
        for item in items:
            key, text = item.text("rubric_item_id"), item.text("criterion")
            if key in new:
                raise item.error("rubric_item_id", f"{key!r} stands in this rubric twice")
            if key in present:
                if present[key].text != text:
                    raise item.error("criterion", f"the study has a criterion {key!r} with another text")
                continue
            position += 1
            new[key] = Criterion(prompt=prompt, key=key, position=position, text=text, origin=Criterion.Origin.IMPORTED)
        Criterion.objects.bulk_create(new.values())
        self.criteria_added += len(new)
        return present | new

    def _scores(self, criteria: dict[str, Criterion], items: list[Fields]) -> None:
        present = {
            (score.participant_id, score.criterion_id): score.value
            for score in Score.objects.filter(criterion__in=criteria.values())
        }
        new = []
        for item in items:
            criterion = criteria[item.content["rubric_item_id"]]
            for source in item.objects("scores", optional=True):
                value = read_score(source)
                place = (self.people[source.text("annotator_id")], criterion.pk)
                if place not in present:
                    present[place] = value
                    new.append(
                        Score(
                            participant_id=place[0],
                            criterion=criterion,
                            state=AnswerState.SKIPPED if value is None else AnswerState.ANSWERED,
                            value=value,
                        )
                    )
                elif present[place] != value:
                    raise source.error("score", f"{source.content['annotator_id']!r} has given another score before")
        Score.objects.bulk_create(new)
        self.scores_added += len(new)


def read_score(source: Fields) -> int | None:
    """Return a score, None for a skipped one (null). Raises `BadInput` for anything else than -10 to 10."""
    value = source.content.get("score", "")
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if value is not None and (not isinstance(value, int) or isinstance(value, bool) or not -10 <= value <= 10):
        raise source.error("score", f"{value!r} is not a whole number from -10 to 10")
    return value


def write_lines(study: Study) -> Iterator[dict[str, Any]]:
    """Yield the lines of the file: prompts that have criteria or core items, in the study's order."""
    given = Prefetch("scores", Score.objects.select_related("participant").order_by("participant__key"))
    prompts = study.prompts.order_by("position").prefetch_related(
        "responses", "core_items", Prefetch("criteria", Criterion.objects.order_by("position").prefetch_related(given))
    )
    for prompt in prompts.iterator(chunk_size=20):
        criteria, core = list(prompt.criteria.all()), list(prompt.core_items.all())
        if criteria or core:
            yield {
                "conversation": {"id": prompt.key, "messages": [_message(message) for message in prompt.messages]},
                "coval_full": [_full_item(criterion) for criterion in criteria],
                "coval_core": [{"criterion": item.text} for item in core],
            }


def _message(message: dict[str, str]) -> dict[str, Any]:
    return {"author": {"role": message["role"]}, "content": {"parts": [message["content"]]}}


def _full_item(criterion: Criterion) -> dict[str, Any]:
    return {
        "rubric_item_id": criterion.key,
        "criterion": criterion.text,
        "scores": [{"annotator_id": score.participant.key, "score": score.value} for score in criterion.scores.all()],
    }
