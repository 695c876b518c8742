"""Tokens for programs: issued once, shown once, kept only as a hash, always expiring.

A token is `col_` and 43 characters (256 random bits), so a plain SHA-256 is enough to keep it by. It acts for the
account that made it, within its scopes and, where it names studies, within those; what the account may not do, its
tokens may not do either.
"""

import secrets
from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Final

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from collective.audit.chain import record

from .invitations import hash_token
from .models import ApiToken, User

PREFIX: Final = "col_"
LONGEST_DAYS: Final = 365
MOST_TOKENS: Final = 50
# A token's last use is written down at most this often, so that reading does not become writing.
_NOTE_USE_EVERY = timedelta(minutes=1)

STUDIES_READ: Final = "studies:read"
STUDIES_WRITE: Final = "studies:write"
ANSWERS_READ: Final = "answers:read"
PEOPLE_WRITE: Final = "people:write"
SPECS_READ: Final = "specs:read"
SPECS_WRITE: Final = "specs:write"
RUNS_WRITE: Final = "runs:write"

SCOPES: Final[Mapping[str, Promise]] = {
    STUDIES_READ: gettext_lazy("Read studies: settings, prompts, progress, agreement, runs"),
    STUDIES_WRITE: gettext_lazy("Set up and change studies, open and close them"),
    ANSWERS_READ: gettext_lazy("Read what people gave, and download datasets"),
    PEOPLE_WRITE: gettext_lazy("Exclude people, invite them, mark them as paid"),
    SPECS_READ: gettext_lazy("Read specs and their versions"),
    SPECS_WRITE: gettext_lazy("Import specs, review and decide about proposals"),
    RUNS_WRITE: gettext_lazy("Start and stop runs, which may cost money"),
}
"""What a token may be used for."""


class TooManyTokens(Exception):
    """The account holds as many tokens as one account may."""


@transaction.atomic
def issue(
    *, user: User, name: str, scopes: Collection[str], days: int, studies: Collection[str] = ()
) -> tuple[ApiToken, str]:
    """Make a token of an account and return it with its text, which cannot be had again.

    Raises `ValidationError` by field, and `TooManyTokens`.
    """
    User.objects.select_for_update().get(pk=user.pk)  # two at once would both find room for one more
    if usable(user).count() >= MOST_TOKENS:
        raise TooManyTokens(_("An account holds at most %(limit)d tokens. Revoke one first.") % {"limit": MOST_TOKENS})
    _check(name, scopes, days)
    text = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken(
        user=user,
        name=name.strip(),
        token_hash=hash_token(text),
        hint=text[: len(PREFIX) + 5],
        scopes=sorted(set(scopes)),
        studies=sorted(set(studies)),
        expires_at=timezone.now() + timedelta(days=days),
    )
    token.full_clean()
    token.save()
    record(
        by=user,
        action="token.issued",
        target=f"token:{token.pk}",
        details={"name": token.name, "scopes": token.scopes, "studies": token.studies, "days": days},
    )
    return token, text


@transaction.atomic
def revoke(*, by: User, token: ApiToken) -> None:
    """End a token at once. Doing it again changes nothing."""
    ended = ApiToken.objects.filter(pk=token.pk, revoked_at__isnull=True).update(revoked_at=Now())
    if ended:
        record(by=by, action="token.revoked", target=f"token:{token.pk}", details={"name": token.name})


def usable(user: User) -> QuerySet[ApiToken]:
    """Return an account's tokens that can still be used, the latest first."""
    return user.api_tokens.filter(revoked_at__isnull=True, expires_at__gt=Now())


def recognise(text: str) -> ApiToken | None:
    """Return the token with this text and its account, None where it is unknown, revoked, expired or switched off."""
    if not text.startswith(PREFIX):
        return None
    token = (
        ApiToken.objects.filter(
            token_hash=hash_token(text), revoked_at__isnull=True, expires_at__gt=Now(), user__is_active=True
        )
        .select_related("user")
        .first()
    )
    if token is not None:
        long_ago = Q(last_used_at__isnull=True) | Q(last_used_at__lt=Now() - _NOTE_USE_EVERY)
        ApiToken.objects.filter(long_ago, pk=token.pk).update(last_used_at=Now())
    return token


def _check(name: str, scopes: Collection[str], days: int) -> None:
    errors = {}
    if not name.strip():
        errors["name"] = _("Say what the token is for.")
    if not scopes or set(scopes) - set(SCOPES):
        errors["scopes"] = _("Choose at least one of the scopes offered.")
    if not 1 <= days <= LONGEST_DAYS:
        errors["days"] = _("A token lasts from 1 to %(limit)d days.") % {"limit": LONGEST_DAYS}
    if errors:
        raise ValidationError(errors)
