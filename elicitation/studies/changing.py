"""Change settings of a study."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from collective.accounts.models import User
from collective.audit.chain import record
from elicitation import protocols
from elicitation.models import Study

TEXTS: Final = ("information_text", "consent_text", "thanks_text", "publishes", "retention_until")
"""What people are told when they agree. Each protocol version keeps it as it stood when it came into force."""

SETTINGS: Final = (
    "title",
    "description",
    "information_text",
    "consent_text",
    "thanks_text",
    "completion_code",
    "languages",
    "tasks_per_person",
    "fewest_tasks",
    "days_to_finish",
    "correction_days",
    "overlap_target",
    "lease_minutes",
    "short_form_share",
    "boost_disagreement",
    "admits_others",
    "seed",
    "currency",
    "pay_base",
    "pay_per_task",
    "pay_screened_out",
    "publishes",
    "retention_until",
    "alert_emails",
    "is_public",
)
"""What may be changed later. The name in addresses (`slug`) and whether answers are simulated may not."""


@transaction.atomic
def update_study(*, by: User | None, study: Study, **settings: Any) -> Study:
    """Change settings of a study, and record each with what it was before. Unchanged ones leave no trace.

    Where a protocol is in force, other `TEXTS` put a new version of it into force, with the same steps: who agreed
    before stays with what they were told. Raises `ValidationError` with sentences by setting, also for a new seed when
    tasks have been given out by the one before.
    """
    unknown = set(settings) - set(SETTINGS)
    if unknown:
        raise TypeError(f"not a setting of a study: {', '.join(sorted(unknown))}")
    kept = Study.objects.select_for_update().get(pk=study.pk)
    changes = {
        name: {"from": _plain(getattr(kept, name)), "to": _plain(value)}
        for name, value in settings.items()
        if getattr(kept, name) != value
    }
    for name in changes:
        setattr(kept, name, settings[name])
    if problems := _problems(kept, changes):
        raise ValidationError(problems)
    kept.full_clean()
    if changes:
        kept.save(update_fields=list(changes))
        record(by=by, action="study.changed", target=f"study:{kept.slug}", study=kept.slug, details=changes)
        if set(TEXTS) & set(changes):
            protocols.renew_texts(by=by, study=kept)
    return kept


def _problems(study: Study, changes: Mapping[str, Any]) -> dict[str, str]:
    """Say in sentences, by setting, what is wrong beyond what the columns themselves refuse."""
    problems = {}
    for name in ("tasks_per_person", "overlap_target", "fewest_tasks", "days_to_finish", "lease_minutes"):
        if getattr(study, name) == 0:
            problems[name] = _("This is at least one.")
    if "seed" in changes and study.participants.filter(assignments__isnull=False).exists():
        problems["seed"] = _("Tasks have been given out by this seed: it stays as it is.")
    if _is_above(study.fewest_tasks, study.tasks_per_person):
        problems["fewest_tasks"] = _("People cannot be done after more tasks than they get at most.")
    if not study.currency and any((study.pay_base, study.pay_per_task, study.pay_screened_out)):
        problems["currency"] = _("Say in which currency people are paid.")
    if "retention_until" in changes and study.retention_until and study.retention_until <= timezone.localdate():
        problems["retention_until"] = _("This day has passed: choose one to come.")
    return problems


def _is_above(number: int | None, limit: int) -> bool:
    return number is not None and number > limit


def _plain(value: Any) -> Any:
    """Return a value as the audit log can hold it."""
    return str(value) if isinstance(value, Decimal | date) else value
