"""After the promised day nothing is left by which an answer could be tied to somebody."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from collective.audit.models import AuditEntry
from elicitation import retention
from elicitation.models import (
    Assessment,
    Draft,
    InvitedPerson,
    Panel,
    PanelEntry,
    PanelEvent,
    Participant,
    Ranking,
    Study,
)
from elicitation.tasks import apply_retention
from elicitation.withdrawal import withdraw_everything
from tests.factories import make_assessment, make_assignment, make_participant, make_prompt, make_study

pytestmark = pytest.mark.django_db

YESTERDAY = timezone.now().date() - timedelta(days=1)


@pytest.fixture
def study() -> Study:
    study = make_study(retention_until=YESTERDAY)
    person = make_participant(study, source="panel")
    panel = Panel.objects.create(study=study, name="Panel", id_parameter="pid")
    PanelEntry.objects.create(panel=panel, participant=person, external_id="abc")
    PanelEvent.objects.create(panel=panel, event_id="1", kind="returned", external_id="abc")
    InvitedPerson.objects.create(study=study, email="somebody@example.org")
    make_assessment(
        make_prompt(study),
        person,
        world="A>B>C>D",
        justification="It is kind.",
        device_class="phone",
        step_seconds={"world": 12.5},
        typing={"world_why": {"typed": 3}},
    )
    Draft.objects.create(assignment=make_assignment(person, make_prompt(study)), fields={"world_why": ["x"]})
    return study


def test_names_links_and_traces_go_and_answers_stay(study: Study):
    before = study.participants.get()
    apply_retention()
    person = study.participants.get()
    assert (PanelEntry.objects.count(), InvitedPerson.objects.count(), Draft.objects.count()) == (0, 0, 0)
    assert PanelEvent.objects.get().external_id == ""
    assert Assessment.objects.values_list("device_class", "step_seconds", "typing").get() == ("", {}, {})
    assert Ranking.objects.values_list("order", "justification").get() == ("A>B>C>D", "It is kind.")
    assert person.key == before.key, "exports made before and after name the person alike"
    assert Client().get(f"/p/me/{before.token}/").status_code == 404
    assert Client().get(f"/p/me/{person.token}/").status_code == 404


def test_it_is_recorded_once_with_counts_and_nothing_else(study: Study):
    apply_retention()
    apply_retention()
    (entry,) = AuditEntry.objects.filter(action="study.retention_applied")
    assert entry.details == {
        "until": YESTERDAY.isoformat(),
        "panel_ids": 1,
        "panel_events": 1,
        "invitations": 1,
        "links": 1,
        "traces": 1,
        "drafts": 1,
    }


@pytest.mark.parametrize("until", [None, timezone.now().date(), timezone.now().date() + timedelta(days=9)])
def test_a_study_whose_day_has_not_passed_is_left_alone(study: Study, until):
    Study.objects.update(retention_until=until)
    assert retention.what_is_due(study).panel_ids == 1
    assert apply_retention() == 0
    assert retention.what_is_due(study).panel_ids == 1


def test_a_dry_run_counts_and_deletes_nothing(study: Study, capsys: pytest.CaptureFixture[str]):
    call_command("apply_retention", "--dry-run")
    assert f"{study.slug} (until {YESTERDAY}): 1 panel ids" in capsys.readouterr().out
    assert PanelEntry.objects.count() == 1
    call_command("apply_retention")
    assert PanelEntry.objects.count() == 0


def test_killed_in_the_middle_nothing_is_half_done(study: Study, monkeypatch: pytest.MonkeyPatch):
    def killed(_people: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(retention, "_end_links", killed)
    before = retention.what_is_due(study)
    with pytest.raises(KeyboardInterrupt):
        retention.apply(study=study)
    assert retention.what_is_due(study) == before


def test_who_took_everything_back_is_told_so_all_the_same(study: Study):
    person = study.participants.get()
    token = person.token
    withdraw_everything(participant=person)
    apply_retention()
    assert Participant.objects.get(pk=person.pk).withdrawn_at is not None
    assert Client().get(f"/p/me/{token}/", follow=True).status_code == 200
