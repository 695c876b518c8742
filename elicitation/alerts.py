"""Tell a study's staff when it does not run as it should: people who vanish, give up, or meet faults; silence.

An alert is raised once and stands until what it is about is over. Each is mailed at most once: it is noted as mailed
before the mail goes out, since nobody is helped by the same mail twice, and the page shows it in any case.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Count, Max, Q
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from collective.accounts.models import User
from collective.audit.chain import record

from .addresses import monitoring_link
from .models import Alert, Assessment, Participant, Study

logger = logging.getLogger(__name__)

Outcome = Participant.Outcome

NO_SHOWS: Final = "no_shows"
RETURNS: Final = "returns"
FAULTS: Final = "faults"
SILENCE: Final = "silence"
PAUSED_WITH_PEOPLE: Final = "paused_with_people"

WINDOW: Final = timedelta(hours=24)
"""In which people must have come to be counted: what went wrong last week is not news."""

FEWEST: Final = 20
"""People. Of fewer a rate is chance: at a usual rate of 10 %, 4 of 10 happen by themselves once in 80 times."""

NO_SHOW_AFTER: Final = timedelta(hours=2)
"""Without a first answer, since they agreed. A long form takes minutes a task."""
HIGHEST_NO_SHOWS: Final = 0.4
"""Of those who agreed. Online studies lose a tenth to a third before the first answer; more than that is a barrier."""
HIGHEST_RETURNS: Final = 0.2
"""Of those whose way has ended. Panels call above a tenth unusual."""
HIGHEST_FAULTS: Final = 0.05
"""Of those who agreed. A fault should happen to nobody; one or two of twenty may be their own line."""
SILENT_AFTER: Final = timedelta(hours=12)
"""While the study runs, after there was an answer: longer than a night."""
CLEARED_BELOW: Final = 0.8
"""Of the threshold. Between, an alert stands as it is, so that it does not come and go with every person."""

MOST_RECIPIENTS: Final = 10


class RecipientsRefused(Exception):
    """The addresses cannot be taken; the message says why."""


@dataclass(frozen=True)
class Kind:
    """A kind of alert: its name, and what to do about it."""

    title: str | Promise
    advice: str | Promise


KINDS: Final[Mapping[str, Kind]] = {
    NO_SHOWS: Kind(
        gettext_lazy("Many people agree and then hand in nothing"),
        gettext_lazy(
            "Open the preview and walk the first task as they do; see whether it is longer than you told them."
        ),
    ),
    RETURNS: Kind(
        gettext_lazy("Many people return the study to their panel"),
        gettext_lazy("Compare the pay and the time you announced with the median time, and read what they wrote you."),
    ),
    FAULTS: Kind(
        gettext_lazy("Many people meet a technical fault"),
        gettext_lazy("Pause the study and ask whoever runs this server to look at its log."),
    ),
    SILENCE: Kind(
        gettext_lazy("The study runs, and nothing comes in"),
        gettext_lazy("See whether the panel has places left, and whether the link it sends people to is right."),
    ),
    PAUSED_WITH_PEOPLE: Kind(
        gettext_lazy("The study is paused while people are in it"),
        gettext_lazy(
            "They can hand in what they are at, and get no task after it. Open the study again, or tell and pay them."
        ),
    ),
}
"""Every kind of alert by its key."""


def check(study: Study) -> list[Alert]:
    """Raise and clear a study's alerts by how it runs now; return those that stand. Doing it again changes nothing."""
    with transaction.atomic():
        Study.objects.select_for_update(no_key=True).get(pk=study.pk)
        standing = {alert.kind: alert for alert in study.alerts.filter(cleared_at__isnull=True)}
        for kind, measure in _MEASURES.items():
            found = measure(study)
            if kind in standing:
                if found is None or not found.persists:
                    Alert.objects.filter(pk=standing.pop(kind).pk).update(cleared_at=timezone.now())
            elif found is not None and found.is_raised:
                standing[kind] = Alert.objects.create(study=study, kind=kind, details=found.details)
    return list(standing.values())


def check_all() -> int:
    """Check the studies that are open or paused or have a standing alert; return how many mails went out."""
    watched = Q(status__in=[Study.Status.PILOT, Study.Status.RUNNING, Study.Status.PAUSED])
    watched |= Q(alerts__cleared_at__isnull=True, alerts__isnull=False)
    sent = 0
    for study in Study.objects.filter(watched).distinct().order_by("pk"):
        for alert in check(study):
            sent += mail(alert)
    return sent


def mail(alert: Alert) -> bool:
    """Mail an alert to the study's recipients, unless it was; return whether it was sent now."""
    study = alert.study
    if alert.mailed_at is not None or not study.alert_emails:
        return False
    # Whoever notes it first sends it: two sweeps, or one that is killed and comes again, send one mail.
    if not Alert.objects.filter(pk=alert.pk, mailed_at__isnull=True).update(mailed_at=timezone.now()):
        return False
    with translation.override(settings.LANGUAGE_CODE):
        message = _message(alert)
    try:
        message.send()
    except ConnectionError as error:
        # Nothing was handed over, so that trying again sends nothing twice.
        Alert.objects.filter(pk=alert.pk).update(mailed_at=None)
        logger.warning("The alert %s of study %s waits: no mail server answers (%s).", alert.kind, study.slug, error)
        return False
    except OSError as error:  # smtplib's exceptions are of it
        logger.warning("The alert %s of study %s could not be mailed: %s", alert.kind, study.slug, error)
        return False
    return True


