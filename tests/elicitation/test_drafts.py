"""If these fail, what a person has typed is lost or overwritten by something older."""

import pytest

from elicitation import drafts
from elicitation.models import Assignment, Draft
from tests.factories import make_assignment, make_participant, make_prompt, make_study

pytestmark = pytest.mark.django_db


@pytest.fixture
def task():
    study = make_study()
    return make_assignment(make_participant(study), make_prompt(study))


def save(task, text, revision):
    return drafts.save_draft(
        assignment=task, study=task.prompt.study, fields={"world_why": [text]}, revision=revision
    ).revision


def test_it_works(task):
    assert save(task, "one", 0) == 1
    assert save(task, "two", 1) == 2
    assert Draft.objects.get().fields == {"world_why": ["two"]}


def test_a_stale_tab_is_told_and_overwrites_nothing(task):
    save(task, "one", 0)
    save(task, "two", 1)
    with pytest.raises(drafts.StaleDraft) as stale:
        save(task, "old", 1)
    assert (stale.value.draft.revision, stale.value.draft.fields) == (2, {"world_why": ["two"]})
    assert Draft.objects.get().fields == {"world_why": ["two"]}


def test_a_retry_of_what_is_stored_is_no_conflict_and_no_new_revision(task):
    save(task, "one", 0)
    assert save(task, "one", 0) == 1


def test_a_save_prolongs_the_lease_of_an_open_task_only(task):
    Assignment.objects.update(leased_until="2020-01-01T00:00Z")
    save(task, "one", 0)
    task.refresh_from_db()
    assert task.leased_until.year > 2020
    Assignment.objects.update(state="expired", leased_until="2020-01-01T00:00Z")
    save(task, "two", 1)
    task.refresh_from_db()
    assert (task.state, task.leased_until.year) == ("expired", 2020)


def test_a_task_handed_in_takes_no_draft(task):
    Assignment.objects.update(state="submitted")
    with pytest.raises(drafts.AlreadyHandedIn):
        save(task, "late", 0)
    assert not Draft.objects.exists()


def test_a_flood_is_refused_and_what_was_saved_is_kept(task):
    save(task, "one", 0)
    with pytest.raises(drafts.DraftTooLong):
        save(task, "x" * 200_001, 1)
    assert Draft.objects.get().fields == {"world_why": ["one"]}


def test_empty_fields_and_odd_characters_are_not_kept(task):
    fields = {"world_why": ["a\0b\r\nc"], "personal_why": [""], "unacceptable": ["A", "B"]}
    draft = drafts.save_draft(assignment=task, study=task.prompt.study, fields=fields, revision=0)
    assert draft.fields == {"world_why": ["ab\nc"], "unacceptable": ["A", "B"]}
