"""Make a new study from another: what it asks and how it is run, without the people and without its secrets."""

from typing import Any, Final

from django.db import transaction
from django.db.models import Model
from django.utils import timezone

from collective.accounts.models import User
from collective.audit.chain import record

from .models import Criterion, Panel, Prompt, ProtocolVersion, Quota, Response, Role, Study, StudyMembership
from .models.study import new_link_token
from .protocols import written

# What a clone does not take over: names, secrets, and what came of the study.
_OF_ITS_OWN: Final = {
    "id",
    "slug",
    "title",
    "status",
    "is_simulated",
    "is_public",
    "link_token",
    "completion_code",
    "retention_until",
    "created_at",
}


@transaction.atomic
def clone_study(*, by: User | None, study: Study, slug: str, title: str) -> Study:
    """Return a new draft study that asks the same in the same way; who clones it becomes its admin.

    Copied are texts and settings (the seed too), the protocol that is written, prompts with responses and criteria,
    quotas, and panels without their codes, addresses for webhooks and secrets. People and what they gave, criteria that
    people wrote, members and invitations stay behind, and so does a day of deletion that has passed.

    Raises `ValidationError`, also where the name is taken.
    """
    fields = {field.name: getattr(study, field.name) for field in _columns(study) if field.name not in _OF_ITS_OWN}
    keeps_day = study.retention_until is not None and study.retention_until > timezone.localdate()
    clone = Study(
        **fields, slug=slug, title=title.strip(), retention_until=study.retention_until if keeps_day else None
    )
    clone.full_clean()
    clone.save()
    _copy_protocol(study, clone)
    _copy_prompts(study, clone)
    for quota in study.quotas.all():
        _copy(quota, Quota, study=clone).save()
    for panel in study.panels.all():
        _copy(panel, Panel, study=clone, codes={}, webhook_token=new_link_token(), webhook_secret="").save()
    if by is not None:
        StudyMembership.objects.create(study=clone, user=by, role=Role.ADMIN)
    record(by=by, action="study.cloned", target=f"study:{clone.slug}", study=clone.slug, details={"from": study.slug})
    return clone


def _copy_protocol(study: Study, clone: Study) -> None:
    version = written(study)
    ProtocolVersion.objects.create(
        study=clone,
        number=1,
        steps=version.steps,
        intake=version.intake,
        quiz=version.quiz,
        translations=version.translations,
    )


def _copy_prompts(study: Study, clone: Study) -> None:
    """Copy prompts with what stands below them, and let re-tests point to the copies of their anchors."""
    copies: dict[int, Prompt] = {}
    prompts = list(study.prompts.prefetch_related("responses", "criteria"))
    # Anchors first: a re-test needs the copy of what it asks again.
    for prompt in sorted(prompts, key=lambda prompt: prompt.retest_of_id is not None):
        anchor = copies[prompt.retest_of_id] if prompt.retest_of_id else None
        copy = _copy(prompt, Prompt, study=clone, retest_of=anchor, disagreement=None)
        copy.save()
        copies[prompt.pk] = copy
    Response.objects.bulk_create(
        _copy(response, Response, prompt=copies[prompt.pk]) for prompt in prompts for response in prompt.responses.all()
    )
    Criterion.objects.bulk_create(
        _copy(criterion, Criterion, prompt=copies[prompt.pk], author=None)
        for prompt in prompts
        for criterion in prompt.criteria.all()
        if criterion.origin != Criterion.Origin.PARTICIPANT
    )


def _copy(row: Any, model: Any, **changes: Any) -> Any:
    """Return an unsaved row with the same columns but for those named."""
    fields = {field.attname: getattr(row, field.attname) for field in _columns(row) if field.name not in changes}
    return model(**{name: value for name, value in fields.items() if name != "id"}, **changes)


def _columns(row: Model) -> list[Any]:
    return [field for field in row._meta.concrete_fields if field.name != "created_at"]
