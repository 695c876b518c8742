"""If these fail, somebody reads or changes a study that is not theirs.

Every address of the staff's pages stands in `PAGES`; a new one that does not fails the first test.
"""

import pytest
from django.urls import reverse

from elicitation.models import Quota, Role, Webhook, WebhookDelivery
from elicitation.protocol import default_intake
from elicitation.quiz import default_quiz
from elicitation.staff import urls
from tests.factories import (
    make_assessment,
    make_member,
    make_participant,
    make_prompt,
    make_study,
    make_user,
)

pytestmark = pytest.mark.django_db

ANY_ACCOUNT = ("studies", "create")
"""Pages that are about no study in particular."""

PAGES = {
    "study": (Role.REVIEWER, "get"),
    "build": (Role.REVIEWER, "get"),
    "build-preview": (Role.REVIEWER, "get"),
    "preview-page": (Role.REVIEWER, "get"),
    "preview-draft": (Role.REVIEWER, "post"),
    "build-versions": (Role.REVIEWER, "get"),
    "build-status": (Role.REVIEWER, "get"),
    "build-texts": (Role.RESEARCHER, "get"),
    "build-limits": (Role.RESEARCHER, "get"),
    "build-pay": (Role.RESEARCHER, "get"),
    "build-publishing": (Role.RESEARCHER, "get"),
    "build-languages": (Role.RESEARCHER, "get"),
    "build-steps": (Role.RESEARCHER, "get"),
    "build-intake": (Role.RESEARCHER, "get"),
    "build-add-question": (Role.RESEARCHER, "get"),
    "build-question": (Role.RESEARCHER, "get"),
    "build-quotas": (Role.RESEARCHER, "get"),
    "build-add-quota": (Role.RESEARCHER, "get"),
    "build-quota": (Role.RESEARCHER, "get"),
    "build-quiz": (Role.RESEARCHER, "get"),
    "build-add-item": (Role.RESEARCHER, "get"),
    "build-item": (Role.RESEARCHER, "get"),
    "build-prompts": (Role.RESEARCHER, "get"),
    "change-prompt": (Role.RESEARCHER, "get"),
    "build-publish": (Role.RESEARCHER, "post"),
    "build-discard": (Role.RESEARCHER, "post"),
    "clone": (Role.RESEARCHER, "get"),
    "status": (Role.RESEARCHER, "post"),
    "prompts": (Role.REVIEWER, "get"),
    "add-prompt": (Role.RESEARCHER, "get"),
    "prompt": (Role.REVIEWER, "get"),
    "people": (Role.REVIEWER, "get"),
    "person": (Role.REVIEWER, "get"),
    "assessment": (Role.REVIEWER, "get"),
    "members": (Role.ADMIN, "get"),
    "grant": (Role.ADMIN, "post"),
    "revoke": (Role.ADMIN, "post"),
    "quality": (Role.REVIEWER, "get"),
    "find-flags": (Role.RESEARCHER, "post"),
    "exclude-people": (Role.RESEARCHER, "post"),
    "change-exclusion": (Role.RESEARCHER, "post"),
    "monitoring": (Role.REVIEWER, "get"),
    "monitoring-live": (Role.REVIEWER, "get"),
    "alert-recipients": (Role.RESEARCHER, "post"),
    "texts": (Role.RESEARCHER, "get"),
    "texts-in": (Role.RESEARCHER, "get"),
    "export-texts": (Role.RESEARCHER, "get"),
    "import-texts": (Role.RESEARCHER, "post"),
    "translate-texts": (Role.RESEARCHER, "post"),
    "webhooks": (Role.RESEARCHER, "get"),
    "change-webhook": (Role.RESEARCHER, "post"),
    "retry-delivery": (Role.RESEARCHER, "post"),
    "panels": (Role.RESEARCHER, "get"),
    "panel": (Role.RESEARCHER, "get"),
    "add-panel": (Role.RESEARCHER, "get"),
    "open-link": (Role.RESEARCHER, "post"),
    "invitations": (Role.RESEARCHER, "get"),
    "send-invitations": (Role.RESEARCHER, "post"),
    "change-invitation": (Role.RESEARCHER, "post"),
    "letter": (Role.RESEARCHER, "get"),
    "pay": (Role.RESEARCHER, "get"),
    "pay-csv": (Role.RESEARCHER, "get"),
    "mark-paid": (Role.RESEARCHER, "post"),
}
"""The lowest role that each page of a study is for, and how it is asked for."""

