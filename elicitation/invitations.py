"""Invite people by e-mail: keep whom to ask, write to each once, remind once.

A mail is a row before it is sent: `queue` marks who is to get one, `send_queued` (a periodic task) takes rows one by
one. Taking a row is committed before the mail leaves, so a process killed in between leaves a row that says so
(`is_unclear`), and nobody gets a mail twice; staff decide whether to send it again (`queue_again`).

An address stands in the invitation's row alone. Whose answers belong to it is known while that row exists, because the
link in the mail has to lead to the same person again; removing the row (`forget`) forgets it.
"""

import logging
import re
import smtplib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from collective.accounts.models import User
from collective.audit.chain import record

from .addresses import invitation_link
from .models import InvitationLetter, InvitedPerson, Study

logger = logging.getLogger(__name__)

Kind = InvitationLetter.Kind

MOST_AT_ONCE: Final = 5000
LONGEST_TEXT: Final = 10_000
# After so long, whoever took a mail to be sent has died over it.
UNCLEAR_AFTER: Final = timedelta(minutes=10)
_SEPARATORS: Final = re.compile(r"[\s,;]+")


class LetterRefused(Exception):
    """The letter cannot go out so; `errors` says why, in sentences, by field."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__(" ".join(errors.values()))
        self.errors = errors


class InvitationsRefused(Exception):
    """The people cannot be invited so; the message says why."""


@dataclass
class Added:
    """What became of a list of addresses."""

    new: int = 0
    known: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    unfit: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Letter:
    """A subject and a text with `{link}` and `{study}` in it."""

    subject: str
    text: str


@transaction.atomic
def add_people(*, by: User | None, study: Study, text: str, language: str) -> Added:
    """Keep the addresses in a text, separated by spaces, commas, semicolons or lines; no mail goes out yet.

    Raises `InvitationsRefused` where there are too many at once or the language is none of the service's.
    """
    if language not in dict(settings.LANGUAGES):
        raise InvitationsRefused(_("There is no such language."))
    words = [word.strip("<>\"'") for word in _SEPARATORS.split(text.replace("\0", "")) if word]
    words = [word for word in words if word]
    if len(words) > MOST_AT_ONCE:
        raise InvitationsRefused(_("At most %(most)d addresses are taken at once.") % {"most": MOST_AT_ONCE})
    added, fit = Added(), {}
    for word in words:
        address = _normal(word)
        if not address:
            added.unfit.append(word[:100])
        elif address in fit:
            added.twice.append(address)
        else:
            fit[address] = InvitedPerson(study=study, email=address, language=language)
    added.known = sorted(study.invited.filter(email__in=fit).values_list("email", flat=True))
    new = [invited for address, invited in fit.items() if address not in set(added.known)]
    InvitedPerson.objects.bulk_create(new, ignore_conflicts=True)
    added.new = len(new)
    if new:
        _record(by, study, "people.invited", {"number": len(new), "language": language})
    return added


@transaction.atomic
def queue(*, by: User | None, study: Study, kind: str) -> int:
    """Let the mails of a kind go out: to everybody not invited yet, or a reminder to who has not come; return how many.

    Raises `InvitationsRefused` while people cannot take part.
    """
    if not study.is_open:
        raise InvitationsRefused(_("The study is not open: whoever came now would be sent away. Open it first."))
    number = waiting_for(study, kind).update(queued=kind, sending_at=None, error="")
    if number:
        _record(by, study, "invitations.queued", {"kind": str(kind), "number": number})
    return number


def waiting_for(study: Study, kind: str) -> QuerySet[InvitedPerson]:
    """Return who would get a mail of a kind now."""
    idle = study.invited.filter(queued="", participant=None, error="")
    if kind == Kind.INVITATION:
        return idle.filter(sent_at=None)
    return idle.filter(sent_at__isnull=False, reminded_at=None)


@transaction.atomic
def queue_again(*, by: User | None, invited: InvitedPerson) -> bool:
    """Let a mail go out again that failed or of which it is unclear whether it was sent; return whether it will."""
    kept = InvitedPerson.objects.select_for_update().get(pk=invited.pk)
    if not (kept.error or is_unclear(kept)):
        return False
    kept.queued = kept.queued or (Kind.REMINDER if kept.sent_at else Kind.INVITATION)
    kept.sending_at, kept.error = None, ""
    kept.save(update_fields=["queued", "sending_at", "error"])
    _record(by, kept.study, "invitation.queued_again", {"invited": kept.pk})
    return True


@transaction.atomic
def forget(*, by: User | None, invited: InvitedPerson) -> None:
    """Remove an address and with it what it is known by; answers given stay, without any address."""
    study, pk = invited.study, invited.pk
    invited.delete()
    _record(by, study, "invitation.removed", {"invited": pk})


def is_unclear(invited: InvitedPerson) -> bool:
    """Return whether a mail was being sent when the process died, so that nobody knows whether it left."""
    return bool(invited.queued) and invited.sending_at is not None and invited.sending_at < _unclear_before()


def letter_of(study: Study, kind: str, language: str) -> Letter:
    """Return the study's letter of a kind in a language, ours where it has none."""
    own = study.letters.filter(kind=kind, language=language).first()
    if own is not None:
        return Letter(own.subject, own.text)
    with translation.override(language):
        if kind == Kind.REMINDER:
            return Letter(_("A reminder: {study}"), _reminder())
        return Letter(_("You are invited: {study}"), _invitation())


