"""The page on which admins of the service see and invite people."""

import pytest
from django.test import Client
from django.urls import reverse

from collective.accounts import invitations
from collective.accounts.models import Invitation, User
from collective.audit.models import AuditEntry
from tests.factories import PASSWORD, make_user

pytestmark = pytest.mark.django_db
URL = reverse("accounts:people")


@pytest.fixture
def admin(client):
    user = make_user(email="admin@example.org", is_superuser=True)
    client.force_login(user)
    return user


def test_it_works(client, admin):
    make_user(email="active@example.org")
    invitations.invite(by=admin, email="asked@example.org")
    page = client.get(URL).content.decode()
    for shown in ("active@example.org", "asked@example.org", "link valid until"):
        assert shown in page


def test_the_link_is_shown_once_and_works(client, admin):
    page = client.post(reverse("accounts:invite"), {"email": "x@example.org", "name": "X"}).content.decode()
    token = page.split("/accounts/invitation/")[1].split("/")[0]
    assert invitations.find(token).user == User.objects.get(email="x@example.org")
    assert token not in client.get(URL).content.decode()


def test_who_has_an_account_is_not_invited(client, admin):
    response = client.post(reverse("accounts:invite"), {"email": admin.email.upper()})
    assert response.status_code == 400
    assert "has an account already" in response.content.decode()


def test_a_reset_link_sets_a_new_password(client, admin):
    user = make_user(password="some older words")
    page = client.post(reverse("accounts:reset", args=[user.pk])).content.decode()
    token = page.split("/accounts/invitation/")[1].split("/")[0]
    invitations.accept(token=token, email="", name="Same", password=PASSWORD)
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


def test_an_account_switched_off_is_out_at_once_and_can_come_back(client, admin):
    user = make_user()
    elsewhere = Client()
    elsewhere.force_login(user)
    assert elsewhere.get(reverse("accounts:account")).status_code == 200
    client.post(reverse("accounts:switch-off", args=[user.pk]))
    assert elsewhere.get(reverse("accounts:account")).status_code == 302
    client.post(reverse("accounts:switch-on", args=[user.pk]))
    assert elsewhere.login(email=user.email, password=PASSWORD)
    assert [e.action for e in AuditEntry.objects.all()] == ["account.switched_off", "account.switched_on"]


def test_one_cannot_switch_oneself_off(client, admin):
    page = client.post(reverse("accounts:switch-off", args=[admin.pk]), follow=True).content.decode()
    assert "your own account" in page
    admin.refresh_from_db()
    assert admin.is_active


def test_an_invited_person_is_not_switched_on_past_their_invitation(client, admin):
    user, _link = invitations.invite(by=admin, email="asked@example.org")
    client.post(reverse("accounts:switch-on", args=[user.pk]))
    user.refresh_from_db()
    assert not user.is_active


@pytest.mark.parametrize("name", ["people", "invite", "reset", "switch-off", "switch-on"])
def test_it_is_for_admins_of_the_service(client, name):
    somebody = make_user()
    url = reverse(f"accounts:{name}", args=[somebody.pk] if name in {"reset", "switch-off", "switch-on"} else [])
    send = client.get if name == "people" else client.post
    assert send(url).status_code == 302  # to sign in
    client.force_login(somebody)
    assert send(url, {"email": "x@example.org"}).status_code == 403
    assert not Invitation.objects.exists()


def test_many_accounts_take_no_more_queries_than_few(client, admin, django_assert_max_num_queries):
    for _number in range(30):
        make_user()
    with django_assert_max_num_queries(3):  # one may be the session's, when another test has emptied the cache
        client.get(URL)
