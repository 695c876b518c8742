"""If these fail, an event is lost, told twice, told to the wrong address, unsigned, or sent into our own network."""

import json
import threading
import time
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

import pytest
from django.db import transaction
from django.utils import timezone

from collective.audit.models import AuditEntry
from collective.work.models import WorkState
from elicitation import webhooks
from elicitation.entry import consent
from elicitation.finishing import end
from elicitation.models import Participant, Webhook, WebhookDelivery
from elicitation.protocol import default_steps
from elicitation.sealing import name_hash
from elicitation.studies import set_status
from elicitation.submission import Sender, submit
from elicitation.webhooks import delivering, posting
from elicitation.webhooks.addresses import (
    ASSESSMENT_SUBMITTED,
    PARTICIPANT_CAME,
    PARTICIPANT_ENDED,
    PARTICIPANT_WITHDREW,
    STUDY_STATUS_CHANGED,
)
from elicitation.withdrawal import withdraw_everything
from tests.factories import make_assessment, make_assignment, make_participant, make_prompt, make_study

ALL = list(webhooks.EVENTS)


class Receiver(BaseHTTPRequestHandler):
    """Keeps what it is sent and answers as it is told to."""

    heard: ClassVar[list[tuple[dict[str, str], bytes]]] = []
    status: ClassVar[int] = 200

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.heard.append((dict(self.headers), body))
        self.send_response(self.status)
        self.send_header("Location", "http://127.0.0.1:1/")
        self.end_headers()

    def log_message(self, *_args):
        """Say nothing."""


@pytest.fixture
def receiver(settings):
    settings.WEBHOOKS_MAY_BE_PRIVATE = True
    Receiver.heard, Receiver.status = [], 200
    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/events?from=collective"
    server.shutdown()


@pytest.fixture
def study(db):
    return make_study(consent_text="I agree.")


def add(study, url="https://example.org/hook", events=ALL) -> Webhook:
    return webhooks.add_webhook(by=None, study=study, url=url, events=events)


def test_what_happens_is_told_signed_and_once(study, receiver):
    webhook = add(study, receiver)
    person = make_participant(study)
    end(participant=person, outcome=Participant.Outcome.COMPLETE)
    end(participant=person, outcome=Participant.Outcome.COMPLETE)
    assert webhooks.deliver_due() == 1
    assert webhooks.deliver_due() == 0
    ((headers, body),) = Receiver.heard
    told = json.loads(body)
    assert told["event"] == headers["Collective-Event"] == PARTICIPANT_ENDED
    assert told["study"] == study.slug
    assert told["data"] == {"participant": person.key, "outcome": "complete"}
    assert told["id"] == headers["Collective-Event-Id"]
    header = headers["Collective-Signature"]
    assert webhooks.verify(secret=webhook.secret, body=body, header=header, now=time.time())
    assert not webhooks.verify(secret="another", body=body, header=header, now=time.time())
    assert not webhooks.verify(secret=webhook.secret, body=body + b" ", header=header, now=time.time())
    assert not webhooks.verify(secret=webhook.secret, body=body, header=header, now=time.time() + 301)


def test_the_signature_is_hmac_sha256_over_time_dot_body():
    # printf '1700000000.{}' | openssl dgst -sha256 -hmac key
    known = "9d713ed406bb7076d4123f0dc2c39d2df5c654ed4b0cd56b52c8b4c940bd63ae"
    assert webhooks.signature(secret="key", body=b"{}", at=1700000000) == f"t=1700000000,v1={known}"


def test_who_agrees_is_told_of_once(study):
    add(study)
    visit = uuid.uuid4()
    for _ in range(2):
        person = consent(study=study, visit=visit, language="en")
    row = WebhookDelivery.objects.get()
    assert (row.event, row.payload["data"]) == (PARTICIPANT_CAME, {"participant": person.key})


def test_what_is_undone_is_not_told(study):
    add(study)
    person = make_participant(study)
    with transaction.atomic():
        end(participant=person, outcome=Participant.Outcome.COMPLETE)
        transaction.set_rollback(True)
    assert not WebhookDelivery.objects.exists()


def test_only_what_was_asked_for_and_only_this_study(study):
    add(study, events=[STUDY_STATUS_CHANGED])
    paused = add(study, "https://example.org/paused")
    webhooks.change_webhook(by=None, webhook=paused, is_active=False)
    add(make_study(), "https://example.org/elsewhere")
    end(participant=make_participant(study), outcome=Participant.Outcome.COMPLETE)
    assert not WebhookDelivery.objects.exists()
    set_status(by=None, study=study, status="paused")
    assert [row.event for row in WebhookDelivery.objects.all()] == [STUDY_STATUS_CHANGED]


