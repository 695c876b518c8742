"""A study with its staff, and clients that are signed in."""

from types import SimpleNamespace

import pytest
from rest_framework.test import APIClient

from elicitation.models import Role
from tests.factories import make_assessment, make_member, make_participant, make_prompt, make_study, make_user


def signed_in(user) -> APIClient:
    """Return a client with a session of that account, CSRF checked as for a browser."""
    client = APIClient()
    client.force_login(user)
    return client


@pytest.fixture
def world(db):
    """Return a study with a prompt and an assessment, clients of each role, one of a stranger, one of nobody."""
    study = make_study(slug="city", consent_text="I agree.", languages=["en", "es"])
    prompt = make_prompt(study, key="first", criteria=2)
    assessment = make_assessment(prompt, make_participant(study, key="p1"), personal="A>B=C>D", world="")
    return SimpleNamespace(
        study=study,
        prompt=prompt,
        assessment=assessment,
        researcher=signed_in(make_member(study, Role.RESEARCHER)),
        reviewer=signed_in(make_member(study, Role.REVIEWER)),
        stranger=signed_in(make_user()),
        nobody=APIClient(),
        admin=signed_in(make_user(is_superuser=True)),
    )
