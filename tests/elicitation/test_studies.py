"""If these fail, a study could be opened unready, changed without a trace, or owned by nobody."""

import pytest
from django.core.exceptions import ValidationError

from collective.audit.models import AuditEntry
from elicitation import protocol, studies
from elicitation.models import Role, Study
from elicitation.permissions import role_in
from tests.factories import make_assignment, make_participant, make_prompt, make_study, make_user

pytestmark = pytest.mark.django_db
Status = Study.Status


def last_entry() -> AuditEntry:
    entry = AuditEntry.objects.last()
    assert entry is not None
    return entry


def test_who_creates_a_study_is_its_admin():
    user = make_user()
    study = studies.create_study(by=user, slug="bees", title=" Bees ", overlap_target=3)
    assert (study.title, study.status, study.overlap_target) == ("Bees", Status.DRAFT, 3)
    assert role_in(user, study) == Role.ADMIN
    version = study.protocols.get()
    assert (version.number, version.steps, version.intake) == (1, protocol.default_steps(), protocol.default_intake())
    entry = last_entry()
    assert (entry.action, entry.actor, entry.study) == ("study.created", user.email, "bees")


def test_the_command_line_becomes_nobodys_admin():
    study = studies.create_study(by=None, slug="bees", title="Bees")
    assert not study.memberships.exists()


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"slug": "taken", "title": "T"}, "slug"),
        ({"slug": "Bees and wasps", "title": "T"}, "slug"),
        ({"slug": "bees", "title": "  "}, "title"),
        ({"slug": "bees", "title": "T", "tasks_per_person": 0}, "__all__"),
        ({"slug": "bees", "title": "T", "short_form_share": 1.5}, "__all__"),
    ],
)
def test_what_is_not_a_study_is_refused(fields, field):
    make_study(slug="taken")
    with pytest.raises(ValidationError) as refusal:
        studies.create_study(by=None, **fields)
    assert field in refusal.value.message_dict
    assert Study.objects.count() == 1


def test_a_change_is_recorded_with_what_was_before():
    study = make_study(title="Old", overlap_target=3)
    changed = studies.update_study(by=None, study=study, title="New", overlap_target=3)
    assert changed.title == "New"
    assert last_entry().details == {"title": {"from": "Old", "to": "New"}}


def test_what_did_not_change_leaves_no_trace():
    study = make_study(title="Same")
    studies.update_study(by=None, study=study, title="Same")
    assert not AuditEntry.objects.exists()


def test_a_bad_setting_changes_nothing():
    study = make_study(title="Old")
    with pytest.raises(ValidationError):
        studies.update_study(by=None, study=study, title="New", overlap_target=0)
    study.refresh_from_db()
    assert study.title == "Old"


@pytest.mark.parametrize("name", ["slug", "is_simulated", "link_token", "status"])
def test_what_is_no_setting_is_not_changed_as_one(name):
    with pytest.raises(TypeError, match=name):
        studies.update_study(by=None, study=make_study(), **{name: "x"})


def test_the_seed_stays_once_tasks_were_given_out():
    study = make_study(seed=1)
    studies.update_study(by=None, study=study, seed=2)
    make_assignment(make_participant(study), make_prompt(study))
    with pytest.raises(ValidationError) as refusal:
        studies.update_study(by=None, study=study, seed=3)
    assert "seed" in refusal.value.message_dict


@pytest.mark.parametrize("present", Status)
@pytest.mark.parametrize("wanted", Status)
def test_a_status_follows_only_where_it_may(present, wanted):
    study = make_study(status=present, consent_text="I agree.")
    make_prompt(study)
    if wanted in studies.NEXT[present]:
        assert studies.set_status(by=None, study=study, status=wanted).status == wanted
        assert last_entry().details == {"from": present, "to": wanted}
    else:
        with pytest.raises(studies.StatusRefused):
            studies.set_status(by=None, study=study, status=wanted)
        assert not AuditEntry.objects.exists()


def test_every_status_has_its_successors():
    assert set(studies.NEXT) == set(Status)
    assert all(Status.DRAFT not in after for after in studies.NEXT.values())


@pytest.mark.parametrize(
    ("consent", "prompts", "missing"), [("", 1, "consent"), ("I agree.", 0, "prompts"), (" ", 0, "prompts.*consent")]
)
def test_a_study_that_is_not_ready_does_not_open(consent, prompts, missing):
    study = make_study(status=Status.DRAFT, consent_text=consent)
    for _number in range(prompts):
        make_prompt(study)
    with pytest.raises(studies.StatusRefused, match=missing):
        studies.set_status(by=None, study=study, status=Status.RUNNING)
    study.refresh_from_db()
    assert study.status == Status.DRAFT


def test_a_study_that_lost_its_consent_text_can_still_be_closed():
    study = make_study(status=Status.RUNNING)
    assert studies.set_status(by=None, study=study, status=Status.CLOSED).status == Status.CLOSED
