"""Create studies, change their settings, open and close them."""

from collections.abc import Mapping
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from collective.accounts.models import User
from collective.audit.chain import record

from .models import ProtocolVersion, Role, Study, StudyMembership
from .protocol import default_intake, default_steps
from .webhooks import emit
from .webhooks.addresses import STUDY_STATUS_CHANGED

SETTINGS: Final = (
    "title",
    "description",
    "consent_text",
    "thanks_text",
    "completion_code",
    "languages",
    "tasks_per_person",
    "overlap_target",
    "lease_minutes",
    "short_form_share",
    "seed",
    "is_public",
)
"""What may be changed later. The name in addresses (`slug`) and whether answers are simulated may not."""

NEXT: Final[Mapping[str, tuple[Study.Status, ...]]] = {
    Study.Status.DRAFT: (Study.Status.PILOT, Study.Status.RUNNING),
    Study.Status.PILOT: (Study.Status.RUNNING, Study.Status.PAUSED, Study.Status.CLOSED),
    Study.Status.RUNNING: (Study.Status.PAUSED, Study.Status.CLOSED),
    Study.Status.PAUSED: (Study.Status.RUNNING, Study.Status.PILOT, Study.Status.CLOSED),
    # Reopening takes two steps, so that no press of one button puts a closed study before people again.
    Study.Status.CLOSED: (Study.Status.PAUSED,),
}
"""What may follow each status. Nothing leads back to a draft: people may have answered."""


class StatusRefused(Exception):
    """The study cannot take this status now; the message says what is missing."""


@transaction.atomic
def create_study(*, by: User | None, slug: str, title: str, **fields: Any) -> Study:
    """Create a study as a draft, with the published study's protocol; who creates it becomes its admin.

    `by` is None for the command line, and then nobody does. `fields` are further columns of `Study`. Raises
    `ValidationError`, also where the name is taken.
    """
    study = Study(slug=slug, title=title.strip(), **fields)
    study.full_clean()
    study.save()
    ProtocolVersion.objects.create(study=study, number=1, steps=default_steps(), intake=default_intake())
    if by is not None:
        StudyMembership.objects.create(study=study, user=by, role=Role.ADMIN)
    _record(by, study, "study.created", {"title": study.title, "status": study.status})
    return study


@transaction.atomic
def update_study(*, by: User | None, study: Study, **settings: Any) -> Study:
    """Change settings of a study, and record each with what it was before. Unchanged ones leave no trace.

    Raises `ValidationError`, also for a new seed when tasks have been given out by the one before.
    """
    unknown = set(settings) - set(SETTINGS)
    if unknown:
        raise TypeError(f"not a setting of a study: {', '.join(sorted(unknown))}")
    kept = Study.objects.select_for_update().get(pk=study.pk)
    changes = {
        name: {"from": getattr(kept, name), "to": value}
        for name, value in settings.items()
        if getattr(kept, name) != value
    }
    if "seed" in changes and kept.participants.filter(assignments__isnull=False).exists():
        raise ValidationError({"seed": _("Tasks have been given out by this seed: it stays as it is.")})
    for name in changes:
        setattr(kept, name, settings[name])
    kept.full_clean()
    if changes:
        kept.save(update_fields=list(changes))
        _record(by, kept, "study.changed", changes)
    return kept


@transaction.atomic
def set_status(*, by: User | None, study: Study, status: str) -> Study:
    """Open, pause or close a study. Raises `StatusRefused` where that cannot follow or the study is not ready."""
    kept = Study.objects.select_for_update().get(pk=study.pk)
    wanted = Study.Status(status)
    if wanted not in NEXT[kept.status]:
        raise StatusRefused(
            _("A study that is %(present)s cannot become %(wanted)s.")
            % {"present": kept.get_status_display().lower(), "wanted": str(wanted.label).lower()}
        )
    before, kept.status = kept.status, wanted
    missing = missing_before_opening(kept)
    if kept.is_open and missing:
        raise StatusRefused(" ".join(missing))
    kept.save(update_fields=["status"])
    _record(by, kept, "study.status_changed", {"from": before, "to": wanted.value})
    emit(study=kept, event=STUDY_STATUS_CHANGED, data={"from": before, "to": wanted.value})
    return kept


def missing_before_opening(study: Study) -> list[str]:
    """Say in sentences what a study lacks before people can take part; nothing where it is ready."""
    missing = []
    if not study.prompts.exists():
        missing.append(_("There are no prompts yet: import some or add one."))
    if not study.consent_text.strip():
        missing.append(_("There is no consent text yet: write what people agree to."))
    return missing


def _record(by: User | None, study: Study, action: str, details: Mapping[str, Any]) -> None:
    record(
        by=by,
        action=action,
        target=f"study:{study.slug}",
        study=study.slug,
        details=details,
    )
