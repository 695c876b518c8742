"""Leaving people out is explicit, logged and reversible, and touches nothing they gave."""

import pytest

from collective.audit.models import AuditEntry
from elicitation.exclusion import ExclusionRefused, exclude, exclude_all, readmit
from elicitation.models import Assessment, Exclusion
from tests.factories import make_assessment, make_member, make_participant, make_prompt, make_study

pytestmark = pytest.mark.django_db


@pytest.fixture
def study():
    return make_study()


@pytest.fixture
def person(study):
    person = make_participant(study)
    make_assessment(make_prompt(study), person, personal="A>B>C>D")
    return person


def actions():
    return list(AuditEntry.objects.order_by("number").values_list("action", flat=True))


def test_it_works(study, person):
    by = make_member(study)
    made = exclude(by=by, participant=person, reason="  Failed two attention items. ")
    person.refresh_from_db()
    assert (made.reason, made.by, person.excluded_at) == ("Failed two attention items.", by, made.excluded_at)
    assert Assessment.objects.count() == 1
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.target, entry.study) == (
        "participant.excluded",
        f"participant:{person.pk}",
        study.slug,
    )


def test_it_can_be_taken_back(study, person):
    by = make_member(study)
    exclude(by=by, participant=person, reason="Too fast.")
    readmit(by=by, participant=person, reason="They knew the prompts.")
    person.refresh_from_db()
    lifted = Exclusion.objects.get()
    assert (person.excluded_at, lifted.lifted_by, lifted.lifted_reason) == (None, by, "They knew the prompts.")
    assert lifted.lifted_at is not None
    assert actions() == ["participant.excluded", "participant.readmitted"]


def test_doing_it_twice_changes_nothing(person):
    first = exclude(by=None, participant=person, reason="Too fast.")
    assert exclude(by=None, participant=person, reason="Another.") == first
    readmit(by=None, participant=person)
    readmit(by=None, participant=person)
    assert actions() == ["participant.excluded", "participant.readmitted"]


def test_every_exclusion_is_kept(person):
    for reason in ("One.", "Two."):
        exclude(by=None, participant=person, reason=reason)
        readmit(by=None, participant=person)
    assert list(person.exclusions.order_by("pk").values_list("reason", flat=True)) == ["One.", "Two."]


@pytest.mark.parametrize("reason", ["", "   ", "x" * 2001])
def test_a_reason_is_needed_and_no_essay(person, reason):
    with pytest.raises(ExclusionRefused):
        exclude(by=None, participant=person, reason=reason)
    assert not Exclusion.objects.exists()


def test_many_at_once_for_one_reason(study, person):
    other, elsewhere = make_participant(study), make_participant(make_study())
    exclude(by=None, participant=person, reason="Too fast.")
    assert exclude_all(by=None, study=study, people=[person.pk, other.pk, elsewhere.pk], reason="All ties.") == 1
    assert set(Exclusion.objects.values_list("participant", "reason")) == {
        (person.pk, "Too fast."),
        (other.pk, "All ties."),
    }


def test_nobody_ticked(study):
    with pytest.raises(ExclusionRefused):
        exclude_all(by=None, study=study, people=[], reason="Too fast.")
