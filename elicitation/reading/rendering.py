"""Translate for researchers what people wrote in other languages than the study's."""

import logging
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from elicitation import translating
from elicitation.models import Study, TextReading
from elicitation.wording import source_language
from llm import gateway
from llm.questions import TranslateQuestion
from llm.questions.translating import WRITTEN

from .texts import WrittenText, digest_of, kinds

TEXTS_AT_ONCE = 10
CHARACTERS_AT_ONCE = 6000
LONGEST_TEXT = 20_000

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Pending:
    """A text to be translated, as it was when it was read."""

    reading: int
    row: int
    text: str


def render_some(*, batches: int = 3) -> int:
    """Translate a few batches of texts for each study that has some; return how many texts. Without a model, none.

    Texts that a model gives no usable answer on are not asked about again.
    """
    if not translating.is_possible():
        return 0
    translated = 0
    for kind in kinds():
        waiting = kind.readings().filter(translated_to="").exclude(language="")
        for study in Study.objects.filter(pk__in=waiting.values("study_key").distinct()):
            target = source_language(study)
            mine = waiting.filter(study_key=study.pk).exclude(language=target.split("-")[0])
            for language, pending in list(_batches(kind, mine))[:batches]:
                try:
                    translated += _translate(kind, study, language, target, pending)
                except gateway.ModelUnavailable as error:
                    logger.warning("No model translates what people wrote now: %s", error)
                    return translated
                except gateway.GatewayError as error:  # a budget that is spent, or a model that is none
                    logger.warning("What people wrote in study %s is not translated: %s", study.slug, error)
                    break
    return translated


def _batches(kind: WrittenText, readings: Any) -> Iterator[tuple[str, list[_Pending]]]:
    """Yield texts a few at a time, each few in one language."""
    by_language: dict[str, list[_Pending]] = defaultdict(list)
    columns = ("language", "pk", f"{kind.name}_id", f"{kind.name}__{kind.column}")
    for language, pk, row, text in readings.order_by("pk").values_list(*columns)[:200]:
        by_language[language].append(_Pending(pk, row, text))
    for language, found in by_language.items():
        batch: list[_Pending] = []
        for one in found:
            size = sum(len(other.text) for other in batch) + len(one.text)
            if batch and (len(batch) >= TEXTS_AT_ONCE or size > CHARACTERS_AT_ONCE):
                yield language, batch
                batch = []
            batch.append(one)
        yield language, batch


def _translate(kind: WrittenText, study: Study, language: str, target: str, pending: Sequence[_Pending]) -> int:
    model = translating.model_name()
    question = TranslateQuestion(
        texts=tuple(one.text[:LONGEST_TEXT] for one in pending),
        source=translating.name_in_english(language),
        target=translating.name_in_english(target),
        kind=WRITTEN,
    )
    try:
        answer = gateway.ask(question, model=model, account=translating.account_of(study), limits=translating.limits())
    except gateway.AnswerUnusable:
        TextReading.objects.filter(pk__in=[one.reading for one in pending]).update(translated_to=target)
        return 0
    with transaction.atomic():
        held = kind.model._default_manager.select_for_update(of=("self",)).filter(pk__in=[one.row for one in pending])
        now = {row.pk: digest_of(getattr(row, kind.column)) for row in held}
        for one, text in zip(pending, answer.value.in_order(), strict=True):
            if now.get(one.row) == digest_of(one.text):
                TextReading.objects.filter(pk=one.reading, digest=digest_of(one.text)).update(
                    translation=text, translated_to=target, model=model
                )
    return len(pending)
