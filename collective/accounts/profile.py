"""Change one's own account: the name others see, the password."""

from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.utils.translation import gettext as _

from collective.audit.chain import record

from .models import User


class WrongPassword(Exception):
    """The password given as the present one is not."""


@transaction.atomic
def rename(*, user: User, name: str) -> User:
    """Set the name others see. Raises `ValidationError` where it is too long."""
    user.name = name.strip()
    user.full_clean()
    user.save(update_fields=["name"])
    record(by=user, action="account.renamed", target=f"user:{user.pk}")
    return user


@transaction.atomic
def change_password(*, user: User, present: str, wanted: str) -> User:
    """Set a new password in place of the present one; every other session of the user ends.

    Raises `WrongPassword`, or `ValidationError` where the new one is too weak.
    """
    if not user.check_password(present):
        raise WrongPassword(_("That is not your present password."))
    validate_password(wanted, user)
    user.set_password(wanted)
    user.save(update_fields=["password"])
    record(by=user, action="account.password_changed", target=f"user:{user.pk}")
    return user
