"""Create a study, with the published study's protocol."""

from typing import Any

from django.db import transaction

from collective.accounts.models import User
from collective.audit.chain import record
from elicitation import protocols
from elicitation.models import ProtocolVersion, Role, Study, StudyMembership
from elicitation.protocol import default_intake, default_steps


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
    record(
        by=by,
        action="study.created",
        target=f"study:{study.slug}",
        study=study.slug,
        details={"title": study.title, "status": study.status},
    )
    if study.status != Study.Status.DRAFT:
        protocols.publish(by=by, study=study)
    return study
