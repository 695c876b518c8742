"""Give and take roles in a study."""

from django.db import transaction
from django.utils.translation import gettext as _

from collective.accounts.models import User
from collective.audit.chain import record

from .models import Role, Study, StudyMembership


class LastAdmin(Exception):
    """The study would be left without an admin."""


@transaction.atomic
def grant(*, by: User | None, study: Study, user: User, role: Role) -> StudyMembership:
    """Give a user a role in a study, in place of any they had. `by` is None for the command line."""
    _keep_an_admin(study, user, role)
    membership, _created = StudyMembership.objects.update_or_create(study=study, user=user, defaults={"role": role})
    record(
        by=by,
        action="role.granted",
        target=f"user:{user.pk}",
        study=study.slug,
        details={"role": role.value},
    )
    return membership


@transaction.atomic
def revoke(*, by: User | None, study: Study, user: User) -> None:
    """Take a user's role in a study away. Raises `LastAdmin` for the only admin."""
    _keep_an_admin(study, user, None)
    StudyMembership.objects.filter(study=study, user=user).delete()
    record(by=by, action="role.revoked", target=f"user:{user.pk}", study=study.slug)


def _keep_an_admin(study: Study, user: User, role: Role | None) -> None:
    admins = list(study.memberships.select_for_update().filter(role=Role.ADMIN).values_list("user_id", flat=True))
    if role != Role.ADMIN and admins == [user.pk]:
        raise LastAdmin(_("A study keeps at least one admin: make somebody else admin first."))
