"""If these fail, what people were asked is changed behind their answers, or it is not known what they agreed to."""

import uuid

import pytest
from django.core.exceptions import ValidationError

from collective.audit.models import AuditEntry
from elicitation import entry, protocols, studies
from elicitation.models import Participant, ProtocolVersion, Quota, Study
from elicitation.protocol import default_intake, default_steps
from elicitation.storing import read_open_task
from tests.factories import make_assignment, make_participant, make_prompt, make_study

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft_study():
    study = studies.create_study(by=None, slug="bees", title="Bees", consent_text="I agree.")
    make_prompt(study)
    return study


@pytest.fixture
def open_study(draft_study):
    return studies.set_status(by=None, study=draft_study, status=Study.Status.PILOT)


def reworded(steps, key, question):
    return [{**step, "question": question} if step["key"] == key else step for step in steps]


def numbers(study):
    return [(version.number, version.published_at is not None) for version in study.protocols.order_by("number")]


def test_a_study_with_nothing_in_force_has_one_version_that_is_edited_in_place(draft_study):
    steps = reworded(default_steps(), "world", "Best for all of us?")
    version = protocols.change_steps(by=None, study=draft_study, steps=steps)
    assert numbers(draft_study) == [(1, False)]
    assert version.steps == steps
    assert protocols.in_force(draft_study) == version


def test_opening_puts_the_version_into_force_with_the_texts_of_the_day(open_study):
    assert numbers(open_study) == [(1, True)]
    version = protocols.in_force(open_study)
    assert version.texts["consent"] == "I agree."
    assert AuditEntry.objects.filter(action="protocol.published").count() == 1


def test_what_is_in_force_is_never_changed_in_place(open_study):
    before = protocols.in_force(open_study)
    steps = reworded(default_steps(), "world", "Best for all of us?")
    draft = protocols.change_steps(by=None, study=open_study, steps=steps)
    protocols.change_intake(by=None, study=open_study, intake=default_intake()[:1])
    assert numbers(open_study) == [(1, True), (2, False)]
    assert protocols.in_force(open_study) == before
    assert protocols.in_force(open_study).steps == default_steps()
    draft.refresh_from_db()
    assert (draft.steps, len(draft.intake)) == (steps, 1)
    published = protocols.publish(by=None, study=open_study)
    assert (published, protocols.in_force(open_study)) == (draft, draft)


def test_what_changes_nothing_makes_no_version(open_study):
    protocols.change_steps(by=None, study=open_study, steps=default_steps())
    assert numbers(open_study) == [(1, True)]


def test_a_draft_can_be_given_up_but_not_what_is_in_force(open_study):
    protocols.change_intake(by=None, study=open_study, intake=[])
    protocols.discard_draft(by=None, study=open_study)
    protocols.discard_draft(by=None, study=open_study)
    assert numbers(open_study) == [(1, True)]


def test_the_only_version_is_not_given_up(draft_study):
    with pytest.raises(ValidationError):
        protocols.discard_draft(by=None, study=draft_study)


def test_there_is_nothing_to_publish_twice(open_study):
    with pytest.raises(ValidationError, match="in force already"):
        protocols.publish(by=None, study=open_study)


def test_other_texts_of_an_open_study_are_a_version_of_their_own_and_leave_the_draft_a_draft(open_study):
    protocols.change_intake(by=None, study=open_study, intake=[])
    studies.update_study(by=None, study=open_study, consent_text="I really agree.", title="Bees and wasps")
    assert numbers(open_study) == [(1, True), (2, True), (3, False)]
    first, second, third = open_study.protocols.order_by("number")
    assert [version.texts.get("consent") for version in (first, second, third)] == ["I agree.", "I really agree.", None]
    assert second.steps == first.steps
    assert (second.intake, third.intake) == (default_intake(), [])
    assert protocols.in_force(open_study) == second


def test_a_title_is_no_matter_of_consent(open_study):
    studies.update_study(by=None, study=open_study, title="Wasps")
    assert numbers(open_study) == [(1, True)]


def test_people_are_asked_by_the_version_they_agreed_to(open_study):
    person = entry.consent(study=open_study, visit=uuid.uuid4(), language="en")
    first = protocols.in_force(open_study)
    protocols.change_intake(by=None, study=open_study, intake=[])
    protocols.publish(by=None, study=open_study)
    assert protocols.protocol_for(Participant.objects.get(pk=person.pk)) == first
    later = entry.consent(study=open_study, visit=uuid.uuid4(), language="en")
    assert protocols.protocol_for(later) == protocols.in_force(open_study) != first


def test_who_is_known_to_have_agreed_to_no_version_is_asked_by_the_one_in_force(open_study):
    foreign = make_study().protocols.get()
    for version in (None, foreign):
        person = make_participant(open_study, protocol=version)
        assert protocols.protocol_for(person) == protocols.in_force(open_study)


def stored_version(study, person, sent):
    task = make_assignment(person, study.prompts.get())
    read = read_open_task(key=task.idempotency_key, token=person.token, link=study.link_token, protocol=sent)
    assert read is not None
    return ProtocolVersion.objects.get(pk=read.protocol)


