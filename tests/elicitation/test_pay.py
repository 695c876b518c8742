"""What people are owed. If these fail, somebody who worked is not paid, or is paid twice."""

from decimal import Decimal

import pytest
from django.utils import timezone

from collective.audit.models import AuditEntry
from elicitation.models import Participant, Withdrawal
from elicitation.paying import mark_paid, take_back_paid
from elicitation.queries.pay import pay_lines, totals
from tests.factories import make_assessment, make_participant, make_prompt, make_study, make_user
from tests.mock_panel import MockPanel

pytestmark = pytest.mark.django_db

NOW = timezone.now()


@pytest.fixture
def study():
    return make_study(
        pay_base=Decimal("3.00"), pay_per_task=Decimal("0.50"), pay_screened_out=Decimal("0.25"), currency="EUR"
    )


def person_with(study, tasks=0, surplus=0, outcome="", **fields):
    ended = {"outcome": outcome, "outcome_at": NOW} if outcome else {}
    if outcome == "complete":
        ended["finished_at"] = NOW
    person = make_participant(study, **ended, **fields)
    for number in range(tasks):
        make_assessment(make_prompt(study), person, is_surplus=number < surplus)
    return person


def line_of(study, person):
    [line] = pay_lines(study, people=[person.pk])
    return line


@pytest.mark.parametrize(
    ("outcome", "tasks", "amount"),
    [
        ("complete", 4, "5.00"),
        ("complete", 0, "3.00"),
        ("", 2, "1.00"),
        ("screened_out", 0, "0.25"),
        ("quota_full", 0, "0.25"),
        ("failed_checks", 1, "0.75"),
        ("fault", 1, "0.75"),
        ("timed_out", 3, "1.50"),
        ("returned", 3, "0.00"),
        ("withdrawn", 1, "0.50"),
    ],
)
def test_what_is_owed_by_how_it_ended(study, outcome, tasks, amount):
    line = line_of(study, person_with(study, tasks, outcome=outcome))
    assert line.owed.amount == Decimal(amount)
    assert line.is_due == (bool(outcome) and Decimal(amount) > 0)


def test_surplus_tasks_are_paid_and_said(study):
    line = line_of(study, person_with(study, 3, surplus=1, outcome="complete"))
    assert line.owed.amount == Decimal("4.50")
    assert line.reasons == ["Finished: 3.00.", "3 tasks: 1.50 (1 of them more than was needed)."]


def test_who_was_excluded_is_owed_all_the_same(study):
    line = line_of(study, person_with(study, 2, outcome="complete", excluded_at=NOW))
    assert line.owed.amount == Decimal("4.00")
    assert line.reasons[-1] == "Excluded from the results, and owed all the same."


def test_work_that_was_taken_back_is_paid(study):
    person = person_with(study, 0, outcome="withdrawn", finished_at=NOW)
    Withdrawal.objects.create(participant=person, scope="everything", tasks=4, outcome="complete")
    line = line_of(study, person)
    assert line.owed.amount == Decimal("5.00")
    assert "4 tasks: 2.00 (4 of them taken back since)." in line.reasons


def test_people_who_never_came_in_person_are_not_on_the_sheet(study):
    person_with(study, 1, source=Participant.Source.SIMULATED)
    person_with(study, 1, source=Participant.Source.IMPORTED)
    assert list(pay_lines(study)) == []


def test_totals(study):
    paid = person_with(study, 2, outcome="complete")
    person_with(study, 0, outcome="screened_out")
    person_with(study, 1)
    mark_paid(by=None, study=study, people=[paid.pk])
    sums = totals(pay_lines(study))
    assert (sums.people, sums.people_due) == (3, 1)
    assert (sums.owed, sums.paid, sums.due, sums.under_way) == tuple(
        Decimal(amount) for amount in ("4.25", "4.00", "0.25", "0.50")
    )


def test_paying_is_noted_once_recorded_and_can_be_taken_back(study):
    user, person, under_way = make_user(), person_with(study, 2, outcome="complete"), person_with(study, 1)
    stranger = person_with(make_study(pay_base=Decimal(9)), outcome="complete")
    people = [person.pk, under_way.pk, stranger.pk]
    assert [mark_paid(by=user, study=study, people=people) for _ in range(2)] == [1, 0]
    line = line_of(study, person)
    assert (line.state, line.paid, line.due) == ("paid", Decimal("4.00"), Decimal(0))
    assert take_back_paid(by=user, study=study, people=people) == 1
    assert line_of(study, person).state == "due"
    marked, undone = AuditEntry.objects.order_by("number")
    assert marked.details == undone.details
    assert marked.details["people"] == [{"person": person.key, "amount": "4.00"}]


def test_what_comes_after_somebody_was_paid_is_still_due(study):
    person = person_with(study, 1, outcome="timed_out")
    mark_paid(by=None, study=study, people=[person.pk])
    make_assessment(make_prompt(study), person, is_surplus=True)
    line = line_of(study, person)
    assert (line.state, line.due) == ("due", Decimal("0.50"))
    mark_paid(by=None, study=study, people=[person.pk])
    assert line_of(study, person).paid == Decimal("1.00")


def test_one_panel_alone(study):
    panel = MockPanel(study, "prolific").panel
    person = person_with(study, 1, outcome="complete")
    person_with(study, 1, outcome="complete")
    panel.entries.create(participant=person, external_id="aaa1")
    [line] = pay_lines(study, panel=panel.pk)
    assert (line.person, line.panel_name, line.external_id) == (person, "Prolific", "aaa1")
