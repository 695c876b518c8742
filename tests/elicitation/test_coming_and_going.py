"""Entry, intake, finish. If these fail, a person is doubled, mistaken for another, or cannot end."""

import uuid

import pytest

from elicitation import entry, finishing, intake
from elicitation.models import IntakeAnswer, Participant, Quota, QuotaPlace
from elicitation.protocol import default_intake
from elicitation.signals import person_ended
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
    assert entry.find_participant(study.link_token, person.token) == person
    assert entry.find_participant(make_study().link_token, person.token) is None
    assert entry.find_participant(study.link_token, "") is None
    simulated = make_participant(study, source=Participant.Source.SIMULATED)
    assert entry.find_participant(study.link_token, simulated.token) is None
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


# --- end --------------------------------------------------------------------------------------------


@pytest.fixture
def heard():
    """Listen to the ends of people."""
    ends = []

    def hear(participant, outcome, **_):
        ends.append((participant.key, str(outcome)))

    person_ended.connect(hear)
    yield ends
    person_ended.disconnect(hear)


def test_an_end_is_noted_once_and_told_after_the_commit(heard, django_capture_on_commit_callbacks):
    person = make_participant(make_study())
    with django_capture_on_commit_callbacks(execute=True):
        assert finishing.end(participant=person, outcome="screened_out")
        assert heard == []
    with django_capture_on_commit_callbacks(execute=True):
        assert not finishing.end(participant=person, outcome="complete")
    stored = Participant.objects.get()
    assert (stored.outcome, stored.finished_at) == ("screened_out", None)
    assert (person.outcome, person.outcome_at) == (stored.outcome, stored.outcome_at)
    assert heard == [(person.key, "screened_out")]


def test_complete_is_finished():
    person = make_participant(make_study())
    finishing.end(participant=person, outcome="complete")
    assert Participant.objects.get().finished_at == person.finished_at == person.outcome_at is not None


@pytest.mark.parametrize(
    ("first", "second", "stands"),
    [
        ("complete", "returned", "returned"),
        ("complete", "withdrawn", "withdrawn"),
        ("returned", "withdrawn", "withdrawn"),
        ("withdrawn", "returned", "withdrawn"),
        ("returned", "complete", "returned"),
        ("timed_out", "complete", "timed_out"),
    ],
)
def test_only_returning_and_withdrawing_overrule_another_end(first, second, stands):
    person = make_participant(make_study())
    finishing.end(participant=person, outcome=first)
    finishing.end(participant=person, outcome=second)
    assert Participant.objects.get().outcome == stands


@pytest.mark.parametrize(
    ("outcome", "places", "state"),
    [("complete", 1, "reserved"), ("returned", 0, "returned"), ("timed_out", 0, "expired")],
)
def test_any_end_but_complete_frees_places_and_reservations(outcome, places, state):
    study = make_study()
    person, other = make_participant(study), make_participant(study)
    quota = Quota.objects.create(study=study, label="Everybody", position=0, places=2)
    for somebody in (person, other):
        QuotaPlace.objects.create(quota=quota, participant=somebody)
        make_assignment(somebody, make_prompt(study))
    finishing.end(participant=person, outcome=outcome)
    assert person.quota_places.count() == places
    assert person.assignments.get().state == state
    assert (other.quota_places.count(), other.assignments.get().state) == (1, "reserved")
