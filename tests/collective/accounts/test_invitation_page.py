"""The page a one-time link opens."""

import pytest
from django.urls import reverse
from django.utils import timezone

from collective.accounts import invitations
from collective.accounts.models import Invitation, User
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db


def path_of(link: str) -> str:
    return reverse("accounts:accept-invitation", args=[link.rstrip("/").rsplit("/", 1)[-1]])


@pytest.fixture
def invited():
    return path_of(invitations.invite(by=None, email="new@example.org", name="New")[1])


def test_it_works(client, invited):
    assert 'value="new@example.org"' in client.get(invited).content.decode()
    response = client.post(invited, {"name": "Newton", "password": PASSWORD})
    assert (response.status_code, response.url) == (302, reverse("home"))
    user = User.objects.get(email="new@example.org")
    assert (user.is_active, user.name, client.session["_auth_user_id"]) == (True, "Newton", str(user.pk))


def test_the_first_admin_gives_their_own_address(client):
    link = invitations.first_admin_link()
    assert link is not None
    assert "first admin" in client.get(path_of(link)).content.decode()
    client.post(path_of(link), {"email": "ada@example.org", "name": "Ada", "password": PASSWORD})
    assert User.objects.get().is_superuser


def test_an_invited_person_cannot_take_another_address(client, invited):
    client.post(invited, {"name": "New", "password": PASSWORD, "email": "boss@example.org"})
    assert set(User.objects.values_list("email", flat=True)) == {"new@example.org"}


def test_a_weak_password_is_refused_beside_its_field(client, invited):
    response = client.post(invited, {"name": "New", "password": "short"})
    assert "too short" in response.content.decode()
    assert not User.objects.get().is_active


def test_a_used_link_is_gone(client, invited):
    client.post(invited, {"name": "New", "password": PASSWORD})
    response = client.get(invited)
    assert response.status_code == 410
    assert "Ask whoever sent it" in response.content.decode()


def test_an_expired_link_is_gone(client, invited):
    past = timezone.now() - invitations.LIFETIME * 2
    Invitation.objects.update(created_at=past, expires_at=past + invitations.LIFETIME)
    assert client.post(invited, {"name": "New", "password": PASSWORD}).status_code == 410
    assert not User.objects.get().is_active
