"""The staff's pages of panels. If these fail, a panel is set up wrongly, and people come back to nobody."""

import pytest
from django.urls import reverse
from django.utils.html import escape

from elicitation.models import Panel, Participant, Role
from tests.factories import make_member, make_participant, make_study
from tests.mock_panel import SECRET, MockPanel

pytestmark = pytest.mark.django_db


@pytest.fixture
def study(client):
    study = make_study()
    client.force_login(make_member(study, Role.RESEARCHER))
    return study


def url(name, study, *arguments):
    return reverse(f"elicitation:{name}", args=[study.slug, *arguments])


def fields(**changes):
    return {
        "name": "Prolific",
        "id_parameter": "PROLIFIC_PID",
        "captured_parameters": "STUDY_ID, SESSION_ID",
        "return_url": "https://app.prolific.com/submissions/complete?cc={code}",
        "signature": "prolific",
        "webhook_secret": SECRET,
        "is_active": "on",
        "code_complete": "C1",
        **changes,
    }


def test_it_works(client, study):
    new = client.get(url("add-panel", study, "prolific")).content.decode()
    assert "https://app.prolific.com/submissions/complete?cc={code}" in new
    page = client.post(url("add-panel", study, "prolific"), fields(), follow=True)
    panel = Panel.objects.get()
    content = page.content.decode()
    assert page.redirect_chain == [(url("panel", study, panel.pk), 302)]
    assert escape("?PROLIFIC_PID={{%PROLIFIC_PID%}}&STUDY_ID={{%STUDY_ID%}}&SESSION_ID={{%SESSION_ID%}}") in content
    assert f"/panels/{panel.webhook_token}/" in content
    assert SECRET not in content
    assert (panel.codes, panel.webhook_secret) == ({"complete": "C1"}, SECRET)


def test_a_secret_left_empty_stays(client, study):
    panel = MockPanel(study, "prolific").panel
    client.post(url("panel", study, panel.pk), fields(webhook_secret="", name="Wave 1"))
    panel.refresh_from_db()
    assert (panel.webhook_secret, panel.name) == (SECRET, "Wave 1")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"return_url": "http://app.prolific.com/?cc={code}"}, "must begin with https://"),
        ({"code_fault": "two words"}, "A code has no spaces"),
        ({"captured_parameters": "a b!"}, "is made of letters"),
    ],
)
def test_what_is_refused_comes_back_with_its_reason(client, study, changes, words):
    response = client.post(url("add-panel", study, "prolific"), fields(**changes))
    assert response.status_code == 422
    assert words in response.content.decode()
    assert not Panel.objects.exists()


def test_the_list_shows_who_came_and_how_it_ended(client, study):
    panel = MockPanel(study, "prolific").panel
    for number, outcome in enumerate(("complete", "complete", "returned", "")):
        ended = {"outcome": outcome, "outcome_at": study.created_at} if outcome else {}
        panel.entries.create(participant=make_participant(study, **ended), external_id=f"p{number}")
    page = client.get(url("panels", study))
    [row] = page.context["rows"]
    assert (row["people"].total, row["people"].under_way) == (4, 1)
    assert row["people"].ended == [("Complete", 2), ("Returned to the panel", 1)]


def test_the_plain_link_is_allowed_and_forbidden(client, study):
    MockPanel(study, "prolific")
    for answer, allowed in (("yes", True), ("no", False)):
        client.post(url("open-link", study), {"admits": answer})
        study.refresh_from_db()
        assert study.admits_open_link is allowed


def test_a_panel_of_another_study_or_a_preset_that_is_none_is_not_found(client, study):
    other = MockPanel(make_study(), "prolific").panel
    assert client.get(url("panel", study, other.pk)).status_code == 404
    assert client.get(url("add-panel", study, "nonsense")).status_code == 404


def test_messages_are_listed_as_text(client, study):
    panel = MockPanel(study, "prolific").panel
    panel.events.create(event_id="1", kind="<script>alert(1)</script>", effect="nothing to do")
    content = client.get(url("panel", study, panel.pk)).content.decode()
    assert "<script>alert" not in content
    assert "&lt;script&gt;" in content
    assert not Participant.objects.exists()
