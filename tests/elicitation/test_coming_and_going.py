"""Entry, intake, finish. If these fail, a person is doubled, mistaken for another, or cannot end."""

import uuid

import pytest

from elicitation import entry, finishing, intake
from elicitation.models import IntakeAnswer, Participant
from elicitation.protocol import default_intake
from tests.factories import make_assessment, make_assignment, make_participant, make_prompt, make_study

pytestmark = pytest.mark.django_db


# --- entry ------------------------------------------------------------------------------------------


def test_a_link_leads_to_its_study_and_other_text_to_none():
    study = make_study()
    assert entry.find_study(study.link_token) == study
    with pytest.raises(entry.UnknownLink):
        entry.find_study(study.link_token[:-1])


def test_agreeing_twice_on_one_page_is_one_person():
    study, visit = make_study(), uuid.uuid4()
    first = entry.consent(study=study, visit=visit, language="en")
    assert entry.consent(study=study, visit=visit, language="en") == first
    assert entry.consent(study=study, visit=uuid.uuid4(), language="en") != first
    assert first.consented_at is not None
    assert first.source == "link"


def test_one_page_is_another_person_in_another_study():
    visit = uuid.uuid4()
    keys = {entry.consent(study=make_study(), visit=visit, language="en").key for _ in range(2)}
    assert len(keys) == 2


def test_the_form_follows_the_share():
    assert entry.consent(study=make_study(short_form_share=1.0), visit=uuid.uuid4(), language="").form == "short"
    mixed = make_study(short_form_share=0.5)
    forms = {entry.consent(study=mixed, visit=uuid.uuid4(), language="").form for _ in range(40)}
    assert forms == {"long", "short"}


def test_a_token_is_good_in_its_own_study_only_and_not_for_people_who_never_came():
    study = make_study()
    person = make_participant(study)
    assert entry.find_participant(study, person.token) == person
    assert entry.find_participant(make_study(), person.token) is None
    assert entry.find_participant(study, "") is None
    simulated = make_participant(study, source=Participant.Source.SIMULATED)
    assert entry.find_participant(study, simulated.token) is None
    assert entry.find_by_own_link(person.token) == person
    for token in (simulated.token, "nonsense", ""):
        with pytest.raises(entry.UnknownLink):
            entry.find_by_own_link(token)


# --- intake -----------------------------------------------------------------------------------------


@pytest.fixture
def protocol():
    study = make_study()
    protocol = study.protocols.get()
    protocol.intake = default_intake()
    protocol.save()
    return protocol


def given_by(person):
    return {answer.key: (answer.state, answer.value, answer.original) for answer in person.intake_answers.all()}


def test_intake_is_stored_as_given_and_as_normalised(protocol):
    person = make_participant(protocol.study, intake_at=None)
    intake.save_intake(
        participant=person, protocol=protocol, given={"age": "25-34", "ideal-model-behavior": " Be 𝐡𝐨𝐧𝐞𝐬𝐭\r\n"}
    )
    answers = given_by(person)
    assert answers["age"] == ("answered", "25-34", "25-34")
    assert answers["ideal-model-behavior"] == ("answered", "Be honest", "Be 𝐡𝐨𝐧𝐞𝐬𝐭")
    assert answers["gender"] == ("skipped", "", "")
    assert len(answers) == 7
    person.refresh_from_db()
    assert person.intake_at is not None


def test_intake_sent_again_takes_the_place_of_the_former(protocol):
    person = make_participant(protocol.study)
    intake.save_intake(participant=person, protocol=protocol, given={"age": "25-34", "gender": "Male"})
    intake.save_intake(participant=person, protocol=protocol, given={"age": "35-44"})
    answers = given_by(person)
    assert answers["age"][1] == "35-44"
    assert answers["gender"] == ("skipped", "", "")
    assert intake.given_answers(person)["age"] == "35-44"


def test_intake_that_cannot_be_taken_is_said_by_question_and_nothing_is_stored(protocol):
    protocol.intake[1]["required"] = True
    person = make_participant(protocol.study, intake_at=None)
    with pytest.raises(intake.IntakeRefused) as refused:
        intake.save_intake(
            participant=person, protocol=protocol, given={"age": "17", "ideal-model-behavior": "x" * 5001}
        )
    assert list(refused.value.errors) == ["age", "gender", "ideal-model-behavior"]
    assert not IntakeAnswer.objects.exists()
    person.refresh_from_db()
    assert person.intake_at is None


# --- finish -----------------------------------------------------------------------------------------


def test_a_person_ends_when_all_is_done():
    study = make_study(tasks_per_person=1)
    prompt, person = make_prompt(study), make_participant(study)
    with pytest.raises(finishing.NotFinished):
        finishing.finish(participant=person)
    make_assessment(prompt, person, world="A>B>C>D")
    finishing.finish(participant=person)
    ended = person.finished_at
    finishing.finish(participant=person)
    assert person.finished_at == ended is not None


def test_a_person_ends_when_nothing_is_left_but_not_with_a_task_at_work():
    study = make_study()
    prompt, person = make_prompt(study), make_participant(study)
    task = make_assignment(person, prompt)
    with pytest.raises(finishing.NotFinished):
        finishing.finish(participant=person, nothing_left=True)
    task.delete()
    finishing.finish(participant=person, nothing_left=True)
    assert person.finished_at is not None


def test_whether_to_hear_back_can_be_chosen_and_taken_back():
    person = make_participant(make_study())
    for wants in (True, False):
        finishing.choose_to_hear_back(participant=person, wants=wants)
        person.refresh_from_db()
        assert person.wants_to_hear_back is wants
