"""Say how many people of which kind a study takes in. Who gets a place is `elicitation.quotas`' matter."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from collective.accounts.models import User
from collective.audit.chain import record
from elicitation.models import Quota, Study
from elicitation.protocol import CHOICE
from elicitation.protocols import written

Conditions = Mapping[str, Sequence[str]]


def quota_questions(study: Study) -> list[dict[str, Any]]:
    """Return the questions of the intake survey that a quota may ask for: those answered by a choice."""
    return [question for question in written(study).intake if question["kind"] == CHOICE]


@transaction.atomic
def add_quota(*, by: User | None, study: Study, label: str, places: int, conditions: Conditions) -> Quota:
    """Add a quota after the others. Raises `ValidationError` with sentences by field."""
    Study.objects.select_for_update().get(pk=study.pk)
    last = study.quotas.aggregate(last=Max("position"))["last"]
    quota = Quota(
        study=study,
        label=label.strip(),
        position=0 if last is None else last + 1,
        places=places,
        conditions=_clean(study, conditions),
    )
    _check(quota)
    quota.save()
    _record(by, quota, "quota.added")
    return quota


@transaction.atomic
def change_quota(*, by: User | None, quota: Quota, label: str, places: int, conditions: Conditions) -> Quota:
    """Change a quota. Whom it is for stays as it is while somebody holds a place in it. Raises `ValidationError`."""
    kept = Quota.objects.select_for_update().get(pk=quota.pk)
    wanted = _clean(kept.study, conditions)
    if wanted != kept.conditions and kept.taken.exists():
        raise ValidationError({"conditions": _("People have places in this quota already: whom it is for stays.")})
    kept.label, kept.places, kept.conditions = label.strip(), places, wanted
    _check(kept)
    kept.save(update_fields=["label", "places", "conditions"])
    _record(by, kept, "quota.changed")
    return kept


@transaction.atomic
def remove_quota(*, by: User | None, quota: Quota) -> None:
    """Remove a quota. Raises `ValidationError` while somebody holds a place in it."""
    kept = Quota.objects.select_for_update().get(pk=quota.pk)
    if kept.taken.exists():
        raise ValidationError(_("People have places in this quota already: it stays."))
    _record(by, kept, "quota.removed")
    kept.delete()


def _clean(study: Study, conditions: Conditions) -> dict[str, list[str]]:
    """Return conditions in the survey's order, without questions of which no answer is named."""
    offered = {question["key"]: question["options"] for question in quota_questions(study)}
    unknown = [key for key, values in conditions.items() if values and not set(values) <= set(offered.get(key, ()))]
    if unknown:
        raise ValidationError({"conditions": _("The intake survey does not offer these answers.")})
    cleaned = {
        key: [option for option in options if option in conditions.get(key, ())] for key, options in offered.items()
    }
    return {key: values for key, values in cleaned.items() if values}


def _check(quota: Quota) -> None:
    problems = {}
    if quota.study.quotas.exclude(pk=quota.pk).filter(label=quota.label).exists():
        problems["label"] = _("There is a quota with this name.")
    if quota.places < 1:
        problems["places"] = _("A quota has at least one place.")
    if problems:
        raise ValidationError(problems)
    quota.full_clean(validate_unique=False, validate_constraints=False)


def _record(by: User | None, quota: Quota, action: str) -> None:
    details = {"label": quota.label, "places": quota.places, "conditions": quota.conditions}
    record(by=by, action=action, target=f"quota:{quota.pk}", study=quota.study.slug, details=details)
