"""Panels are made and changed. If these fail, a panel is set up so that it loses people, and nobody is told."""

import pytest

from collective.audit.models import AuditEntry
from elicitation.models import Panel, PanelEntry
from elicitation.panels.managing import PanelRefused, add_panel, change_panel
from elicitation.panels.presets import PRESETS
from tests.factories import make_participant, make_study, make_user

pytestmark = pytest.mark.django_db


def test_every_preset_makes_a_panel():
    for key, preset in PRESETS.items():
        fields = {"return_url": "https://school.sona-systems.com/?t={code}&c={id}"} if key == "sona" else {}
        panel = add_panel(by=None, study=make_study(), preset=key, **fields)
        assert (panel.preset, panel.id_parameter) == (key, preset.id_parameter)
        assert panel.captured_parameters == list(preset.captured_parameters)


def test_prolific_is_as_prolific_says():
    panel = add_panel(by=None, study=make_study(), preset="prolific", codes={"complete": " C1 ", "fault": ""})
    assert panel.id_parameter == "PROLIFIC_PID"
    assert panel.captured_parameters == ["STUDY_ID", "SESSION_ID"]
    assert panel.return_url == "https://app.prolific.com/submissions/complete?cc={code}"
    assert panel.codes == {"complete": "C1"}


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        ({"name": " "}, "name"),
        ({"name": "n" * 101}, "name"),
        ({"id_parameter": "a b"}, "id_parameter"),
        ({"id_parameter": "invited"}, "id_parameter"),
        ({"id_parameter": ""}, "id_parameter"),
        ({"captured_parameters": ["a", "a"]}, "captured_parameters"),
        ({"captured_parameters": ["PROLIFIC_PID"]}, "captured_parameters"),
        ({"captured_parameters": ["code"]}, "captured_parameters"),
        ({"captured_parameters": ["<b>"]}, "captured_parameters"),
        ({"captured_parameters": [f"p{n}" for n in range(11)]}, "captured_parameters"),
        ({"return_url": "http://example.org/{code}"}, "return_url"),
        ({"return_url": "https://example.org/" + "x" * 500}, "return_url"),
        ({"signature": "homemade"}, "signature"),
        ({"codes": {"returned": "R"}}, "codes.returned"),
        ({"codes": {"nonsense": "R"}}, "codes.nonsense"),
        ({"codes": {"complete": "two words"}}, "codes.complete"),
        ({"codes": {"complete": "https://example.org/{code}"}}, "codes.complete"),
        ({"codes": {"complete": "c" * 301}}, "codes.complete"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field_and_leaves_nothing(fields, where):
    with pytest.raises(PanelRefused) as refused:
        add_panel(by=None, study=make_study(), preset="prolific", **fields)
    assert list(refused.value.errors) == [where]
    assert not Panel.objects.exists()
    assert not AuditEntry.objects.exists()


def test_two_active_panels_do_not_name_people_alike():
    study = make_study()
    first = add_panel(by=None, study=study, preset="prolific")
    with pytest.raises(PanelRefused) as refused:
        add_panel(by=None, study=study, preset="prolific", name="Second wave")
    assert list(refused.value.errors) == ["id_parameter"]
    change_panel(by=None, panel=first, is_active=False)
    add_panel(by=None, study=study, preset="prolific", name="Second wave")
    with pytest.raises(PanelRefused):
        change_panel(by=None, panel=first, is_active=True)


def test_the_parameter_stays_once_somebody_came_by_it():
    panel = add_panel(by=None, study=make_study(), preset="generic")
    change_panel(by=None, panel=panel, id_parameter="person")
    PanelEntry.objects.create(panel=panel, participant=make_participant(panel.study), external_id="a")
    with pytest.raises(PanelRefused):
        change_panel(by=None, panel=panel, id_parameter="pid")


def test_changes_are_recorded_without_the_secret():
    user, study = make_user(), make_study()
    panel = add_panel(by=user, study=study, preset="prolific")
    change_panel(by=user, panel=panel, webhook_secret="s3cret", name="Wave 1")
    change_panel(by=user, panel=panel, name="Wave 1")
    added, changed = AuditEntry.objects.order_by("number")
    assert (added.action, changed.action) == ("panel.added", "panel.changed")
    assert changed.details == {
        "name": {"from": "Prolific", "to": "Wave 1"},
        "webhook_secret": {"from": "", "to": "set"},
    }
    assert changed.study == study.slug