RANKED = [Role.REVIEWER, Role.RESEARCHER, Role.ADMIN]


@pytest.fixture
def study():
    study = make_study(consent_text="I agree.", languages=["en", "es"])
    make_assessment(make_prompt(study, criteria=1), make_participant(study), personal="A>B>C>D")
    study.protocols.update(intake=default_intake(), quiz=default_quiz())
    Quota.objects.create(study=study, label="All", position=0, places=3)
    return study


def make_delivery(study):
    webhook, _ = Webhook.objects.get_or_create(study=study, url="https://example.org/", defaults={"events": []})
    return WebhookDelivery.objects.create(webhook=webhook, event="webhook.test", payload={})


def address(name, study):
    arguments = {
        "prompt": lambda: [study.prompts.get().key],
        "person": lambda: [study.participants.get().pk],
        "assessment": lambda: [study.prompts.get().assessments.get().pk],
        "change-exclusion": lambda: [study.participants.get().pk],
        "texts-in": lambda: ["es"],
        "export-texts": lambda: ["es", "csv"],
        "import-texts": lambda: ["es"],
        "translate-texts": lambda: ["es"],
        "panel": lambda: [study.panels.get_or_create(name="P", id_parameter="pid")[0].pk],
        "add-panel": lambda: ["prolific"],
        "change-invitation": lambda: [study.invited.get_or_create(email="ann@example.org")[0].pk],
        "letter": lambda: ["invitation", "en"],
        "change-webhook": lambda: [make_delivery(study).webhook.pk],
        "retry-delivery": lambda: [make_delivery(study).pk],
        "preview-page": lambda: ["welcome"],
        "build-question": lambda: ["age"],
        "build-quota": lambda: [study.quotas.get().pk],
        "build-item": lambda: [default_quiz()["items"][0]["key"]],
        "change-prompt": lambda: [study.prompts.get().pk],
        "revoke": lambda: [make_member(study, Role.REVIEWER).pk],
    }
    return reverse(f"elicitation:{name}", args=[study.slug, *arguments.get(name, list)()])


def test_every_address_is_tested_here():
    assert {pattern.name for pattern in urls.urlpatterns} == {*PAGES, *ANY_ACCOUNT}


@pytest.mark.parametrize("name", PAGES)
def test_visitors_are_sent_to_sign_in(client, study, name):
    url = address(name, study)
    response = getattr(client, PAGES[name][1])(url)
    assert (response.status_code, response.url) == (302, f"{reverse('accounts:sign-in')}?next={url}")


@pytest.mark.parametrize("name", PAGES)
def test_for_a_stranger_the_study_does_not_exist(client, study, name):
    client.force_login(make_member(make_study(), Role.ADMIN))
    assert getattr(client, PAGES[name][1])(address(name, study)).status_code == 404


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("held", RANKED)
def test_a_role_opens_what_is_for_it_and_no_more(client, study, name, held):
    lowest, method = PAGES[name]
    client.force_login(make_member(study, held))
    status = getattr(client, method)(address(name, study)).status_code
    if RANKED.index(held) >= RANKED.index(lowest):
        assert status in {200, 302, 400}
    else:
        assert status == 403


@pytest.mark.parametrize("name", [name for name, (_role, method) in PAGES.items() if method == "post"])
def test_what_changes_something_is_not_asked_for_by_a_link(client, study, name):
    client.force_login(make_member(study, Role.ADMIN))
    assert client.get(address(name, study)).status_code == 405


@pytest.mark.parametrize("name", ["person", "assessment", "prompt", "build-quota", "change-prompt"])
def test_what_belongs_to_another_study_is_not_found_in_this_one(client, study, name):
    other = make_study()
    user = make_member(other, Role.ADMIN)
    client.force_login(user)
    mixed = address(name, study).replace(f"/{study.slug}/", f"/{other.slug}/")
    assert client.get(mixed).status_code == 404


@pytest.mark.parametrize("name", sorted(ANY_ACCOUNT))
def test_whoever_has_an_account_sees_the_list_and_may_create(client, name):
    url = reverse(f"elicitation:{name}")
    assert client.get(url).status_code == 302
    client.force_login(make_user())
    assert client.get(url).status_code == 200
