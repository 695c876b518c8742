"""Readings stand beside what people wrote: made once, anew for another text, for nothing that was taken back."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.utils import timezone

from elicitation.models import AnswerState, Criterion, IntakeAnswer, Ranking, TextReading
from elicitation.reading import recognise_some, render_some
from llm import gateway
from llm.questions import Translations
from tests.factories import make_assessment, make_participant, make_prompt, make_study

pytestmark = pytest.mark.django_db

SPANISH = "Responde a la pregunta sin juzgarme y sin rodeos."
GERMAN = "Sie sagt ehrlich, was sie nicht weiß, und bleibt kurz."


@pytest.fixture
def ranking():
    study = make_study(languages=["en", "es"])
    given = make_assessment(make_prompt(study), make_participant(study), world="A>B>C>D", justification=SPANISH)
    return given.rankings.get()


@pytest.fixture
def model(settings, monkeypatch):
    """Let a model translate, and keep what it was asked."""
    settings.TRANSLATION_MODEL, settings.OPENAI_API_KEY = "openai:babel", "key"
    questions = []

    def ask(question, **others):
        questions.append((question, others))
        texts = [{"number": number, "text": f"en: {text}"} for number, text in enumerate(question.texts, start=1)]
        return SimpleNamespace(value=Translations.model_validate({"translations": texts}))

    monkeypatch.setattr(gateway, "ask", ask)
    return questions


def test_every_kind_of_text_is_read_once(ranking):
    person, prompt = ranking.assessment.participant, ranking.assessment.prompt
    ranking.assessment.unacceptable_rationale = GERMAN
    ranking.assessment.unacceptable_state = AnswerState.ANSWERED
    ranking.assessment.save()
    Criterion.objects.create(prompt=prompt, key="own", position=9, text=SPANISH, origin="participant", author=person)
    answered = {"participant": person, "state": AnswerState.ANSWERED}
    IntakeAnswer.objects.create(**answered, key="ideal-model-behavior", value=SPANISH, original=SPANISH)
    IntakeAnswer.objects.create(**answered, key="gender", value="Prefer not to say", original="Prefer not to say")
    assert recognise_some() == 4
    assert sorted(TextReading.objects.values_list("language", flat=True)) == ["de", "es", "es", "es"]
    assert recognise_some() == 0


def test_a_corrected_text_is_read_anew(ranking, model):
    recognise_some()
    render_some()
    Ranking.objects.filter(pk=ranking.pk).update(justification=GERMAN)
    type(ranking.assessment).objects.update(corrected_at=timezone.now() + timedelta(seconds=1))
    assert TextReading.objects.get().translation  # else none could outlive its text
    recognise_some()
    reading = TextReading.objects.get()
    assert (reading.language, reading.translation, reading.translated_to) == ("de", "", "")


def test_a_text_in_another_language_is_translated_as_data_and_at_the_studys_expense(ranking, model):
    recognise_some()
    assert render_some() == 1
    reading = TextReading.objects.get()
    assert (reading.translation, reading.translated_to, reading.model) == (f"en: {SPANISH}", "en", "openai:babel")
    [(question, others)] = model
    assert (question.source, question.target, SPANISH in question.instructions()) == ("Spanish", "English", False)
    assert others["account"] == f"translate:{ranking.assessment.prompt.study_id}"
    assert others["limits"].max_tokens > 0
    assert render_some() == 0


def test_without_a_model_texts_are_recognised_and_none_is_translated(ranking, settings):
    settings.TRANSLATION_MODEL = "offline"
    recognise_some()
    assert (render_some(), TextReading.objects.get().translation) == (0, "")


def test_what_the_study_is_written_in_and_what_is_not_clear_is_not_translated(ranking, model):
    for text in ("It answers the question without judging me.", "ok"):
        person = make_participant(ranking.assessment.prompt.study)
        make_assessment(ranking.assessment.prompt, person, world="A>B>C>D", justification=text)
    recognise_some()
    assert render_some() == 1


def test_a_text_taken_back_while_it_was_being_translated_gets_no_translation(ranking, model, monkeypatch):
    recognise_some()
    answering = gateway.ask

    def ask(question, **others):
        Ranking.objects.filter(pk=ranking.pk).update(justification="")
        return answering(question, **others)

    monkeypatch.setattr(gateway, "ask", ask)
    render_some()
    assert TextReading.objects.get().translation == ""


def test_a_refused_translation_is_not_asked_for_again(ranking, model, monkeypatch):
    recognise_some()
    calls = []

    def ask(question, **_others):
        calls.append(question)
        raise gateway.AnswerUnusable("no")

    monkeypatch.setattr(gateway, "ask", ask)
    render_some()
    render_some()
    assert len(calls) == 1
