"""`annotators.jsonl`: one person a line, with what they said about themselves and their assessments."""

import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models.functions import Collate

from elicitation.models import AnswerState, IntakeAnswer, Participant, Study

from .assessments import AssessmentStore, ReadAssessment
from .reading import Fields, in_batches, quoted
from .records import PERSON_KEY, read_assessment, stored, to_write
from .streaming import Streamed

FILE = "annotators.jsonl"
_LONGEST_QUESTION = 100
# The public files' order; other questions of a study follow by name.
DEMOGRAPHICS = (
    "age",
    "gender",
    "education_level",
    "country_of_residence",
    "generative_ai_usage",
    "ai_concern_level",
    "ideal-model-behavior",
)


class AnnotatorsImport:
    """Takes the lines of a file into a study whose prompts are there already."""

    def __init__(self, study: Study, store: AssessmentStore) -> None:
        self.study = study
        self.store = store
        self.unknown_prompts = 0
        self._prompts = {
            key: (pk, candidates) for key, pk, candidates in study.prompts.values_list("key", "pk", "candidates")
        }
        self._lines_of: dict[str, int] = {}

    def run(self, lines: Iterable[Fields]) -> None:
        """Import every line. Raises `BadInput`; the caller's transaction then undoes all."""
        for batch in in_batches(lines):
            keys = [self._key(line) for line in batch]
            self.store.people.ensure(keys)
            self._store_demographics(dict(zip(keys, batch, strict=True)))
            self.store.add([item for line in batch for item in self._assessments(line)])

    def _key(self, line: Fields) -> str:
        key = line.key("annotator_id")
        first = self._lines_of.setdefault(key, line.line)
        if first != line.line:
            raise line.error("annotator_id", f"{quoted(key)} stands in line {first} already")
        return key

    def _assessments(self, line: Fields) -> Iterator[ReadAssessment]:
        key = line.content["annotator_id"]
        for source in line.objects("assessments", optional=True):
            if source.text("annotator_id", default=key) != key:
                raise source.error("annotator_id", f"it is not the person of this line, {quoted(key)}")
            source.content.setdefault("annotator_id", key)
            prompt_key = source.text("conversation_id")
            if prompt_key not in self._prompts:
                self.unknown_prompts += 1
                continue
            pk, candidates = self._prompts[prompt_key]
            record = read_assessment(source, candidates=candidates)
            yield ReadAssessment(pk, prompt_key, candidates, source, record)

    def _store_demographics(self, lines: dict[str, Fields]) -> None:
        present = {
            (answer.participant_id, answer.key): answer
            for answer in IntakeAnswer.objects.filter(participant__in=[self.store.people[key] for key in lines])
        }
        new = []
        for key, line in lines.items():
            for answer in read_demographics(line, self.store.people[key]):
                known = present.get((answer.participant_id, answer.key))
                if known is None:
                    new.append(answer)
                elif (known.state, known.original) != (answer.state, answer.original):
                    raise line.error(f"demographics.{answer.key}", f"{quoted(key)} has given another answer before")
        IntakeAnswer.objects.bulk_create(new)


def read_demographics(line: Fields, participant_pk: int) -> Iterator[IntakeAnswer]:
    """Yield the intake answers of a line: text is answered, null or "" skipped, an absent field not asked."""
    for name, value in line.object("demographics").content.items() if "demographics" in line.content else ():
        if len(name) > _LONGEST_QUESTION:
            raise line.error("demographics", f"a name in it is longer than {_LONGEST_QUESTION} characters")
        if value is not None and not isinstance(value, str):
            raise line.error(f"demographics.{name}", "text is expected")
        normal = unicodedata.normalize("NFKC", value or "").strip()
        yield IntakeAnswer(
            participant_id=participant_pk,
            key=name,
            state=AnswerState.ANSWERED if normal else AnswerState.SKIPPED,
            value=normal,
            original=(value or "") if normal else "",
        )


def write_lines(study: Study) -> Iterator[dict[str, Any]]:
    """Yield the lines of the file: people by key, their assessments in the study's order of prompts."""
    ordered = stored(to_write(study).order_by(PERSON_KEY, "prompt__position"))
    assessments = Streamed((item.participant_pk, item.record.to_json()) for item in ordered)
    for person in people(study):
        yield {
            "annotator_id": person.key,
            "demographics": demographics(person.intake_answers.all()),
            "assessments": assessments.of(person.pk),
        }
    assessments.finish()


def people(study: Study) -> Iterator[Participant]:
    """Yield who consented, by key, each with their intake answers at hand."""
    consented = study.participants.filter(consented_at__isnull=False).order_by(Collate("key", "C"))
    yield from consented.prefetch_related("intake_answers").iterator(chunk_size=100)


def demographics(given: Iterable[IntakeAnswer]) -> dict[str, str | None]:
    """Return a person's intake answers as the format has them."""
    answers = {
        answer.key: answer.original if answer.state == AnswerState.ANSWERED else None
        for answer in given
        if answer.state != AnswerState.NOT_ASKED
    }
    names = [name for name in DEMOGRAPHICS if name in answers]
    names += sorted(set(answers) - set(DEMOGRAPHICS))
    return {name: answers[name] for name in names}
