"""If these fail, staff of one study could see or change another."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import Http404

from elicitation import membership
from elicitation.models import Role
from elicitation.permissions import get_study, may, role_in, visible_studies
from tests.factories import make_member, make_study, make_user

pytestmark = pytest.mark.django_db


def test_a_member_sees_exactly_their_studies():
    mine, other = make_study(), make_study()
    user = make_member(mine)
    assert set(visible_studies(user)) == {mine}
    assert get_study(user, mine.slug) == mine
    with pytest.raises(Http404):
        get_study(user, other.slug)


def test_nobody_and_inactive_people_see_nothing():
    study = make_study()
    dormant = make_member(study, is_active=False)
    for user in (AnonymousUser(), dormant):
        assert not visible_studies(user).exists()
        assert role_in(user, study) is None


@pytest.mark.parametrize(
    ("held", "allowed"),
    [
        (Role.REVIEWER, {Role.REVIEWER}),
        (Role.RESEARCHER, {Role.REVIEWER, Role.RESEARCHER}),
        (Role.ADMIN, {Role.REVIEWER, Role.RESEARCHER, Role.ADMIN}),
    ],
)
def test_a_role_allows_what_the_roles_below_it_may(held, allowed):
    study = make_study()
    user = make_member(study, held)
    assert {role for role in Role if may(user, study, role)} == allowed


def test_a_role_too_low_is_refused():
    study = make_study()
    with pytest.raises(PermissionDenied):
        get_study(make_member(study, Role.REVIEWER), study.slug, role=Role.RESEARCHER)


def test_an_admin_of_the_service_has_every_role():
    study = make_study()
    assert role_in(make_user(is_superuser=True), study) == Role.ADMIN


def test_the_last_admin_of_a_study_stays():
    study = make_study()
    admin = make_member(study, Role.ADMIN)
    with pytest.raises(membership.LastAdmin):
        membership.revoke(by=None, study=study, user=admin)
    with pytest.raises(membership.LastAdmin):
        membership.grant(by=None, study=study, user=admin, role=Role.REVIEWER)
    membership.grant(by=None, study=study, user=make_user(), role=Role.ADMIN)
    membership.revoke(by=None, study=study, user=admin)
    assert role_in(admin, study) is None
