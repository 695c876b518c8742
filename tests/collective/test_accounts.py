"""If these fail, somebody could get an account they were not given, or guess a password at leisure."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from collective.accounts import invitations, throttling
from collective.accounts.models import Invitation, User
from tests.conftest import HASHERS
from tests.factories import PASSWORD, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _empty_cache():
    cache.clear()


def token_of(link: str | None) -> str:
    assert link is not None
    return link.rstrip("/").rsplit("/", 1)[-1]


def test_first_admin_link_sets_up_an_admin_once():
    token = token_of(invitations.first_admin_link())
    admin = invitations.accept(token=token, email="Admin@Example.org", name="Ada", password=PASSWORD)
    assert (admin.email, admin.is_superuser, admin.check_password(PASSWORD)) == ("admin@example.org", True, True)
    assert invitations.first_admin_link() is None
    with pytest.raises(invitations.InvitationInvalid):
        invitations.accept(token=token, email="b@example.org", name="B", password=PASSWORD)


def test_a_new_first_admin_link_voids_the_one_before():
    old = token_of(invitations.first_admin_link())
    invitations.first_admin_link()
    with pytest.raises(invitations.InvitationInvalid):
        invitations.find(old)


def test_the_token_itself_is_not_stored():
    token = token_of(invitations.first_admin_link())
    assert token not in Invitation.objects.get().token_hash


def test_an_invited_person_is_dormant_until_they_accept():
    user, link = invitations.invite(by=None, email="new@example.org")
    assert not user.is_active
    accepted = invitations.accept(token=token_of(link), email="other@example.org", name="New", password=PASSWORD)
    assert accepted == user
    assert (accepted.email, accepted.is_active, accepted.is_superuser) == ("new@example.org", True, False)


def test_an_active_account_is_not_invited_again():
    user = make_user()
    with pytest.raises(invitations.AlreadyActive):
        invitations.invite(by=None, email=user.email.upper())


def test_an_expired_link_is_refused():
    token = token_of(invitations.first_admin_link())
    past = timezone.now() - invitations.LIFETIME
    Invitation.objects.update(created_at=past, expires_at=timezone.now() - timedelta(minutes=1))
    with pytest.raises(invitations.InvitationInvalid):
        invitations.find(token)


def test_a_weak_password_leaves_the_link_usable():
    token = token_of(invitations.first_admin_link())
    with pytest.raises(ValidationError):
        invitations.accept(token=token, email="a@example.org", name="A", password="short")
    assert invitations.find(token)
    assert not User.objects.exists()


def sign_in(client, email, password):
    return client.post(reverse("accounts:sign-in"), {"email": email, "password": password})


def test_sign_in_works_whatever_the_case_of_the_address(client):
    user = make_user(email="someone@example.org")
    assert sign_in(client, "Someone@Example.org", PASSWORD).status_code == 302
    assert client.session["_auth_user_id"] == str(user.pk)


def test_sign_in_is_refused_after_too_many_failures_even_with_the_right_password(client):
    user = make_user()
    for _attempt in range(throttling.LIMIT_PER_ADDRESS):
        assert sign_in(client, user.email, "wrong").status_code == 400
    assert sign_in(client, user.email, PASSWORD).status_code == 429
    assert "_auth_user_id" not in client.session


def test_sign_in_does_not_redirect_to_another_site(client):
    user = make_user()
    response = client.post(
        reverse("accounts:sign-in"),
        {"email": user.email, "password": PASSWORD, "next": "https://evil.example/"},
    )
    assert response.url == reverse("home")


def test_passwords_are_stored_as_argon2_hashes(settings):
    settings.PASSWORD_HASHERS = HASHERS
    assert make_user().password.startswith("argon2$argon2id$")


def test_behind_a_proxy_clients_are_told_apart_by_what_the_proxy_saw(rf, settings):
    settings.BEHIND_PROXY = True
    for number in range(throttling.LIMIT_PER_CLIENT):
        guesser = rf.post("/", HTTP_X_FORWARDED_FOR=f"10.0.0.{number}, 192.0.2.1", REMOTE_ADDR="127.0.0.1")
        throttling.count_failure(guesser, f"{number}@example.org")
    somebody_else = rf.post("/", HTTP_X_FORWARDED_FOR="192.0.2.2", REMOTE_ADDR="127.0.0.1")
    assert throttling.is_throttled(guesser, "new@example.org")
    assert not throttling.is_throttled(somebody_else, "new@example.org")
