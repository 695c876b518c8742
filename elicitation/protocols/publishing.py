"""Put a version into force."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from collective.accounts.models import User
from collective.audit.chain import record
from elicitation.models import ProtocolVersion, Study

from .changing import copy_of
from .checking import check_version
from .versions import draft_of, in_force


def is_in_force(study: Study) -> bool:
    """Return whether any version of a study has come into force."""
    return study.protocols.filter(published_at__isnull=False).exists()


@transaction.atomic
def publish(*, by: User | None, study: Study) -> ProtocolVersion:
    """Put a study's draft into force, with the study's texts as they stand; it never changes from then on.

    Who agreed before goes on under their own version. Raises `ValidationError` where there is no draft or it cannot be
    asked as it is.
    """
    kept = Study.objects.select_for_update().get(pk=study.pk)
    draft = draft_of(kept)
    if draft is None:
        raise ValidationError(_("There is no draft: what was written is in force already."))
    if problems := check_version(draft):
        raise ValidationError(problems)
    return _put_into_force(by, kept, draft)


@transaction.atomic
def renew_texts(*, by: User | None, study: Study) -> ProtocolVersion | None:
    """Put the version in force into force anew, with the study's texts of now; None where nothing is in force.

    A draft beside it stays a draft, and takes the number after.
    """
    if not is_in_force(study):
        return None
    present, draft = in_force(study), draft_of(study)
    number = present.number + 1
    if draft is not None:
        number = draft.number
        draft.number += 1
        draft.save(update_fields=["number"])
    return _put_into_force(by, study, copy_of(present, number=number))


def texts_of(study: Study) -> dict[str, Any]:
    """Return what people are told when they agree, as a version keeps it."""
    return {
        "information": study.information_text,
        "consent": study.consent_text,
        "thanks": study.thanks_text,
        "publishes": list(study.publishes),
        "retention_until": study.retention_until.isoformat() if study.retention_until else "",
        "translations": study.translations,
    }


def _put_into_force(by: User | None, study: Study, version: ProtocolVersion) -> ProtocolVersion:
    version.texts = texts_of(study)
    version.published_at = timezone.now()
    version.save()
    record(
        by=by,
        action="protocol.published",
        target=f"study:{study.slug}",
        study=study.slug,
        details={"number": version.number},
    )
    return version
