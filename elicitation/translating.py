"""Have a model translate what a study's texts lack in a language.

The work is a row. Whoever claims it translates texts a few at a time and stores each few at once; what a killed worker
left is found missing by its successor, and the ledger gives answers again that were paid for.
"""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.conf.locale import LANG_INFO
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from collective.accounts.models import User
from collective.work import leases
from collective.work.models import WorkState
from llm import gateway
from llm.gateway import Limits
from llm.questions import TranslateQuestion

from .models import Study, TranslationWork
from .wording import languages_of
from .wording.rows import MISSING, Row, all_rows
from .wording.showing import MACHINE
from .wording.writing import Given, write

TEXTS_AT_ONCE = 12
CHARACTERS_AT_ONCE = 6000
SECONDS_PER_CALL = 30.0
MOST_ATTEMPTS = 20


class CannotTranslate(Exception):
    """No model translates now; the sentence says why."""


@dataclass(frozen=True)
class Shown:
    """What is said of the latest work, and in which tone."""

    tone: str
    sentence: str


def model_name() -> str:
    """Return which model translates, "" where none is set up."""
    name: str = settings.TRANSLATION_MODEL
    return "" if name == gateway.OFFLINE else name


def is_possible() -> bool:
    """Return whether a model is set up. The offline baseline is none: it knows English words only."""
    return bool(model_name() and (settings.OPENAI_API_KEY or settings.OPENAI_BASE_URL))


def limits() -> Limits:
    """Return what translating may take for one study in all."""
    return Limits(max_tokens=settings.TRANSLATION_MAX_TOKENS)


def account_of(study: Study) -> str:
    """Return the account that pays for a study's translations."""
    return f"translate:{study.pk}"


def name_in_english(language: str) -> str:
    """Return a language's name as a model is told it."""
    known = LANG_INFO.get(language) or LANG_INFO.get(language.split("-")[0]) or {}
    return str(known.get("name", language))


def request_translation(*, by: User | None, study: Study, language: str) -> TranslationWork:
    """Ask for what is missing in a language; asked twice, it is the same work. Raises `CannotTranslate`."""
    if not is_possible():
        raise CannotTranslate(_("No language model is set up for translating. The offline baseline cannot translate."))
    if language not in languages_of(study)[1:]:
        raise CannotTranslate(_("The study is not translated into this language: add it to its languages first."))
    try:
        with transaction.atomic():
            return TranslationWork.objects.create(study=study, language=language, model=model_name(), asked_by=by)
    except IntegrityError:
        open_work = TranslationWork.objects.filter(study=study, language=language)
        return open_work.exclude(state__in=[WorkState.DONE, WorkState.FAILED, WorkState.CANCELLED]).latest("pk")


def latest(study: Study, language: str) -> Shown | None:
    """Return what became of the latest request, None where there was none."""
    work = TranslationWork.objects.filter(study=study, language=language).order_by("-pk").first()
    if work is None:
        return None
    done = ngettext(
        "The model has translated %(count)d text.", "The model has translated %(count)d texts.", work.translated
    ) % {"count": work.translated}
    if work.state == WorkState.FAILED:
        return Shown("warning", _("%(done)s Then it stopped: %(reason)s") % {"done": done, "reason": work.error})
    if work.state == WorkState.DONE:
        return Shown("success", done)
    return Shown("info", _("The model is at work. %(done)s") % {"done": done})


def work_on() -> int:
    """Work on one request for a while; return how many texts were translated."""
    claimed = leases.claim(TranslationWork.objects.order_by("pk"), limit=1, lease=_lease())
    if not claimed:
        return 0
    work = claimed[0]
    try:
        return _work_on(work)
    except leases.LeaseLost:
        return 0


def _work_on(work: TranslationWork) -> int:
    started, translated, unusable = time.monotonic(), 0, ""
    missing = [row for row in all_rows(work.study, work.language) if row.state == MISSING]
    for batch in batches(missing):
        if time.monotonic() - started > SECONDS_PER_CALL:
            leases.give_back(work, reason="", delay=timedelta(0))
            return translated
        try:
            translated += _translate(work, batch)
        except gateway.AnswerUnusable as error:
            unusable = str(error)
        except gateway.ModelUnavailable as error:
            _again_later(work, str(error))
            return translated
        except gateway.GatewayError as error:
            leases.fail(work, reason=str(error))
            return translated
        leases.extend([work], lease=_lease())
    if unusable:
        leases.fail(work, reason=unusable)
    else:
        leases.finish(work)
    return translated


def _translate(work: TranslationWork, batch: Sequence[Row]) -> int:
    question = TranslateQuestion(
        texts=tuple(row.source for row in batch),
        source=name_in_english(batch[0].written_in),
        target=name_in_english(work.language),
    )
    answer = gateway.ask(question, model=work.model, account=account_of(work.study), limits=limits())
    given = [Given(row, text, row.source_digest) for row, text in zip(batch, answer.value.in_order(), strict=True)]
    with transaction.atomic():
        write(by=None, study=work.study, language=work.language, given=given, origin=MACHINE, model=work.model)
        TranslationWork.objects.filter(pk=work.pk).update(translated=F("translated") + len(batch))
    return len(batch)


def batches(rows: Sequence[Row]) -> Iterator[list[Row]]:
    """Yield rows a few at a time, of one language each, in their order: neighbours help a translator."""
    batch: list[Row] = []
    for row in rows:
        size = sum(len(one.source) for one in batch) + len(row.source)
        is_full = len(batch) >= TEXTS_AT_ONCE or size > CHARACTERS_AT_ONCE
        if batch and (is_full or row.written_in != batch[0].written_in):
            yield batch
            batch = []
        batch.append(row)
    if batch:
        yield batch


def _again_later(work: TranslationWork, reason: str) -> None:
    if work.attempts >= MOST_ATTEMPTS:
        leases.fail(work, reason=reason)
    else:
        leases.give_back(work, reason=reason, delay=timedelta(seconds=60))


def _lease() -> timedelta:
    return timedelta(seconds=gateway.longest_ask_seconds() + SECONDS_PER_CALL)
