"""Switch accounts off and on. An account is never deleted: the audit log and decisions name it."""

from django.db import transaction
from django.utils.translation import gettext as _

from collective.audit.chain import record

from .models import User


class ActivationRefused(Exception):
    """The account cannot be switched off or on; the message says why."""


@transaction.atomic
def switch_off(*, by: User | None, user: User) -> User:
    """Keep somebody from signing in; their sessions end with the next request. Raises `ActivationRefused`."""
    kept = User.objects.select_for_update().get(pk=user.pk)
    if by is not None and by.pk == kept.pk:
        raise ActivationRefused(_("You cannot switch off your own account: ask another admin."))
    if not kept.is_active:
        raise ActivationRefused(_("The account of %(email)s is not in use.") % {"email": kept.email})
    kept.is_active = False
    kept.save(update_fields=["is_active"])
    record(by=by, action="account.switched_off", target=f"user:{kept.pk}")
    return kept


@transaction.atomic
def switch_on(*, by: User | None, user: User) -> User:
    """Let somebody sign in again with the password they had. Raises `ActivationRefused`."""
    kept = User.objects.select_for_update().get(pk=user.pk)
    if kept.is_active or not kept.has_usable_password():
        raise ActivationRefused(_("The account of %(email)s was not switched off.") % {"email": kept.email})
    kept.is_active = True
    kept.save(update_fields=["is_active"])
    record(by=by, action="account.switched_on", target=f"user:{kept.pk}")
    return kept