@transaction.atomic
def set_recipients(*, by: User | None, study: Study, emails: list[str]) -> Study:
    """Set who is told of alerts. Raises `RecipientsRefused`, or `ValidationError` for what is no address."""
    wanted = list(dict.fromkeys(email.strip() for email in emails if email.strip()))
    if len(wanted) > MOST_RECIPIENTS:
        raise RecipientsRefused(_("At most %(limit)d addresses are told.") % {"limit": MOST_RECIPIENTS})
    for email in wanted:
        validate_email(email)
    kept = Study.objects.select_for_update(no_key=True).get(pk=study.pk)
    if kept.alert_emails != wanted:
        kept.alert_emails = wanted
        kept.save(update_fields=["alert_emails"])
        # Addresses are personal data, and the log cannot be changed.
        record(
            by=by,
            action="study.alert_recipients_set",
            target=f"study:{study.slug}",
            study=study.slug,
            details={"addresses": len(wanted)},
        )
    return kept


def sentence(alert: Alert) -> str:
    """Say in a sentence what an alert is about; its title alone for one that is not understood."""
    details = alert.details
    try:
        if alert.kind == SILENCE:
            return ngettext(
                "No answer has come for %(hours)d hour.", "No answer has come for %(hours)d hours.", details["hours"]
            ) % {"hours": details["hours"]}
        if alert.kind == PAUSED_WITH_PEOPLE:
            return ngettext(
                "%(n)d person is at a task and gets none after it.",
                "%(n)d people are at a task and get none after it.",
                details["n"],
            ) % {"n": details["n"]}
        return _("%(n)d of %(of)d people in the last 24 hours: %(percent)d %%.") % {
            "n": details["n"],
            "of": details["of"],
            "percent": round(100 * details["n"] / details["of"]),
        }
    except (KeyError, TypeError, ZeroDivisionError):
        return ""


def title(alert: Alert) -> str:
    """Return the name of an alert's kind."""
    return str(KINDS[alert.kind].title) if alert.kind in KINDS else alert.kind


@dataclass(frozen=True)
class _Found:
    """What was measured: whether it is bad enough to raise an alert, and for a standing one to stay."""

    is_raised: bool
    persists: bool
    details: dict[str, Any]


def _rate(n: int, of: int, highest: float) -> _Found | None:
    if of < FEWEST:
        return None
    return _Found(n > highest * of, n > CLEARED_BELOW * highest * of, {"n": n, "of": of})


def _no_shows(study: Study) -> _Found | None:
    """Of those who agreed long enough ago, those who have given nothing and were not sent away."""
    now = timezone.now()
    people = study.participants.filter(
        consented_at__lt=now - NO_SHOW_AFTER, consented_at__gte=now - WINDOW - NO_SHOW_AFTER
    ).exclude(outcome__in=[Outcome.SCREENED_OUT, Outcome.QUOTA_FULL])
    counts = people.aggregate(
        of=Count("pk", distinct=True), active=Count("pk", distinct=True, filter=Q(assessments__isnull=False))
    )
    return _rate(counts["of"] - counts["active"], counts["of"], HIGHEST_NO_SHOWS)


def _returns(study: Study) -> _Found | None:
    ended = study.participants.filter(outcome_at__gte=timezone.now() - WINDOW).exclude(
        outcome__in=[Outcome.SCREENED_OUT, Outcome.QUOTA_FULL, Outcome.NO_CONSENT]
    )
    counts = ended.aggregate(of=Count("pk"), n=Count("pk", filter=Q(outcome=Outcome.RETURNED)))
    return _rate(counts["n"], counts["of"], HIGHEST_RETURNS)


def _faults(study: Study) -> _Found | None:
    came = study.participants.filter(consented_at__gte=timezone.now() - WINDOW)
    counts = came.aggregate(of=Count("pk"), n=Count("pk", filter=Q(outcome=Outcome.FAULT)))
    return _rate(counts["n"], counts["of"], HIGHEST_FAULTS)


def _silence(study: Study) -> _Found | None:
    if study.status != Study.Status.RUNNING:
        return None
    last = Assessment.objects.filter(prompt__study=study, assignment__isnull=False).aggregate(at=Max("submitted_at"))
    if last["at"] is None:
        return None
    silent = timezone.now() - last["at"]
    is_silent = silent > SILENT_AFTER
    return _Found(is_silent, is_silent, {"hours": int(silent / timedelta(hours=1))})


def _paused_with_people(study: Study) -> _Found | None:
    if study.status != Study.Status.PAUSED:
        return None
    people = study.participants.filter(
        outcome="", assignments__state="reserved", assignments__leased_until__gt=timezone.now()
    )
    n = people.distinct().count()
    return _Found(n > 0, n > 0, {"n": n})


_MEASURES: Final[Mapping[str, Callable[[Study], _Found | None]]] = {
    NO_SHOWS: _no_shows,
    RETURNS: _returns,
    FAULTS: _faults,
    SILENCE: _silence,
    PAUSED_WITH_PEOPLE: _paused_with_people,
}


def _message(alert: Alert) -> EmailMessage:
    study = alert.study
    body = [
        f"{title(alert)}.",
        sentence(alert),
        str(KINDS[alert.kind].advice),
        monitoring_link(study),
        _("You get this once, because you are named on the page above. It says there when it is over."),
    ]
    subject = _("%(study)s: %(alert)s") % {"study": study.title, "alert": title(alert)}
    return EmailMessage(
        # A title may hold what a header may not.
        subject=" ".join(subject.split()),
        body="\n\n".join(part for part in body if part) + "\n",
        bcc=study.alert_emails,
    )
