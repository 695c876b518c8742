"""One's own account: name and password."""

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from collective.accounts import throttling
from collective.audit.models import AuditEntry
from tests.factories import PASSWORD, make_user

pytestmark = pytest.mark.django_db
URL = reverse("accounts:account")
WANTED = "four other words here"


@pytest.fixture
def user(client):
    cache.clear()
    user = make_user(name="Ada")
    client.force_login(user)
    return user


def test_it_works(client, user):
    assert 'value="Ada"' in client.get(URL).content.decode()
    assert client.post(URL, {"change": "name", "name": " Ada L. "}).status_code == 302
    user.refresh_from_db()
    assert user.name == "Ada L."


def test_a_new_password_keeps_this_session_and_ends_the_others(client, user):
    elsewhere = Client()
    elsewhere.login(email=user.email, password=PASSWORD)
    assert elsewhere.get(URL).status_code == 200
    client.post(URL, {"change": "password", "present": PASSWORD, "wanted": WANTED})
    user.refresh_from_db()
    assert user.check_password(WANTED)
    assert client.get(URL).status_code == 200
    assert elsewhere.get(URL).status_code == 302
    assert AuditEntry.objects.get().action == "account.password_changed"


def test_a_wrong_present_password_changes_nothing(client, user):
    response = client.post(URL, {"change": "password", "present": "wrong", "wanted": WANTED})
    assert response.status_code == 400
    assert "not your present password" in response.content.decode()
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


def test_a_weak_password_is_refused(client, user):
    response = client.post(URL, {"change": "password", "present": PASSWORD, "wanted": "short"})
    assert "too short" in response.content.decode()


def test_guessing_the_present_password_is_slowed_down(client, user):
    for _attempt in range(throttling.LIMIT_PER_ADDRESS):
        client.post(URL, {"change": "password", "present": "wrong", "wanted": WANTED})
    response = client.post(URL, {"change": "password", "present": PASSWORD, "wanted": WANTED})
    assert "Too many attempts" in response.content.decode()


def test_the_two_forms_do_not_disturb_each_other(client, user):
    response = client.post(URL, {"change": "name", "name": ""})
    assert response.content.decode().count("This field is required.") == 2  # beside the field and in the summary


def test_visitors_are_sent_to_sign_in(client):
    assert client.get(URL).url == f"{reverse('accounts:sign-in')}?next={URL}"
