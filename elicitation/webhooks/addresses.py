"""Which addresses are told of which events of a study."""

from collections.abc import Collection, Mapping
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from collective.accounts.models import User
from collective.audit.chain import record
from elicitation.models import Study, Webhook
from elicitation.models.webhook import new_signing_secret

PARTICIPANT_CAME: Final = "participant.came"
PARTICIPANT_ENDED: Final = "participant.ended"
PARTICIPANT_WITHDREW: Final = "participant.withdrew"
ASSESSMENT_SUBMITTED: Final = "assessment.submitted"
STUDY_STATUS_CHANGED: Final = "study.status_changed"
TEST: Final = "webhook.test"

EVENTS: Final[Mapping[str, Promise]] = {
    PARTICIPANT_CAME: gettext_lazy("Somebody agreed to take part"),
    ASSESSMENT_SUBMITTED: gettext_lazy("Somebody handed in a task"),
    PARTICIPANT_ENDED: gettext_lazy("Somebody is done, or was sent away"),
    PARTICIPANT_WITHDREW: gettext_lazy("Somebody took back what they had given"),
    STUDY_STATUS_CHANGED: gettext_lazy("The study was opened, paused or closed"),
}
"""The events one can be told of. `webhook.test` is sent to any address on demand."""

MOST_WEBHOOKS: Final = 20


class WebhookRefused(Exception):
    """The address cannot be told of events; the message says why."""


@transaction.atomic
def add_webhook(*, by: User | None, study: Study, url: str, events: Collection[str]) -> Webhook:
    """Tell an address of a study's events from now on; its `secret` signs what is sent.

    Raises `WebhookRefused`.
    """
    Study.objects.select_for_update().get(pk=study.pk)
    if study.webhooks.count() >= MOST_WEBHOOKS:
        raise WebhookRefused(_("A study tells at most %(limit)d addresses.") % {"limit": MOST_WEBHOOKS})
    if study.webhooks.filter(url=url.strip()).exists():
        raise WebhookRefused(_("This address is told already. Change its events instead."))
    webhook = Webhook(study=study, url=_checked_url(url), events=_checked_events(events), created_by=by)
    try:
        webhook.full_clean()
    except ValidationError as error:
        raise WebhookRefused(" ".join(error.messages)) from error
    webhook.save()
    _record(by, webhook, "webhook.added")
    return webhook


@transaction.atomic
def change_webhook(
    *, by: User | None, webhook: Webhook, events: Collection[str] | None = None, is_active: bool | None = None
) -> Webhook:
    """Change which events an address is told of, or whether it is told at all. Raises `WebhookRefused`."""
    if events is not None:
        webhook.events = _checked_events(events)
    if is_active is not None:
        webhook.is_active = is_active
    webhook.save(update_fields=["events", "is_active"])
    _record(by, webhook, "webhook.changed")
    return webhook


@transaction.atomic
def new_secret(*, by: User | None, webhook: Webhook) -> Webhook:
    """Sign with a fresh secret from now on, because the old one was lost or seen."""
    webhook.secret = new_signing_secret()
    webhook.save(update_fields=["secret"])
    _record(by, webhook, "webhook.secret_changed")
    return webhook


@transaction.atomic
def remove_webhook(*, by: User | None, webhook: Webhook) -> None:
    """Tell an address of nothing any more, and forget what was sent to it."""
    _record(by, webhook, "webhook.removed")
    webhook.delete()


def _checked_url(url: str) -> str:
    url = url.strip()
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname, parts.port  # reading the port checks it
    except ValueError as error:
        raise WebhookRefused(_("This is not an address.")) from error
    wanted = {"https", "http"} if settings.WEBHOOKS_MAY_BE_PRIVATE else {"https"}
    if parts.scheme not in wanted or not host:
        raise WebhookRefused(_("The address must begin with https://."))
    if parts.username or parts.password:
        raise WebhookRefused(_("The address must not hold a user name or a password."))
    return url


def _checked_events(events: Collection[str]) -> list[str]:
    chosen = [event for event in EVENTS if event in set(events)]
    if not chosen or set(events) - set(EVENTS):
        raise WebhookRefused(_("Choose at least one of the events offered."))
    return chosen


def _record(by: User | None, webhook: Webhook, action: str) -> None:
    record(
        by=by,
        action=action,
        target=f"webhook:{webhook.pk}",
        study=webhook.study.slug,
        # The host alone: some receivers keep a secret in the rest of the address.
        details={"host": urlsplit(webhook.url).hostname, "events": webhook.events, "active": webhook.is_active},
    )
