"""The pay sheet's pages. If these fail, people are paid a wrong amount, or a spreadsheet runs a stranger's formula."""

import csv
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from collective.audit.models import AuditEntry
from elicitation.models import Role
from tests.factories import make_assessment, make_member, make_participant, make_prompt, make_study
from tests.mock_panel import MockPanel

pytestmark = pytest.mark.django_db


@pytest.fixture
def study(client):
    study = make_study(pay_base=Decimal(3), pay_per_task=Decimal("0.5"), currency="EUR")
    client.force_login(make_member(study, Role.RESEARCHER))
    return study


@pytest.fixture
def person(study):
    now = timezone.now()
    person = make_participant(study, outcome="complete", outcome_at=now, finished_at=now)
    make_assessment(make_prompt(study), person)
    return person


def url(name, study, query=""):
    return reverse(f"elicitation:{name}", args=[study.slug]) + query


def download(client, study, query=""):
    text = b"".join(client.get(url("pay-csv", study, query)).streaming_content).decode()
    return list(csv.DictReader(text.splitlines()))


def test_it_works(client, study, person):
    make_participant(study)
    content = client.get(url("pay", study)).content.decode()
    assert person.key in content
    assert "Finished: 3.00. 1 task: 0.50." in content
    assert "<strong>3.50</strong>" in content


def test_noting_as_paid_and_taking_it_back(client, study, person):
    data = {"person": [person.pk], "what": "paid", "query": "state=due"}
    response = client.post(url("mark-paid", study), data)
    assert response.url == url("pay", study, "?state=due")
    person.refresh_from_db()
    assert person.paid_amount == Decimal("3.50")
    client.post(url("mark-paid", study), data | {"what": "taken-back"})
    person.refresh_from_db()
    assert person.paid_at is None


def test_noting_everybody_of_one_panel(client, study, person):
    mock = MockPanel(study, "prolific")
    now = timezone.now()
    other = make_participant(study, outcome="complete", outcome_at=now, finished_at=now)
    mock.panel.entries.create(participant=other, external_id="aaa1")
    client.post(url("mark-paid", study), {"what": "paid-all", "panel": mock.panel.pk})
    person.refresh_from_db()
    other.refresh_from_db()
    assert (person.paid_at, other.paid_amount) == (None, Decimal("3.00"))


def test_nonsense_changes_nothing(client, study, person):
    for sent in (["x"], ["-1"], ["9" * 30], []):
        assert client.post(url("mark-paid", study), {"person": sent, "what": "paid"}).status_code == 302
    person.refresh_from_db()
    assert person.paid_at is None


def test_the_csv_says_the_same_and_is_recorded(client, study, person):
    [row] = download(client, study)
    assert row["person"] == person.key
    assert (row["outcome"], row["tasks"], row["owed"], row["due"], row["currency"], row["state"]) == (
        "complete",
        "1",
        "3.50",
        "3.50",
        "EUR",
        "due",
    )
    assert AuditEntry.objects.get().action == "pay.exported"


@pytest.mark.parametrize("external_id", ["=HYPERLINK(1)", "+1", "-1", "@SUM(1)", "\t=1"])
def test_no_cell_is_a_formula(client, study, person, external_id):
    MockPanel(study, "prolific").panel.entries.create(participant=person, external_id=external_id)
    assert download(client, study)[0]["panel_id"] == f"'{external_id}"


def test_a_filter_narrows_page_and_download(client, study, person):
    make_participant(study)
    assert [row["person"] for row in download(client, study, "?state=due")] == [person.key]
    assert len(client.get(url("pay", study, "?state=under-way")).context["page"]) == 1
    assert client.get(url("pay", study, "?state=nonsense&panel=x&page=-3")).status_code == 200


def test_the_number_of_queries_does_not_grow_with_people(client, study, person, django_assert_max_num_queries):
    for _ in range(5):
        make_assessment(make_prompt(study), make_participant(study))
    with django_assert_max_num_queries(25):
        client.get(url("pay", study))
