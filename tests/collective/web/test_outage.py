"""If these fail, a restart of the database loses what somebody was sending, or looks like a fault of ours."""

import json
import uuid

import pytest
from django.db import DatabaseError, InterfaceError, OperationalError, ProgrammingError
from django.test import Client, RequestFactory

from collective.web import errors
from elicitation import submission
from tests.bots import Page, answers_of
from tests.factories import make_participant, make_study


def answer_to(request, error):
    try:
        raise error
    except type(error):
        return errors.server_error(request)


@pytest.mark.parametrize("kind", [OperationalError, InterfaceError, DatabaseError])
def test_it_says_when_to_try_again(kind):
    answer = answer_to(RequestFactory().get("/studies/?page=2"), kind("gone"))
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert 'href="/studies/?page=2"' in answer.content.decode()


def test_a_program_gets_json():
    answer = answer_to(RequestFactory().get("/api/v1/studies/"), OperationalError("gone"))
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert list(json.loads(answer.content)) == ["detail"]


def test_a_mistake_of_ours_is_no_outage():
    for error in (ProgrammingError("no such table"), ValueError("no")):
        assert answer_to(RequestFactory().get("/studies/"), error).status_code == 500


def test_what_the_staff_sent_is_not_shown_again():
    answer = answer_to(RequestFactory().post("/accounts/sign-in/", {"password": "a secret"}), OperationalError("gone"))
    assert answer.status_code == 503
    assert "a secret" not in answer.content.decode()


@pytest.mark.django_db
def test_a_participants_form_comes_back_whole_and_can_be_sent_again(monkeypatch):
    study = make_study()
    person = make_participant(study)
    client = Client(raise_request_exception=False)
    client.cookies["collective-person"] = person.token
    address = f"/p/{study.link_token}/task/{uuid.uuid4()}/"

    def cut_off(**_arguments):
        raise OperationalError("gone")

    monkeypatch.setattr(submission, "submit", cut_off)
    sent = {"revision": "3", "world_why": 'Two\nlines & "more" <b>', "unacceptable": ["A", "C"]}
    answer = client.post(address, sent)
    assert answer.status_code == 503
    page = Page("http://testserver" + address, 503, answer.content.decode())
    (form,) = page.forms
    assert form.action == address
    assert answers_of(form.fields()) == {"world_why": [sent["world_why"]], "unacceptable": ["A", "C"]}