def test_an_answer_is_stored_under_the_persons_version_whatever_the_form_says(open_study):
    first = protocols.in_force(open_study)
    person = entry.consent(study=open_study, visit=uuid.uuid4(), language="en")
    protocols.change_intake(by=None, study=open_study, intake=[])
    second = protocols.publish(by=None, study=open_study)
    assert stored_version(open_study, person, second.pk) == first


@pytest.mark.parametrize("forged", ["draft", "foreign"])
def test_a_form_names_no_version_that_is_not_in_force_in_this_study(open_study, forged):
    person = make_participant(open_study)
    draft = protocols.change_intake(by=None, study=open_study, intake=[])
    sent = draft if forged == "draft" else make_study().protocols.get()
    assert stored_version(open_study, person, sent.pk) == protocols.in_force(open_study)


def test_without_a_version_of_their_own_the_one_the_page_was_made_from_counts(open_study):
    first = protocols.in_force(open_study)
    protocols.change_intake(by=None, study=open_study, intake=[])
    protocols.publish(by=None, study=open_study)
    assert stored_version(open_study, make_participant(open_study), first.pk) == first


# --- what a protocol may be ---------------------------------------------------------------------------------------


def test_steps_keep_to_their_group_and_come_whole(draft_study):
    shuffled = list(reversed(default_steps()))
    version = protocols.change_steps(by=None, study=draft_study, steps=shuffled)
    assert [step["key"] for step in version.steps] == [
        "unacceptable",
        "world",
        "personal",
        "subjectivity",
        "representativeness",
        "importance",
        "criteria",
        "own_criterion",
    ]


def test_a_step_needs_words_and_each_form_a_step(draft_study):
    with pytest.raises(ValidationError) as refusal:
        protocols.change_steps(by=None, study=draft_study, steps=reworded(default_steps(), "world", " "))
    assert list(refusal.value.message_dict) == ["world"]
    nothing_short = [{**step, "asked": {"long": True, "short": False}} for step in default_steps()]
    with pytest.raises(ValidationError, match="at least one step"):
        protocols.change_steps(by=None, study=draft_study, steps=nothing_short)
    with pytest.raises(ValidationError, match="each step once"):
        protocols.change_steps(by=None, study=draft_study, steps=default_steps()[1:])


def test_a_new_question_of_the_survey_gets_a_key_and_keeps_it(draft_study):
    asked = {"question": "Do you keep bees?", "kind": "choice", "options": "Yes\n No \n\n", "required": True}
    version = protocols.change_intake(by=None, study=draft_study, intake=[asked, asked])
    assert [question["key"] for question in version.intake] == ["do-you-keep-bees", "do-you-keep-bees-2"]
    assert version.intake[0]["options"] == ["Yes", "No"]
    again = [{**version.intake[0], "question": "Have you bees?"}]
    assert protocols.change_intake(by=None, study=draft_study, intake=again).intake[0]["key"] == "do-you-keep-bees"


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ({"question": "", "kind": "text"}, "Write what is asked"),
        ({"question": "Q?", "kind": "choice", "options": "Only"}, "2 to"),
        ({"question": "Q?", "kind": "choice", "options": "A\nA"}, "the same"),
        ({"question": "Q?", "kind": "number"}, "by a choice or by a text"),
        ({"question": "Q" * 501, "kind": "text"}, "too long"),
    ],
)
def test_a_bad_question_is_refused_by_name(draft_study, question, sentence):
    with pytest.raises(ValidationError, match=sentence) as refusal:
        protocols.change_intake(by=None, study=draft_study, intake=[question])
    assert list(refusal.value.message_dict) == ["question-1"]


def test_a_quota_that_nobody_can_fit_holds_the_opening_up(draft_study):
    quota = Quota.objects.create(study=draft_study, label="Old", position=0, conditions={"age": ["65+"]}, places=3)
    assert studies.missing_before_opening(draft_study) == []
    quota.conditions = {"age": ["120+"]}
    quota.save()
    with pytest.raises(studies.StatusRefused, match="Old"):
        studies.set_status(by=None, study=draft_study, status=Study.Status.RUNNING)


def test_differences_are_said_in_words(open_study):
    old = protocols.in_force(open_study)
    steps = reworded(default_steps(), "world", "Best for all?")
    steps[0] = {**steps[0], "asked": {"long": False, "short": False}}
    steps[1], steps[2] = steps[2], steps[1]
    protocols.change_steps(by=None, study=open_study, steps=steps)
    new = protocols.change_intake(by=None, study=open_study, intake=default_intake()[1:])
    found = {difference.where: (difference.before, difference.after) for difference in protocols.differences(old, new)}
    assert set(found) == {
        "Unacceptable responses: asked in",
        "Ranking for the world: wording",
        "Order of the steps",
        "Intake survey: age",
    }
    assert found["Unacceptable responses: asked in"] == ("Long form", "not asked")
    assert found["Ranking for the world: wording"][1] == "Best for all?"
    assert found["Intake survey: age"][1] == ""
    assert protocols.differences(old, old) == []
