"""If these fail, a clone leaks people or secrets, or asks something else than its original."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from collective.audit.models import AuditEntry
from elicitation import prompts, protocols
from elicitation.cloning import clone_study
from elicitation.models import Criterion, Panel, Quota, Role, Study
from elicitation.permissions import role_in
from elicitation.protocol import default_intake
from tests.factories import make_assessment, make_member, make_participant, make_prompt, make_study, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def study():
    study = make_study(
        title="Bees",
        consent_text="I agree.",
        completion_code="SECRET-CODE",
        seed=7,
        pay_base="2.50",
        currency="EUR",
        is_public=True,
        is_simulated=True,
        retention_until=date(2020, 1, 1),
    )
    anchor = make_prompt(study, criteria=2, is_anchor=True, disagreement=0.5)
    make_prompt(study, attention_best="B")
    prompts.add_retest(by=None, anchor=anchor)
    person = make_participant(study)
    make_assessment(anchor, person, world="A>B>C>D")
    Criterion.objects.create(
        prompt=anchor, key="own", position=9, text="Mine", origin=Criterion.Origin.PARTICIPANT, author=person
    )
    Quota.objects.create(study=study, label="Old", position=0, conditions={"age": ["65+"]}, places=3)
    Panel.objects.create(
        study=study,
        name="Prolific",
        id_parameter="PROLIFIC_PID",
        codes={"complete": "SECRET-CODE"},
        webhook_secret="SECRET",
        return_url="https://example.org/{code}",
    )
    protocols.change_intake(by=None, study=study, intake=default_intake()[:2])
    make_member(study)
    return study


def test_a_clone_asks_the_same_of_nobody_yet(study):
    user = make_user()
    clone = clone_study(by=user, study=study, slug="wasps", title=" Wasps ")
    assert (clone.slug, clone.title, clone.status) == ("wasps", "Wasps", Study.Status.DRAFT)
    assert (clone.consent_text, clone.seed, clone.currency) == ("I agree.", 7, "EUR")
    version = clone.protocols.get()
    assert (version.number, version.published_at, len(version.intake)) == (1, None, 2)
    assert [(p.key, p.position, p.candidates, p.is_anchor, p.attention_best) for p in clone.prompts.all()] == [
        (p.key, p.position, p.candidates, p.is_anchor, p.attention_best) for p in study.prompts.all()
    ]
    anchor = clone.prompts.get(is_anchor=True)
    assert anchor.retests.get().study == clone
    assert [r.text for r in anchor.responses.all()] == [
        r.text for r in study.prompts.get(is_anchor=True).responses.all()
    ]
    assert [(quota.label, quota.conditions) for quota in clone.quotas.all()] == [("Old", {"age": ["65+"]})]
    assert list(clone.memberships.values_list("user", flat=True)) == [user.pk]
    assert role_in(user, clone) == Role.ADMIN
    entry = AuditEntry.objects.get(action="study.cloned")
    assert (entry.study, entry.details) == ("wasps", {"from": study.slug})


def test_people_answers_and_secrets_stay_behind(study):
    clone = clone_study(by=None, study=study, slug="wasps", title="Wasps")
    assert not clone.participants.exists()
    assert clone.link_token != study.link_token
    assert (clone.completion_code, clone.is_public, clone.is_simulated, clone.retention_until) == (
        "",
        False,
        False,
        None,
    )
    panel, original = clone.panels.get(), study.panels.get()
    assert (panel.codes, panel.webhook_secret, panel.return_url) == ({}, "", original.return_url)
    assert panel.webhook_token != original.webhook_token
    anchor = clone.prompts.get(is_anchor=True)
    assert anchor.disagreement is None
    assert {criterion.origin for criterion in anchor.criteria.all()} == {Criterion.Origin.SEEDED}


def test_a_day_of_deletion_to_come_is_kept(study):
    later = timezone.localdate() + timedelta(days=30)
    Study.objects.filter(pk=study.pk).update(retention_until=later)
    study.refresh_from_db()
    assert clone_study(by=None, study=study, slug="wasps", title="Wasps").retention_until == later


def test_a_taken_name_is_refused_and_leaves_nothing(study):
    with pytest.raises(ValidationError):
        clone_study(by=None, study=study, slug=study.slug, title="Wasps")
    assert Study.objects.count() == 1
