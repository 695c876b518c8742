"""The members of a study."""

import pytest
from django.urls import reverse

from elicitation.models import Role
from elicitation.permissions import role_in
from tests.factories import make_member, make_study, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def study(client):
    study = make_study()
    client.force_login(make_member(study, Role.ADMIN, email="admin@example.org"))
    return study


def grant(client, study, email, role="researcher"):
    url = reverse("elicitation:grant", args=[study.slug])
    return client.post(url, {"email": email, "role": role}, follow=True)


def test_it_works(client, study):
    user = make_user(email="new@example.org", name="New")
    page = grant(client, study, "New@example.org").content.decode()
    assert "New is now a member with the role researcher" in page
    assert role_in(user, study) == Role.RESEARCHER
    client.post(reverse("elicitation:revoke", args=[study.slug, user.pk]))
    assert role_in(user, study) is None


def test_a_role_replaces_the_one_before(client, study):
    user = make_member(study, Role.RESEARCHER)
    grant(client, study, user.email, "reviewer")
    assert role_in(user, study) == Role.REVIEWER


def test_an_address_without_an_account_is_refused_beside_its_field(client, study):
    response = grant(client, study, "nobody@example.org")
    assert response.status_code == 400
    assert "Nobody has an account" in response.content.decode()


def test_an_unknown_role_is_refused(client, study):
    user = make_user()
    assert grant(client, study, user.email, "emperor").status_code == 400
    assert role_in(user, study) is None


def test_the_last_admin_stays(client, study):
    page = grant(client, study, "admin@example.org", "reviewer").content.decode()
    assert "keeps at least one admin" in page
    admin = study.memberships.get().user
    response = client.post(reverse("elicitation:revoke", args=[study.slug, admin.pk]), follow=True)
    assert "keeps at least one admin" in response.content.decode()
    assert role_in(admin, study) == Role.ADMIN


def test_who_gives_away_their_own_role_lands_where_they_may_be(client, study):
    other = make_member(study, Role.ADMIN)
    admin = study.memberships.exclude(user=other).get().user
    response = client.post(reverse("elicitation:revoke", args=[study.slug, admin.pk]))
    assert response.url == reverse("elicitation:studies")


def test_somebody_who_is_no_member_cannot_be_removed(client, study):
    assert client.post(reverse("elicitation:revoke", args=[study.slug, make_user().pk])).status_code == 404


def test_many_members_take_no_more_queries_than_few(client, study, django_assert_max_num_queries):
    for _number in range(20):
        make_member(study)
    with django_assert_max_num_queries(6):  # one may be the session's, when another test has emptied the cache
        client.get(reverse("elicitation:members", args=[study.slug]))
