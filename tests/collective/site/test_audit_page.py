"""The audit log's page: for admins of the service."""

import pytest
from django.db import connection, transaction
from django.urls import reverse

from collective.audit.chain import record
from collective.site import audit
from tests.factories import make_user

pytestmark = pytest.mark.django_db
URL = reverse("audit")


@pytest.fixture
def admin(client):
    user = make_user(is_superuser=True)
    client.force_login(user)
    return user


def act(**fields):
    with transaction.atomic():
        return record(**{"by": "ada@example.org", "action": "study.created", "target": "study:bees"} | fields)


def numbers(client, **query):
    return [entry.number for entry in client.get(URL, query).context["page"]]


def test_it_works(client, admin):
    act(details={"title": {"from": "Old", "to": "New"}}, study="bees")
    page = client.get(URL).content.decode()
    for shown in ("ada@example.org", "study.created", "study:bees", "Old → New", "The chain is whole: 1 entry."):
        assert shown in page


def test_the_latest_comes_first_and_filters_narrow(client, admin):
    act(study="bees")
    act(study="wasps", action="study.changed")
    act(by="bob@example.org")
    assert numbers(client) == [3, 2, 1]
    assert numbers(client, study="wasps") == [2]
    assert numbers(client, action="study.created") == [3, 1]
    assert numbers(client, actor="BOB") == [3]


def test_a_broken_chain_is_said_loudly(client, admin):
    act()
    act()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_auditentry DISABLE TRIGGER USER")
        cursor.execute("UPDATE audit_auditentry SET actor = 'nobody' WHERE number = 1")
    page = client.get(URL).content.decode()
    assert "The chain is broken" in page
    assert "At entry 1" in page


def test_a_long_log_is_checked_when_asked(client, admin, monkeypatch):
    monkeypatch.setattr(audit, "CHECKED_AT_ONCE", 0)
    act()
    assert client.get(URL).context["state"].verification is None
    assert client.get(URL, {"check": ""}).context["state"].verification.broken is None


def test_an_empty_log_works(client, admin):
    assert "No entries" in client.get(URL).content.decode()


def test_it_is_for_admins_of_the_service(client):
    assert client.get(URL).status_code == 302
    client.force_login(make_user())
    assert client.get(URL).status_code == 403


def test_many_entries_take_no_more_queries_than_few(client, admin, django_assert_max_num_queries):
    for _number in range(60):
        act()
    with django_assert_max_num_queries(12):
        client.get(URL)