def test_a_failure_is_tried_again_with_growing_pauses_and_then_given_up(study, receiver):
    Receiver.status = 500
    add(study, receiver, [STUDY_STATUS_CHANGED])
    set_status(by=None, study=study, status="paused")
    pauses = []
    for _ in range(len(delivering.PAUSES)):
        assert webhooks.deliver_due() == 0
        row = WebhookDelivery.objects.get()
        assert row.state == WorkState.PENDING
        assert row.last_status == 500
        pauses.append((row.available_at - timezone.now()).total_seconds())
        WebhookDelivery.objects.update(available_at=timezone.now())
    assert pauses == sorted(pauses)
    assert pauses[-1] > 40_000
    webhooks.deliver_due()
    row = WebhookDelivery.objects.get()
    assert row.state == WorkState.FAILED
    assert len({body for _, body in Receiver.heard}) == 1
    Receiver.status = 204
    webhooks.retry(delivery=row)
    assert webhooks.deliver_due() == 1


def test_a_redirect_is_not_followed(study, receiver):
    Receiver.status = 302
    add(study, receiver, [STUDY_STATUS_CHANGED])
    set_status(by=None, study=study, status="paused")
    assert webhooks.deliver_due() == 0
    assert len(Receiver.heard) == 1


def test_what_a_killed_worker_held_is_sent_by_the_next(study, receiver, monkeypatch):
    add(study, receiver, [STUDY_STATUS_CHANGED])
    set_status(by=None, study=study, status="paused")

    class Killed(BaseException):
        pass

    def die(*_args, **_kwargs):
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(delivering, "post", die)
        with pytest.raises(Killed):
            webhooks.deliver_due()
    assert webhooks.deliver_due() == 0, "still leased"
    WebhookDelivery.objects.update(leased_until=timezone.now())
    assert webhooks.deliver_due() == 1


@pytest.mark.parametrize(
    "url",
    [
        "https://localhost/",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://10.1.2.3/",
        "https://169.254.169.254/latest",
    ],
)
def test_nothing_is_sent_into_our_own_network(study, url):
    add(study, url, [STUDY_STATUS_CHANGED])
    with pytest.raises(posting.NotSent, match="not a public address"):
        posting.post(url, body=b"", headers={})


@pytest.mark.parametrize(
    "url",
    ["http://example.org/", "ftp://example.org/", "https://", "https://a:b@example.org/", "https://x:99999/", "x"],
)
def test_bad_addresses_are_refused(study, url):
    with pytest.raises(webhooks.WebhookRefused):
        add(study, url)


@pytest.mark.parametrize("events", [[], ["everything"], [STUDY_STATUS_CHANGED, "more"]])
def test_unknown_events_are_refused(study, events):
    with pytest.raises(webhooks.WebhookRefused):
        add(study, events=events)


def test_an_address_is_added_once_and_recorded_without_its_secret_parts(study):
    add(study, "https://example.org/hook/s3cret")
    with pytest.raises(webhooks.WebhookRefused):
        add(study, "https://example.org/hook/s3cret")
    entry = AuditEntry.objects.get(action="webhook.added")
    assert entry.details["host"] == "example.org"
    assert "s3cret" not in str(entry.details)


def test_what_is_handed_in_is_told_of_once_without_what_it_says(study):
    add(study)
    prompt, person = make_prompt(study), make_participant(study)
    study.protocols.update(steps=default_steps())
    task = make_assignment(person, prompt)
    fields = {f"{block}_skip": ["1"] for block in ("personal", "world")} | {"world_why": ["A secret thought."]}
    sender = Sender(token=person.token, link=study.link_token)
    for _ in range(2):
        stored = submit(key=task.idempotency_key, sender=sender, fields=fields)
    row = WebhookDelivery.objects.get()
    assert row.event == ASSESSMENT_SUBMITTED
    expected = {"participant": person.key, "prompt": prompt.key, "assessment": stored.assessment}
    assert row.payload["data"] == expected


def test_who_takes_everything_back_is_told_of_by_a_hash_of_their_name(study):
    person = make_participant(study)
    make_assessment(make_prompt(study), person, personal="A>B>C>D")
    add(study, events=[PARTICIPANT_WITHDREW])
    former = person.key
    withdraw_everything(participant=person)
    row = WebhookDelivery.objects.get()
    assert row.payload["data"]["name_hash"] == name_hash(study.slug, former)
    assert former not in str(row.payload)