@transaction.atomic
def change_letter(*, by: User | None, study: Study, kind: str, language: str, subject: str, text: str) -> None:
    """Write a study's letter of a kind in a language. Raises `LetterRefused`; the link must be in it."""
    subject, text = " ".join(subject.split()), text.replace("\0", "").replace("\r\n", "\n").strip()
    errors = {}
    if not subject or len(subject) > 200:
        errors["subject"] = _("Give it a subject of at most 200 characters.")
    if "{link}" not in text:
        errors["text"] = _("The letter must have {link} in it: each person's own link stands there.")
    elif len(text) > LONGEST_TEXT:
        errors["text"] = _("This is too long.")
    if errors:
        raise LetterRefused(errors)
    InvitationLetter.objects.update_or_create(
        study=study, kind=kind, language=language, defaults={"subject": subject, "text": text}
    )
    _record(by, study, "letter.changed", {"kind": str(kind), "language": language})


def send_queued(*, limit: int = 200) -> int:
    """Send mails that are queued, one by one; return how many left."""
    sent = 0
    for _number in range(limit):
        invited = _take_next()
        if invited is None:
            break
        sent += _send(invited)
    return sent


def compose(invited: InvitedPerson, kind: str) -> EmailMessage:
    """Return a person's mail."""
    letter = letter_of(invited.study, kind, invited.language or settings.LANGUAGE_CODE)
    values = {"{link}": invitation_link(invited), "{study}": invited.study.title}
    return EmailMessage(
        subject=" ".join(_fill(letter.subject, values).split())[:250],
        body=_fill(letter.text, values),
        to=[invited.email],
        headers={"Auto-Submitted": "auto-generated"},
    )


def _take_next() -> InvitedPerson | None:
    """Take a queued mail so that nobody else does, and commit that before it is sent."""
    with transaction.atomic():
        free = InvitedPerson.objects.exclude(queued="").filter(sending_at=None)
        invited = free.select_for_update(skip_locked=True, of=("self",)).select_related("study").order_by("pk").first()
        if invited is None:
            return None
        invited.sending_at = timezone.now()
        invited.save(update_fields=["sending_at"])
    return invited


def _send(invited: InvitedPerson) -> bool:
    """Send a mail that was taken, and note what became of it. Who has come meanwhile is not written to."""
    kind = invited.queued
    settled: dict[str, object] = {"queued": "", "sending_at": None}
    if invited.participant_id is None:
        try:
            compose(invited, kind).send()
        except (smtplib.SMTPException, OSError, ValueError) as error:
            logger.warning("Invitation %s could not be sent: %s", invited.pk, error)
            settled["error"] = str(error)[:500] or type(error).__name__
        else:
            settled["sent_at" if kind == Kind.INVITATION else "reminded_at"] = timezone.now()
    InvitedPerson.objects.filter(pk=invited.pk).update(**settled)
    return "error" not in settled and invited.participant_id is None


def unclear_mails(study: Study) -> QuerySet[InvitedPerson]:
    """Return those of whom nobody knows whether their mail left."""
    return study.invited.filter(~Q(queued=""), sending_at__lt=_unclear_before())


def _unclear_before() -> datetime:
    return timezone.now() - UNCLEAR_AFTER


def _invitation() -> str:
    return "\n\n".join(
        (
            _("Hello,"),
            _("you are invited to take part in a study: {study}"),
            _(
                "You read what people asked an AI and the answers it could give, and say which are better, and why. "
                "Open this link to see what it is about; you decide then whether to take part:"
            ),
            "{link}",
            _(
                "The link is yours alone: with it you can come back to where you were, from any device. Please do not "
                "pass it on."
            ),
        )
    )


def _reminder() -> str:
    return "\n\n".join(
        (
            _("Hello,"),
            _("some time ago we invited you to take part in a study: {study}"),
            _("If you would like to, this is your own link:"),
            "{link}",
            _("If not, you need not do anything; we will not write again."),
        )
    )


def _normal(word: str) -> str:
    """Return an address as it is kept, "" for what is none. The host's name is lower case; so is the rest, nearly."""
    try:
        validate_email(word)
    except ValidationError:
        return ""
    return word.lower() if len(word) <= 254 else ""


def _fill(text: str, values: dict[str, str]) -> str:
    return re.sub(r"\{(?:link|study)\}", lambda found: values[found[0]], text)


def _record(by: User | None, study: Study, action: str, details: dict[str, object]) -> None:
    record(by=by, action=action, target=f"study:{study.pk}", study=study.slug, details=details)
