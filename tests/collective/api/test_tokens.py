"""If these fail, a token does more, longer or elsewhere than its owner allowed, or its text can be found here."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from rest_framework.test import APIClient

from collective.accounts import activation, tokens
from collective.accounts.models import ApiToken
from collective.api.urls import urlpatterns
from collective.audit.models import AuditEntry
from elicitation.models import Role
from tests.factories import make_member, make_study, make_user

STUDY = "/api/v1/studies/city/"


def program(text: str) -> APIClient:
    """Return a client that sends a token with every request."""
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {text}")
    return client


@pytest.fixture
def owner(world):
    return make_member(world.study, Role.RESEARCHER)


def issue(user, *scopes, **more):
    return tokens.issue(user=user, name="backup", scopes=scopes or [tokens.STUDIES_READ], days=1, **more)


def test_a_token_acts_for_its_account_without_a_csrf_token(world, owner):
    _, text = issue(owner, tokens.STUDIES_READ, tokens.STUDIES_WRITE)
    assert program(text).get(STUDY).json()["slug"] == "city"
    answer = program(text).patch(STUDY, {"title": "By a program"}, format="json")
    assert answer.status_code == 200, answer.content
    entry = AuditEntry.objects.get(action="study.changed")
    assert entry.actor == f"user:{owner.pk}" or str(owner.pk) in entry.actor or owner.email in entry.actor


@pytest.mark.parametrize(
    ("scope", "address", "method", "allowed"),
    [
        (tokens.STUDIES_READ, STUDY, "get", True),
        (tokens.STUDIES_READ, STUDY, "patch", False),
        (tokens.STUDIES_READ, f"{STUDY}assessments/", "get", False),
        (tokens.STUDIES_READ, f"{STUDY}export/", "get", False),
        (tokens.ANSWERS_READ, f"{STUDY}assessments/", "get", True),
        (tokens.ANSWERS_READ, f"{STUDY}export/", "get", True),
        (tokens.ANSWERS_READ, STUDY, "get", False),
        (tokens.STUDIES_WRITE, f"{STUDY}runs/", "post", False),
        (tokens.SPECS_READ, "/api/v1/specs/", "get", True),
        (tokens.STUDIES_READ, "/api/v1/specs/", "get", False),
    ],
)
def test_a_token_does_what_its_scopes_say(world, owner, scope, address, method, allowed):
    _, text = issue(owner, scope)
    answer = getattr(program(text), method)(address)
    assert (answer.status_code == 200) is allowed, answer.content
    if not allowed:
        assert answer.status_code == 403
        assert "scope" in answer.json()["detail"]


def test_a_token_may_no_more_than_its_account(world):
    _, text = issue(make_member(world.study, Role.REVIEWER), *tokens.SCOPES)
    assert program(text).patch(STUDY, {"title": "No"}, format="json").status_code == 403
    _, text = issue(make_user(), *tokens.SCOPES)
    assert program(text).get(STUDY).status_code == 404


def test_a_token_for_one_study_sees_no_other(world, owner):
    other = make_study(slug="village")
    other.memberships.create(user=owner, role=Role.RESEARCHER)
    _, text = issue(owner, *tokens.SCOPES, studies=["village"])
    assert program(text).get(STUDY).status_code == 404
    assert program(text).get("/api/v1/studies/village/").status_code == 200
    assert [study["slug"] for study in program(text).get("/api/v1/studies/").json()["results"]] == ["village"]
    assert program(text).post("/api/v1/studies/", {"slug": "new", "title": "New"}, format="json").status_code == 403


def test_revoked_expired_unknown_and_switched_off_are_refused(world, owner):
    token, text = issue(owner)
    assert program(text).get(STUDY).status_code == 200
    tokens.revoke(by=owner, token=token)
    answer = program(text).get(STUDY)
    assert answer.status_code == 401
    assert "revoked" in answer.json()["detail"]

    old, text = issue(owner)
    ApiToken.objects.filter(pk=old.pk).update(
        created_at=timezone.now() - timedelta(days=9), expires_at=timezone.now() - timedelta(seconds=1)
    )
    assert program(text).get(STUDY).status_code == 401

    assert program("col_nonsense").get(STUDY).status_code == 401
    assert program("").get(STUDY).status_code == 401

    _, text = issue(owner)
    activation.switch_off(by=make_user(is_superuser=True), user=owner)
    assert program(text).get(STUDY).status_code == 401


def test_the_text_is_stored_nowhere(owner):
    token, text = issue(owner)
    row = ApiToken.objects.filter(pk=token.pk).values().get()
    assert text not in str(row)
    assert text not in str(list(AuditEntry.objects.values()))
    assert len(text) > 40
    assert row["hint"] == text[:9]


def test_use_is_noted(world, owner):
    token, text = issue(owner)
    program(text).get(STUDY)
    token.refresh_from_db()
    assert token.last_used_at is not None


@pytest.mark.parametrize(
    "wrong", [{"name": " "}, {"scopes": ["everything"]}, {"scopes": []}, {"days": 0}, {"days": 400}]
)
def test_bad_tokens_are_not_made(owner, wrong):
    with pytest.raises(ValidationError):
        tokens.issue(**({"user": owner, "name": "x", "scopes": [tokens.STUDIES_READ], "days": 5} | wrong))
    assert not ApiToken.objects.exists()


def test_an_account_has_no_end_of_tokens(owner, monkeypatch):
    monkeypatch.setattr(tokens, "MOST_TOKENS", 1)
    issue(owner)
    with pytest.raises(tokens.TooManyTokens):
        issue(owner)


def test_every_endpoint_names_its_scopes():
    for pattern in urlpatterns:
        view, name = pattern.callback.view_class, str(pattern.name)  # type: ignore[attr-defined]
        if name not in {"schema", "docs"} and not name.startswith("take-part"):
            assert view.scope_to_read in tokens.SCOPES, name
            assert view.scope_to_write in tokens.SCOPES, name


# --- the page ------------------------------------------------------------------------------------------------


def test_the_page_makes_a_token_shows_it_once_and_revokes_it(client, owner, world):
    client.force_login(owner)
    given = {"name": "backup", "scopes": [tokens.STUDIES_READ], "days": "7", "studies": "city"}
    page = client.post("/accounts/tokens/", given)
    text = page.context["text"]
    assert page.status_code == 200
    assert text in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    assert program(text).get(STUDY).status_code == 200
    later = client.get("/accounts/tokens/").content.decode()
    assert text not in later
    assert "backup" in later
    token = ApiToken.objects.get()
    assert client.post(f"/accounts/tokens/{token.pk}/revoke/").status_code == 302
    assert program(text).get(STUDY).status_code == 401


def test_nobody_revokes_anothers_token(client, owner):
    token, _ = issue(owner)
    client.force_login(make_user(is_superuser=True))
    assert client.post(f"/accounts/tokens/{token.pk}/revoke/").status_code == 404


def test_a_bad_form_says_what_is_missing(client, owner):
    client.force_login(owner)
    page = client.post("/accounts/tokens/", {"name": "", "days": "900"})
    assert page.status_code == 400
    assert set(page.context["form"].errors) == {"name", "scopes", "days"}
