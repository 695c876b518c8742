"""The page staff sign in on; what guards it is in tests/collective/test_accounts.py."""

import pytest
from django.core.cache import cache
from django.urls import reverse

from tests.factories import PASSWORD, make_user

pytestmark = pytest.mark.django_db
URL = reverse("accounts:sign-in")


@pytest.fixture(autouse=True)
def _empty_cache():
    cache.clear()


def test_it_works(client):
    user = make_user()
    assert client.get(URL).status_code == 200
    response = client.post(URL, {"email": user.email, "password": PASSWORD, "next": "/accounts/"})
    assert (response.status_code, response.url) == (302, "/accounts/")


def test_where_one_was_going_survives_a_wrong_password(client):
    response = client.post(URL, {"email": "x@example.org", "password": "wrong", "next": "/accounts/"})
    assert response.status_code == 400
    assert 'name="next" value="/accounts/"' in response.content.decode()


def test_a_wrong_password_does_not_say_whether_the_address_is_known(client):
    user = make_user(email="known@example.org")
    pages = [
        client.post(URL, {"email": email, "password": "wrong"}).content.decode().replace(email, "")
        for email in (user.email, "other@example.org")
    ]
    alerts = [page[page.index('role="alert"') :].partition("</ul>")[0] for page in pages]
    assert alerts[0] == alerts[1]
    assert "do not match" in alerts[0]


def test_the_password_is_not_sent_back(client):
    response = client.post(URL, {"email": "x@example.org", "password": "secret-of-mine"})
    assert "secret-of-mine" not in response.content.decode()


def test_an_empty_form_is_told_what_is_missing(client):
    response = client.post(URL, {})
    assert "This field is required." in response.content.decode()


def test_an_account_switched_off_cannot_sign_in(client):
    user = make_user(is_active=False)
    assert client.post(URL, {"email": user.email, "password": PASSWORD}).status_code == 400
