"""The page of a running study."""

import pytest
from django.urls import reverse
from django.utils import timezone

from elicitation.models import Alert, Role, Study
from tests.factories import make_assessment, make_member, make_participant, make_prompt, make_study

pytestmark = pytest.mark.django_db


@pytest.fixture
def study():
    return make_study(slug="ours")


@pytest.fixture
def researcher(client, study):
    user = make_member(study, Role.RESEARCHER)
    client.force_login(user)
    return user


def address(name="monitoring"):
    return reverse(f"elicitation:{name}", args=["ours"])


def test_it_works(client, researcher, study):
    make_assessment(make_prompt(study), make_participant(study), world="A>B>C>D", step_seconds={"world": 42})
    Alert.objects.create(study=study, kind="silence", details={"hours": 13})
    text = client.get(address()).content.decode()
    assert "No answer has come for 13 hours." in text
    assert "Ranking for the world" in text
    assert "42 s" in text


def test_nobody_has_come_yet(client, researcher):
    assert "No times yet." in client.get(address()).content.decode()


def test_what_has_not_changed_is_not_sent_again(client, researcher, study):
    state = client.get(address()).context["live"]["state"]
    assert client.get(address("monitoring-live"), {"seen": state}).status_code == 204
    make_participant(study)
    changed = client.get(address("monitoring-live"), {"seen": state})
    assert (changed.status_code, changed["X-State"] != state) == (200, True)
    assert "data-summary" in changed.content.decode()
    assert client.get(address("monitoring-live"), {"seen": changed["X-State"]}).status_code == 204


def test_recipients_are_set(client, researcher, study):
    client.post(address("alert-recipients"), {"emails": "a@example.org\nb@example.org"})
    assert Study.objects.get().alert_emails == ["a@example.org", "b@example.org"]
    assert "a@example.org" in client.get(address()).content.decode()


def test_what_is_no_address_is_said_and_kept_for_correction(client, researcher):
    answer = client.post(address("alert-recipients"), {"emails": "nobody"})
    assert answer.status_code == 400
    assert "Please write one address on each line" in answer.content.decode()
    assert Study.objects.get().alert_emails == []


def test_a_reviewer_sees_and_sets_nothing(client, study):
    client.force_login(make_member(study, Role.REVIEWER))
    assert client.get(address()).status_code == 200
    assert client.post(address("alert-recipients"), {"emails": "a@example.org"}).status_code == 403


@pytest.mark.parametrize("name", ["monitoring", "monitoring-live"])
def test_strangers_find_nothing(client, study, name):
    client.force_login(make_member(make_study()))
    assert client.get(address(name)).status_code == 404


def test_an_unknown_kind_of_alert_breaks_nothing(client, researcher, study):
    Alert.objects.create(study=study, kind="of-old", mailed_at=timezone.now())
    assert client.get(address()).status_code == 200
