"""If these fail, a researcher cannot tell other systems of a study, or somebody else can."""

import pytest

from collective.work.models import WorkState
from elicitation.models import Role, Webhook, WebhookDelivery
from tests.factories import make_member, make_study

GIVEN = {"url": "https://example.org/hook", "events": ["participant.ended"]}


@pytest.fixture
def study(db):
    return make_study(slug="city")


@pytest.fixture
def researcher(study, client):
    client.force_login(make_member(study, Role.RESEARCHER))
    return client


def test_an_address_is_added_and_its_secret_shown_once(researcher):
    page = researcher.post("/studies/city/webhooks/", GIVEN)
    secret = Webhook.objects.get().secret
    assert secret in page.content.decode()
    later = researcher.get("/studies/city/webhooks/").content.decode()
    assert "https://example.org/hook" in later
    assert secret not in later


def test_a_bad_address_says_why(researcher):
    page = researcher.post("/studies/city/webhooks/", GIVEN | {"url": "http://example.org/"})
    assert page.status_code == 400
    assert "https://" in page.content.decode()
    assert not Webhook.objects.exists()


@pytest.mark.parametrize("what", ["pause", "go-on", "test", "remove", "secret", "nonsense"])
def test_an_address_is_changed(researcher, study, what):
    researcher.post("/studies/city/webhooks/", GIVEN)
    webhook = Webhook.objects.get()
    answer = researcher.post(f"/studies/city/webhooks/{webhook.pk}/", {"what": what})
    assert answer.status_code == (200 if what == "secret" else 302)
    after = Webhook.objects.filter(pk=webhook.pk).first()
    assert (after is None) == (what == "remove")
    if after:
        assert after.is_active == (what != "pause")
        assert (after.secret != webhook.secret) == (what == "secret")
        assert WebhookDelivery.objects.count() == (what == "test")


def test_what_was_given_up_is_sent_again(researcher, study):
    researcher.post("/studies/city/webhooks/", GIVEN)
    row = WebhookDelivery.objects.create(
        webhook=Webhook.objects.get(), event="webhook.test", payload={}, state=WorkState.FAILED, error="It is away."
    )
    page = researcher.get("/studies/city/webhooks/").content.decode()
    assert "It is away." in page
    researcher.post(f"/studies/city/webhooks/deliveries/{row.pk}/")
    row.refresh_from_db()
    assert row.state == WorkState.PENDING


def test_reviewers_and_strangers_may_not(study, client):
    client.force_login(make_member(study, Role.REVIEWER))
    assert client.get("/studies/city/webhooks/").status_code == 403
    client.force_login(make_member(make_study(), Role.ADMIN))
    assert client.get("/studies/city/webhooks/").status_code == 404
    assert client.post("/studies/city/webhooks/", GIVEN).status_code == 404
