"""Who of the staff may do what in a study.

Every page, endpoint and command that touches a study asks here. A study one has no role in does not exist
for one (404); a role too low is refused (403). Admins of the service have every role everywhere.
"""

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from collective.accounts.models import User

from .models import Role, Study, StudyMembership

# Each role may do what those before it may.
_RANKS = {Role.REVIEWER: 1, Role.RESEARCHER: 2, Role.ADMIN: 3}


def role_in(user: User | AnonymousUser, study: Study) -> Role | None:
    """Return the role a user has in a study, None where they have none."""
    if not isinstance(user, User) or not user.is_active:
        return None
    if user.is_superuser:
        return Role.ADMIN
    role = StudyMembership.objects.filter(user=user, study=study).values_list("role", flat=True).first()
    return Role(role) if role else None


def may(user: User | AnonymousUser, study: Study, role: Role) -> bool:
    """Return whether a user has at least `role` in a study."""
    held = role_in(user, study)
    return held is not None and _RANKS[held] >= _RANKS[role]


def visible_studies(user: User | AnonymousUser) -> QuerySet[Study]:
    """Return the studies a user has any role in."""
    if not isinstance(user, User) or not user.is_active:
        return Study.objects.none()
    if user.is_superuser:
        return Study.objects.all()
    return Study.objects.filter(memberships__user=user)


def get_study(user: User | AnonymousUser, slug: str, *, role: Role = Role.REVIEWER) -> Study:
    """Return the study named `slug` if the user has at least `role` in it.

    Raises `Http404` where the study does not exist for the user, `PermissionDenied` where the role is too low.
    """
    study = visible_studies(user).filter(slug=slug).first()
    if study is None:
        raise Http404(_("There is no such study, or you have no role in it."))
    if not may(user, study, role):
        raise PermissionDenied(_("This needs the role %(label)s in the study.") % {"label": role.label})
    return study
