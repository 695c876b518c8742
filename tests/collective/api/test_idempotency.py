"""If these fail, a retry does something twice, or one's answer is given to another."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from rest_framework.test import APIClient

from collective.accounts import tokens
from collective.api import idempotency
from collective.api.models import AnsweredRequest
from elicitation.models import Prompt, Role, Study
from tests.factories import make_member, make_study

from .conftest import signed_in

PROMPTS = "/api/v1/studies/city/prompts/"
PROMPT = {"messages": [{"role": "user", "content": "Why?"}], "responses": ["So.", "Thus."]}


def send(client, key, body=PROMPT, address=PROMPTS):
    return client.post(address, body, format="json", headers={"Idempotency-Key": key})


def test_a_retry_gets_the_same_answer_and_adds_nothing(world):
    first = send(world.researcher, "k1")
    again = send(world.researcher, "k1")
    assert first.status_code == again.status_code == 201
    assert first.json() == again.json()
    assert again["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first
    assert Prompt.objects.filter(study=world.study).count() == 2


def test_without_a_key_each_request_counts(world):
    for _ in range(2):
        assert world.researcher.post(PROMPTS, PROMPT, format="json").status_code == 201
    assert Prompt.objects.filter(study=world.study).count() == 3


def test_a_key_is_for_one_request(world):
    send(world.researcher, "k1")
    answer = send(world.researcher, "k1", PROMPT | {"topic": "other"})
    assert answer.status_code == 422
    assert "new key" in answer.json()["detail"]
    assert Prompt.objects.filter(study=world.study).count() == 2


def test_a_refusal_is_not_kept(world):
    assert send(world.researcher, "k1", {"messages": []}).status_code == 400
    assert not AnsweredRequest.objects.exists()
    assert send(world.researcher, "k1").status_code == 201


def test_keys_of_two_people_are_two_keys(world):
    send(world.researcher, "k1")
    assert send(world.admin, "k1").status_code == 201
    assert Prompt.objects.filter(study=world.study).count() == 3


def test_who_may_not_is_refused_before_any_key(world):
    send(world.researcher, "k1")
    assert send(world.stranger, "k1").status_code == 404
    assert send(world.nobody, "k1").status_code == 401


@pytest.mark.parametrize("key", ["x" * 201, "\u00e4"])
def test_a_key_that_is_none(world, key):
    assert send(world.researcher, key).status_code == 400


def test_what_fails_leaves_neither_effect_nor_key(world, monkeypatch):
    def break_down(*_args, **_kwargs):
        raise RuntimeError("the machine went away")

    monkeypatch.setattr(idempotency.Claim, "settle", break_down)
    with pytest.raises(RuntimeError):
        send(world.researcher, "k1")
    assert Prompt.objects.filter(study=world.study).count() == 1
    assert not AnsweredRequest.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_many_at_once_are_one():
    study = make_study(slug="city")
    _, text = tokens.issue(user=make_member(study, Role.RESEARCHER), name="x", scopes=[tokens.STUDIES_WRITE], days=1)

    def post(_number):
        client = APIClient()
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {text}")
        try:
            return send(client, "k1")
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(post, range(6)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert Prompt.objects.filter(study=study).count() == 1


def test_old_answers_are_forgotten(world, monkeypatch):
    send(world.researcher, "k1")
    assert idempotency.forget_old() == 0
    monkeypatch.setattr(idempotency, "KEPT_FOR", -idempotency.KEPT_FOR)
    assert idempotency.forget_old() == 1


def test_filters_that_are_none_are_refused(world):
    answer = world.researcher.get(f"{PROMPTS}?topik=health")
    assert answer.status_code == 400
    assert "topic" in answer.json()["topik"][0]
    assert world.researcher.get("/api/v1/studies/?status=running").json()["results"][0]["slug"] == "city"
    assert Study.objects.count() == 1


def test_a_client_of_a_browser_still_needs_its_csrf_token(world):
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(make_member(world.study, Role.RESEARCHER))
    assert send(client, "k1").status_code == 403
    assert signed_in is not None
