"""Taking back a part: what goes, what stays, and that it happens once."""

import uuid

import pytest
from django.test import Client

from collective.audit.models import AuditEntry
from datasets.ca1 import annotators, comparisons, merged, rubrics
from elicitation import entry, submission
from elicitation.assignment import next_task
from elicitation.models import (
    AnswerState,
    Assignment,
    Block,
    Criterion,
    Draft,
    IntakeAnswer,
    Participant,
    Prompt,
    Ranking,
    Score,
    TextReading,
    Withdrawal,
)
from elicitation.protocol import default_intake, default_steps
from elicitation.withdrawal import (
    NothingToTake,
    Scope,
    tasks_done_and_taken_back,
    withdraw_answer,
    withdraw_everything,
    withdraw_intake,
    withdraw_texts,
)
from rubrics.models import CoreItem
from tests.factories import make_assessment, make_assignment, make_participant, make_prompt, make_study

pytestmark = pytest.mark.django_db


@pytest.fixture
def person() -> Participant:
    """Make somebody who has answered two prompts in full and said something about themselves."""
    study = make_study(steps=default_steps(), tasks_per_person=3, overlap_target=1)
    study.protocols.update(intake=default_intake())
    person = make_participant(study)
    for _ in range(2):
        prompt = make_prompt(study, criteria=1)
        task = make_assignment(person, prompt, state=Assignment.State.SUBMITTED)
        given = make_assessment(
            prompt,
            person,
            world="A>B>C>D",
            justification="Because it is kind.",
            assignment=task,
            idempotency_key=task.idempotency_key,
            unacceptable_state=AnswerState.ANSWERED,
            unacceptable_rationale="It lies.",
        )
        own = Criterion.objects.create(
            prompt=prompt, key=f"own-{prompt.key}", position=9, text="Is kind", origin="participant", author=person
        )
        for criterion in (prompt.criteria.get(position=0), own):
            Score.objects.create(
                participant=person, criterion=criterion, assessment=given, state=AnswerState.ANSWERED, value=2
            )
        TextReading.objects.create(ranking=given.rankings.get(), digest="0" * 64, translation="Porque es amable.")
    IntakeAnswer.objects.create(participant=person, key="age", state="answered", value="18-24", original="18-24")
    IntakeAnswer.objects.create(
        participant=person, key="ideal-model-behavior", state="answered", value="Honest.", original="Honest."
    )
    return person


def test_one_answer_goes_and_the_other_stays(person: Participant):
    gone, kept = person.assessments.order_by("pk")
    withdraw_answer(participant=person, assessment=gone.pk)
    assert list(person.assessments.all()) == [kept]
    assert list(Ranking.objects.values_list("assessment", flat=True)) == [kept.pk]
    assert set(Score.objects.values_list("assessment", flat=True)) == {kept.pk}
    assert list(Criterion.objects.filter(author=person).values_list("prompt", flat=True)) == [kept.prompt_id]
    assert TextReading.objects.count() == 1


def test_the_prompt_of_an_answer_taken_back_is_free_for_others_but_not_given_again(person: Participant):
    gone = person.assessments.order_by("pk")[0]
    other = make_participant(person.study)
    third = make_prompt(person.study)
    withdraw_answer(participant=person, assessment=gone.pk)
    assert given_next(person) == third
    assert given_next(other) == gone.prompt


def test_a_form_sent_again_does_not_bring_an_answer_back(person: Participant):
    gone = person.assessments.order_by("pk")[0]
    withdraw_answer(participant=person, assessment=gone.pk)
    sender = submission.Sender(token=person.token, link=person.study.link_token)
    assert gone.idempotency_key
    with pytest.raises(submission.UnknownTask):
        submission.submit(key=gone.idempotency_key, sender=sender, fields={"world_skip": ["1"]})
    assert person.assessments.count() == 1


def test_an_answer_is_taken_back_once_and_was_done_all_the_same(person: Participant):
    gone = person.assessments.order_by("pk")[0]
    first = withdraw_answer(participant=person, assessment=gone.pk)
    assert first is not None
    assert first.scope == Scope.ANSWER
    assert withdraw_answer(participant=person, assessment=gone.pk) is None
    assert tasks_done_and_taken_back(person) == 1
    assert AuditEntry.objects.filter(action="participant.withdrew").count() == 1


def test_nobody_takes_back_what_somebody_else_gave(person: Participant):
    other = make_participant(person.study)
    assert withdraw_answer(participant=other, assessment=person.assessments.all()[0].pk) is None
    assert person.assessments.count() == 2


