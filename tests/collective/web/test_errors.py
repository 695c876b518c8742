"""Pages for requests that went wrong."""

import json

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.test import RequestFactory

from collective.web import errors

HANDLERS = [(errors.bad_request, 400), (errors.permission_denied, 403), (errors.page_not_found, 404)]


def request(path):
    made = RequestFactory().get(path)
    made.user = AnonymousUser()
    return made


@pytest.mark.parametrize(("handler", "status"), HANDLERS)
def test_a_person_gets_a_page(handler, status):
    response = handler(request("/studies/x/"), PermissionDenied())
    assert response.status_code == status
    assert f'<p class="page-head__eyebrow">{status}</p>' in response.content.decode()


@pytest.mark.parametrize(("handler", "status"), HANDLERS)
def test_a_program_gets_json(handler, status):
    response = handler(request("/api/v1/studies/"), PermissionDenied())
    assert response.status_code == status
    assert list(json.loads(response.content)) == ["detail"]


def test_the_page_for_our_own_mistakes_needs_neither_user_nor_session():
    bare = RequestFactory().get("/studies/")
    response = errors.server_error(bare)
    assert response.status_code == 500
    assert "<h1>Something went wrong on our side</h1>" in response.content.decode()


def test_our_own_mistake_told_to_a_program():
    response = errors.server_error(RequestFactory().get("/api/v1/studies/"))
    assert response.status_code == 500
    assert list(json.loads(response.content)) == ["detail"]


def test_a_form_grown_old_says_what_to_do():
    response = errors.csrf_failure(request("/sign-in/"))
    assert response.status_code == 403
    assert "Please send that again" in response.content.decode()
