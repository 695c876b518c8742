"""Webhooks of panels. If these fail, anybody can end somebody's way, or a place is never given back."""

import json
import time

import pytest

from elicitation.models import PanelEvent, Participant
from elicitation.panels.hearing import MOST_BYTES, WINDOW_SECONDS, Unproven, hear, signature_of
from elicitation.panels.managing import change_panel
from tests.factories import make_participant, make_study
from tests.mock_panel import SECRET, MockPanel

pytestmark = pytest.mark.django_db


@pytest.fixture
def mock():
    mock = MockPanel(make_study(), "prolific")
    person = make_participant(mock.panel.study)
    mock.panel.entries.create(participant=person, external_id="aaa1", captured={"SESSION_ID": "session-aaa1"})
    return mock


def post(client, mock, body, headers=None, event="event-1"):
    headers = headers if headers is not None else mock.headers(body, event=event)
    return client.post(
        f"/panels/{mock.panel.webhook_token}/", data=body, content_type="application/json", headers=headers
    )


def outcome():
    return Participant.objects.get().outcome


def test_the_signature_is_as_prolific_describes_it():
    # base64(HMAC-SHA256(secret, timestamp + body)), reckoned with openssl.
    assert (
        signature_of(secret="secret", timestamp="1700000000", body=b'{"a": 1}')
        == "fhEuMyjZXVBNiCyg6eX04jYuQHHGlae+XtzInd3IHaQ="
    )


@pytest.mark.parametrize(
    ("status", "effect", "ended"),
    [
        ("RETURNED", "ended: returned", "returned"),
        ("TIMED-OUT", "ended: timed_out", "timed_out"),
        ("TIMED_OUT", "ended: timed_out", "timed_out"),
        ("REJECTED", "ended: returned", "returned"),
        ("AWAITING REVIEW", "nothing to do", ""),
        ("APPROVED", "nothing to do", ""),
        ("SOMETHING NEW", "nothing to do", ""),
    ],
)
def test_what_follows_from_each_status(client, mock, status, effect, ended):
    response = post(client, mock, mock.message("aaa1", status))
    assert (response.status_code, response.json()) == (200, {"effect": effect})
    assert outcome() == ended
    assert PanelEvent.objects.get().effect == effect


def test_who_had_finished_stays_finished_when_rejected_and_not_when_they_return(client, mock):
    Participant.objects.update(outcome="complete", outcome_at="2026-01-01T00:00Z", finished_at="2026-01-01T00:00Z")
    post(client, mock, mock.message("aaa1", "REJECTED"))
    assert outcome() == "complete"
    post(client, mock, mock.message("aaa1", "RETURNED"), event="event-2")
    assert outcome() == "returned"


def test_another_study_of_the_workspace_is_not_ours(client, mock):
    another = mock.message("aaa1", "RETURNED", resource_id="session-of-another-study")
    assert post(client, mock, another).json() == {"effect": "another submission of this person"}
    stranger = mock.message("zzz9", "RETURNED")
    assert post(client, mock, stranger, event="event-2").json() == {"effect": "nobody of this study"}
    assert outcome() == ""
    assert list(PanelEvent.objects.order_by("pk").values_list("external_id", flat=True)) == ["aaa1", ""]


def test_an_event_is_acted_upon_once_whatever_it_says_the_second_time(client, mock):
    post(client, mock, mock.message("aaa1", "APPROVED"))
    assert post(client, mock, mock.message("aaa1", "RETURNED")).json() == {"effect": "nothing to do"}
    assert outcome() == ""


def test_without_a_name_the_same_bytes_are_the_same_event(client, mock):
    body = mock.message("aaa1", "RETURNED")
    headers = mock.headers(body, event="")
    for _ in range(2):
        assert post(client, mock, body, headers).status_code == 200
    assert PanelEvent.objects.count() == 1


@pytest.mark.parametrize(
    "spoil",
    [
        lambda headers: headers.pop("X-Prolific-Request-Signature"),
        lambda headers: headers.pop("X-Prolific-Request-Timestamp"),
        lambda headers: headers.update({"X-Prolific-Request-Signature": "not base64 \u00e9"}),
        lambda headers: headers.update({"X-Prolific-Request-Signature": ""}),
        lambda headers: headers.update({"X-Prolific-Request-Timestamp": "1"}),
        lambda headers: headers.update({"X-Prolific-Request-Timestamp": "nan"}),
    ],
)
def test_what_proves_nothing_is_refused(client, mock, spoil):
    body = mock.message("aaa1", "RETURNED")
    headers = mock.headers(body, event="event-1")
    spoil(headers)
    assert post(client, mock, body, headers).status_code == 401
    assert not PanelEvent.objects.exists()


def test_a_body_changed_on_the_way_is_refused(client, mock):
    headers = mock.headers(mock.message("aaa1", "APPROVED"), event="event-1")
    assert post(client, mock, mock.message("aaa1", "RETURNED"), headers).status_code == 401


@pytest.mark.parametrize("stamp", ["nan", "inf", "-inf", "", "today"])
def test_a_signed_stamp_that_is_no_time_is_refused(mock, stamp):
    body = mock.message("aaa1", "RETURNED")
    signature = signature_of(secret=SECRET, timestamp=stamp, body=body)
    headers = {"X-Prolific-Request-Timestamp": stamp, "X-Prolific-Request-Signature": signature}
    with pytest.raises(Unproven):
        hear(panel=mock.panel, headers=headers, body=body)


def test_a_recording_is_refused_once_the_window_has_passed(mock):
    body, sent = mock.message("aaa1", "RETURNED"), time.time()
    headers = mock.headers(body, event="event-1", at=sent)
    for late in (WINDOW_SECONDS + 2, -WINDOW_SECONDS - 2):
        with pytest.raises(Unproven):
            hear(panel=mock.panel, headers=headers, body=body, now=sent + late)
    assert hear(panel=mock.panel, headers=headers, body=body, now=sent + WINDOW_SECONDS - 2).effect == "ended: returned"


def test_without_a_secret_nothing_is_believed(client, mock):
    change_panel(by=None, panel=mock.panel, webhook_secret="")
    body = mock.message("aaa1", "RETURNED")
    headers = mock.headers(body, event="event-1", secret="")
    assert post(client, mock, body, headers).status_code == 401


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b'"text"', b"\xff\xfe", b"[" * 60_000],
    ids=["nothing", "half", "list", "text", "bytes", "deep"],
)
def test_what_cannot_be_read_is_said_and_never_an_error_of_ours(client, mock, body):
    assert post(client, mock, body).status_code == 400
    assert not PanelEvent.objects.exists()


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"event_type": 7, "participant_id": ["aaa1"], "status": None, "resource_id": {"a": 1}},
        {"event_type": "x" * 5000, "participant_id": "a\0b", "status": "y" * 5000},
        {"event_type": "\ud800", "participant_id": "\ud800"},
    ],
)
def test_a_strange_message_is_kept_and_nothing_follows(client, mock, said):
    assert post(client, mock, json.dumps(said).encode()).json() == {"effect": "nobody of this study"}
    assert outcome() == ""


def test_too_much_is_not_read(client, mock):
    assert post(client, mock, b" " * (MOST_BYTES + 1)).status_code == 413


def test_other_addresses_and_methods(client, mock):
    assert client.get(f"/panels/{mock.panel.webhook_token}/").status_code == 405
    assert client.post("/panels/nothing/").status_code == 404