def test_texts_go_and_choices_stay(person: Participant):
    withdraw_texts(participant=person)
    assert set(Ranking.objects.values_list("order", "justification")) == {("A>B>C>D", "")}
    assert set(person.assessments.values_list("unacceptable_state", "unacceptable_rationale")) == {("answered", "")}
    assert Criterion.objects.filter(author=person).count() == 0
    assert Score.objects.filter(participant=person).count() == 2
    assert TextReading.objects.count() == 0
    assert dict(person.intake_answers.values_list("key", "value")) == {"age": "18-24", "ideal-model-behavior": ""}


def test_texts_go_out_of_drafts_too(person: Participant):
    task = make_assignment(person, make_prompt(person.study))
    draft = Draft.objects.create(
        assignment=task,
        fields={"world_why": ["So."], "own_criterion": ["Is kind"], "unacceptable_why": ["x"], "importance": ["2"]},
    )
    withdraw_texts(participant=person)
    draft.refresh_from_db()
    assert (draft.fields, draft.revision) == ({"importance": ["2"]}, 2)


def test_what_was_said_about_oneself_goes_and_is_then_a_question_left_open(person: Participant):
    withdraw_intake(participant=person)
    assert set(person.intake_answers.values_list("state", "value", "original")) == {("skipped", "", "")}
    assert person.assessments.count() == 2
    person.refresh_from_db()
    assert person.intake_at is not None, "the survey is not asked again"


@pytest.mark.parametrize("withdraw", [withdraw_texts, withdraw_intake])
def test_a_part_is_taken_back_once(person: Participant, withdraw):
    first = withdraw(participant=person)
    assert withdraw(participant=person) == first
    assert Withdrawal.objects.count() == 1


@pytest.mark.parametrize("withdraw", [withdraw_texts, withdraw_intake])
def test_who_gave_nothing_of_a_kind_has_nothing_to_take_back(withdraw):
    person = make_participant(make_study())
    with pytest.raises(NothingToTake):
        withdraw(participant=person)


def test_tasks_taken_back_one_by_one_count_when_all_is_taken_back(person: Participant):
    withdraw_answer(participant=person, assessment=person.assessments.all()[0].pk)
    withdraw_everything(participant=person)
    assert list(Withdrawal.objects.values_list("scope", "tasks")) == [("everything", 2)]


def test_a_core_item_made_of_others_too_stays_without_the_link(person: Participant):
    mine = Criterion.objects.filter(author=person)[0]
    other = mine.prompt.criteria.exclude(author=person).get()
    both = CoreItem.objects.create(prompt=mine.prompt, position=0, text="Kindness counts.")
    both.sources.set([mine, other])
    CoreItem.objects.create(prompt=mine.prompt, position=1, text="Be kind.").sources.add(mine)
    withdraw_texts(participant=person)
    assert list(CoreItem.objects.all()) == [both]
    assert list(both.sources.all()) == [other]


def test_who_took_everything_back_is_in_no_export(person: Participant):
    other = make_participant(person.study, key="someone-else")
    study, key = person.study, person.key
    files = (annotators, comparisons, merged, rubrics)
    before = [str(list(file.write_lines(study))) for file in files]
    assert [key in text for text in before] == [True, True, True, True]
    withdraw_everything(participant=person)
    after = [str(list(file.write_lines(study))) for file in files]
    gone = Participant.objects.get(pk=person.pk).key
    assert [key in text or gone in text for text in after] == [False] * 4
    assert other.key in after[0]


def test_places_are_free_again(person: Participant):
    prompts = [given.prompt for given in person.assessments.all()]
    other = make_participant(person.study)
    withdraw_everything(participant=person)
    assert given_next(other) in prompts


def test_the_own_link_still_finds_who_took_everything_back_and_the_row_does_not_tell_it(person: Participant):
    token = person.token
    withdraw_everything(participant=person)
    found = entry.find_by_own_link(token)
    assert (found.pk, found.token == token, found.withdrawn_at is not None) == (person.pk, False, True)
    assert entry.find_participant(person.study.link_token, token) == found


def test_a_submission_on_its_way_is_not_stored(person: Participant, client: Client):
    task = make_assignment(person, make_prompt(person.study))
    client.cookies["collective-person"] = person.token
    withdraw_everything(participant=person)
    address = f"/p/{person.study.link_token}/task/{task.idempotency_key}/"
    response = client.post(address, {"world_skip": "1", "personal_skip": "1"})
    assert response.status_code in {303, 404, 410}
    assert person.assessments.count() == 0
    assert Ranking.objects.filter(block=Block.WORLD).count() == 0
    assert uuid.UUID(str(task.idempotency_key))


def given_next(person: Participant) -> Prompt:
    """Return the prompt a person is given next."""
    task = next_task(participant=person)
    assert task is not None
    return task.prompt
