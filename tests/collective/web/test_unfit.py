"""If these fail, a request that no page can use fills the disk or is answered as a mistake of ours."""

import pytest
from django.conf import settings


@pytest.mark.parametrize("address", ["/p/%00/", "/p/me/%00/", "/api/v1/studies/%00/"])
def test_an_address_with_a_nul_character_is_not_looked_up(client, address):
    assert client.get(address).status_code == 400


def test_nor_is_a_cookie(client):
    assert client.get("/p/unknown/", headers={"cookie": 'collective-person="a\\000b"'}).status_code == 400


def test_a_body_that_is_too_large_is_not_read(client):
    response = client.generic("POST", "/accounts/sign-in/", b"", CONTENT_LENGTH=str(settings.MAX_REQUEST_BYTES + 1))
    assert response.status_code == 413
    assert "too much at once" in response.content.decode()


@pytest.mark.django_db
def test_a_body_of_nonsensical_size_is_none(client):
    assert client.generic("POST", "/accounts/sign-out/", b"", CONTENT_LENGTH="many").status_code == 302
