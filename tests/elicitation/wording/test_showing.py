"""One item in several languages: what is shown to whom, and when a translation is not shown."""

import pytest
from django.utils import translation

from elicitation import wording
from elicitation.wording.rows import MISSING, QUESTIONS, STALE, STUDY, progress, rows
from elicitation.wording.showing import HUMAN, INTERFACE, MACHINE
from elicitation.wording.writing import Given, TranslationRefused, write
from tests.factories import make_prompt, make_study

pytestmark = pytest.mark.django_db


def bilingual(**fields):
    return make_study(title="Bees", languages=["en", "es"], **fields)


def translate(study, text, **by):
    """Translate the title."""
    row = rows(study, "es", STUDY)[0]
    return write(by=None, study=study, language="es", given=[Given(row, text)], **by)


def test_a_text_is_said_in_the_readers_language_and_else_as_it_was_written():
    study = bilingual()
    assert (wording.text_of(study, "title", "es"), wording.text_of(study, "title", "es").language) == ("Bees", "en")
    translate(study, "Abejas")
    study.refresh_from_db()
    said = wording.text_of(study, "title", "es")
    assert (said, said.value, said.language, said.origin) == ("Abejas", "Abejas", "es", HUMAN)
    assert wording.text_of(study, "title", "en") == "Bees"
    assert wording.text_of(study, "title", "fr") == "Bees"


def test_a_text_names_its_language_where_that_is_not_the_pages():
    study = bilingual()
    with translation.override("es"):
        assert wording.text_of(study, "title", "es").lang == "en"
    assert wording.text_of(study, "title", "en").lang == ""


def test_a_translation_of_words_that_changed_since_is_shown_to_nobody_until_it_is_looked_at():
    study = bilingual()
    translate(study, "Abejas")
    study.refresh_from_db()
    study.title = "Wasps"
    study.save()
    assert wording.text_of(study, "title", "es") == "Wasps"
    row = rows(study, "es", STUDY)[0]
    assert (row.state, row.translation) == (STALE, "Abejas")
    write(by=None, study=study, language="es", given=[Given(row, "Abejas", row.source_digest)])
    study.refresh_from_db()
    assert wording.text_of(study, "title", "es") == "Abejas"


def test_a_translation_of_an_older_wording_that_arrives_late_is_stale():
    study = bilingual()
    row = rows(study, "es", STUDY)[0]
    study.title = "Wasps"
    study.save()
    write(by=None, study=study, language="es", given=[Given(row, "Abejas", row.source_digest)])
    study.refresh_from_db()
    assert wording.text_of(study, "title", "es") == "Wasps"


def test_a_conversation_is_shown_only_when_all_of_it_is_translated():
    study = bilingual()
    prompt = make_prompt(
        study, messages=[{"role": "user", "content": "Hello"}, {"role": "assistant", "content": "Yes?"}]
    )
    first, second, *_others = rows(study, "es", "prompts")
    write(by=None, study=study, language="es", given=[Given(first, "Hola")])
    prompt.refresh_from_db()
    assert [message["content"] for message in wording.messages_of(prompt, "es")] == ["Hello", "Yes?"]
    write(by=None, study=study, language="es", given=[Given(second, "¿Sí?")])
    prompt.refresh_from_db()
    assert wording.messages_of(prompt, "es") == [
        {"role": "user", "content": "Hola", "lang": "es"},
        {"role": "assistant", "content": "¿Sí?", "lang": "es"},
    ]


def test_a_prompt_that_is_asked_again_takes_the_same_words():
    study = bilingual()
    prompt = make_prompt(study)
    again = make_prompt(study, messages=prompt.messages, retest_of=prompt)
    row = rows(study, "es", "prompts")[0]
    write(by=None, study=study, language="es", given=[Given(row, "¿Qué?")])
    again.refresh_from_db()
    assert wording.messages_of(again, "es")[0]["content"] == "¿Qué?"


def test_questions_keep_their_translation_in_the_next_version_unless_they_are_worded_otherwise():
    study = bilingual(steps=[{"key": "world", "question": "Which is best?", "asked": {"long": True}}])
    version = study.protocols.get()
    row = rows(study, "es", QUESTIONS)[0]
    write(by=None, study=study, language="es", given=[Given(row, "¿Cuál es mejor?")])
    version.refresh_from_db()
    say = wording.speaker(version, "es")
    assert say("Which is best?") == "¿Cuál es mejor?"
    assert say("Which is best of all?") == "Which is best of all?"


def test_what_a_person_wrote_is_not_overwritten_by_a_machine():
    study = bilingual()
    translate(study, "Abejas")
    assert translate(study, "Avispas", origin=MACHINE, model="m") == 0
    study.refresh_from_db()
    assert wording.text_of(study, "title", "es") == "Abejas"


def test_an_empty_translation_takes_away_what_was_there():
    study = bilingual()
    translate(study, "Abejas")
    study.refresh_from_db()
    translate(study, "")
    study.refresh_from_db()
    assert study.translations == {"es": {}}
    assert rows(study, "es", STUDY)[0].state == MISSING


def test_progress_tells_what_is_done_and_by_whom():
    study = bilingual(steps=[{"key": "world", "question": "Which?", "asked": {"long": True}}])
    translate(study, "Abejas", origin=MACHINE, model="m")
    study.refresh_from_db()
    [spanish] = progress(study)
    assert (spanish.language, spanish.total, spanish.done, spanish.machine, spanish.stale) == ("es", 2, 1, 1, 0)
    assert not spanish.is_complete


def test_a_language_the_study_has_not_is_refused():
    study = bilingual()
    row = rows(study, "es", STUDY)[0]
    with pytest.raises(TranslationRefused):
        write(by=None, study=study, language="fr", given=[Given(row, "Abeilles")])
    with pytest.raises(TranslationRefused):
        write(by=None, study=study, language="en", given=[Given(row, "Bees")])


@pytest.mark.parametrize(
    ("asked", "shown"),
    [("pt-br", "pt"), ("PT", "pt"), ("en-GB", "en"), ("ja", "en"), (["ja", "pt", "en"], "pt"), ("", "en")],
)
def test_the_language_that_comes_nearest_is_shown(asked, shown):
    assert wording.language_for(make_study(languages=["en", "pt"]), asked) == shown


def test_default_questions_come_from_the_interfaces_catalogue(settings, monkeypatch):
    settings.LANGUAGES = [("en", "English"), ("es", "Spanish")]
    monkeypatch.setattr("elicitation.wording.showing.gettext", lambda text: f"[{translation.get_language()}] {text}")
    study = bilingual()
    row = rows(study, "es", QUESTIONS)[0]
    assert (row.state, row.translation) == (INTERFACE, f"[es] {row.source}")
    assert wording.speaker(study.protocols.get(), "es")(row.source) == f"[es] {row.source}"
    # A study that is written in another language has other words for the same.
    study.languages = ["fr", "es"]
    study.save()
    assert rows(study, "es", QUESTIONS)[0].state == MISSING
