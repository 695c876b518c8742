"""Invite people to an account by a one-time link, and let the first admin in.

Only a hash of the token is stored: who reads the database cannot use a link.
"""

import hashlib
import secrets
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from collective.audit.chain import record

from .models import Invitation, User

LIFETIME = timedelta(days=7)


class InvitationInvalid(Exception):
    """The link is unknown, used up or too old."""


class AlreadyActive(Exception):
    """The person has an account they can sign in with."""


def hash_token(token: str) -> str:
    """Return the stored form of a link's token: SHA-256 in hex (the token itself has 256 bits of chance)."""
    return hashlib.sha256(token.encode()).hexdigest()


def link_for(token: str) -> str:
    """Return the full address a token is used at."""
    return settings.SITE_URL.rstrip("/") + reverse("accounts:accept-invitation", args=[token])


def _issue(user: User | None) -> str:
    token = secrets.token_urlsafe(32)
    Invitation.objects.filter(user=user, used_at=None).delete()
    Invitation.objects.update_or_create(
        user=user,
        defaults={"token_hash": hash_token(token), "expires_at": timezone.now() + LIFETIME, "used_at": None},
    )
    return token


@transaction.atomic
def first_admin_link() -> str | None:
    """Return a fresh link that sets up the first admin, or None when there is an admin already.

    Each call voids the link of the call before.
    """
    if User.objects.filter(is_superuser=True, is_active=True).exists():
        return None
    return link_for(_issue(None))


@transaction.atomic
def invite(*, by: User | None, email: str, name: str = "", as_admin: bool = False) -> tuple[User, str]:
    """Create a dormant account for `email` (or take the dormant one there is) and return it with its link.

    `by` is who invites, None for the command line. Raises `AlreadyActive` where the account is in use, and
    `ValidationError` for a bad address.
    """
    user = User.objects.filter(email=email.strip().lower()).first()
    if user and user.is_active:
        raise AlreadyActive(f"{user.email} has an account already.")
    if user is None:
        user = User.objects.create_user(email, name=name, is_active=False, is_superuser=as_admin)
    elif as_admin != user.is_superuser:
        user.is_superuser = as_admin
        user.save(update_fields=["is_superuser"])
    link = link_for(_issue(user))
    record(
        by=by,
        action="account.invited",
        target=f"user:{user.pk}",
        details={"email": user.email, "admin": as_admin},
    )
    return user, link


@transaction.atomic
def reset_link(*, by: User | None, user: User) -> str:
    """Return a one-time link by which the holder of an account in use sets a new password."""
    link = link_for(_issue(user))
    record(by=by, action="account.reset", target=f"user:{user.pk}")
    return link


def find(token: str) -> Invitation:
    """Return the invitation a token opens. Raises `InvitationInvalid` for one unknown, used or expired."""
    invitation = (
        Invitation.objects.select_related("user").filter(token_hash=hash_token(token), used_at__isnull=True).first()
    )
    if invitation is None or invitation.expires_at < timezone.now():
        raise InvitationInvalid(_("This link is not valid any more. Ask whoever sent it for a new one."))
    return invitation


@transaction.atomic
def accept(*, token: str, email: str, name: str, password: str) -> User:
    """Use up an invitation: set the account's name and password and make it active.

    `email` counts only for the first admin's link; an invited person's address is the invited one.
    Raises `InvitationInvalid`, or `ValidationError` for a weak password or a bad address.
    """
    find(token)
    invitation = Invitation.objects.select_for_update().filter(token_hash=hash_token(token), used_at=None).first()
    if invitation is None:
        raise InvitationInvalid(_("This link has just been used."))
    user = invitation.user or User(email=email.strip().lower(), is_superuser=True)
    user.name = name.strip()
    user.is_active = True
    validate_password(password, user)
    user.set_password(password)
    user.full_clean()
    user.save()
    invitation.user, invitation.used_at = user, timezone.now()
    invitation.save()
    record(
        by=user,
        action="account.activated",
        target=f"user:{user.pk}",
        details={"admin": user.is_superuser},
    )
    return user
