"""Invitations by e-mail. If these fail, somebody is written to twice or never, or an address leaks."""

import smtplib
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from collective.audit.models import AuditEntry
from elicitation import invitations
from elicitation.invitations import Kind
from elicitation.models import InvitedPerson, Study
from elicitation.queries.invited import STATES, invited_counts, invited_people, state_of
from tests.factories import make_participant, make_study, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def study():
    return make_study(title="Bees & people")


def invite(study, *emails, **fields):
    return [InvitedPerson.objects.create(study=study, email=email, language="en", **fields) for email in emails]


def queue_and_send(study, kind=Kind.INVITATION):
    invitations.queue(by=None, study=study, kind=kind)
    return invitations.send_queued()


# --- addresses --------------------------------------------------------------------------------------------


def test_a_list_is_read_and_told_of(study):
    invite(study, "known@example.org")
    added = invitations.add_people(
        by=make_user(),
        study=study,
        text="Ann@Example.org, bob@example.org;known@example.org\r\nann@example.org <cy@example.org> nonsense a@b\0",
        language="en",
    )
    assert (added.new, added.known, added.twice) == (3, ["known@example.org"], ["ann@example.org"])
    assert added.unfit == ["nonsense", "a@b"]
    assert set(study.invited.values_list("email", flat=True)) == {
        f"{name}@example.org" for name in ("ann", "bob", "cy", "known")
    }
    assert mail.outbox == []
    assert AuditEntry.objects.get().details == {"number": 3, "language": "en"}


def test_too_many_or_an_unknown_language_are_refused(study):
    many = " ".join(f"p{number}@example.org" for number in range(invitations.MOST_AT_ONCE + 1))
    for text, language in ((many, "en"), ("ann@example.org", "xx")):
        with pytest.raises(invitations.InvitationsRefused):
            invitations.add_people(by=None, study=study, text=text, language=language)
    assert not study.invited.exists()


def test_the_same_address_may_be_invited_to_two_studies(study):
    for each in (study, make_study()):
        assert invitations.add_people(by=None, study=each, text="ann@example.org", language="en").new == 1


# --- sending ------------------------------------------------------------------------------------------------


def test_everybody_gets_one_mail_with_their_own_link(study):
    ann, bob = invite(study, "ann@example.org", "bob@example.org")
    assert queue_and_send(study) == 2
    assert queue_and_send(study) == 0
    assert [message.to for message in mail.outbox] == [["ann@example.org"], ["bob@example.org"]]
    first, second = mail.outbox
    assert first.subject == "You are invited: Bees & people"
    assert f"/p/invited/{ann.token}/" in first.body
    assert bob.token not in first.body
    assert f"/p/invited/{bob.token}/" in second.body
    assert "{" not in first.body


def test_a_reminder_goes_once_to_who_was_invited_and_has_not_come(study):
    invite(study, "ann@example.org", "bob@example.org")
    queue_and_send(study)
    bob = study.invited.get(email="bob@example.org")
    InvitedPerson.objects.filter(pk=bob.pk).update(participant=make_participant(study))
    invite(study, "new@example.org")
    mail.outbox.clear()
    assert queue_and_send(study, Kind.REMINDER) == 1
    assert queue_and_send(study, Kind.REMINDER) == 0
    assert [message.to for message in mail.outbox] == [["ann@example.org"]]
    assert mail.outbox[0].subject == "A reminder: Bees & people"


def test_who_comes_while_the_mail_waits_is_not_written_to(study):
    [ann] = invite(study, "ann@example.org")
    invitations.queue(by=None, study=study, kind=Kind.INVITATION)
    InvitedPerson.objects.filter(pk=ann.pk).update(participant=make_participant(study))
    assert invitations.send_queued() == 0
    assert mail.outbox == []


def test_nothing_is_sent_while_the_study_is_closed(study):
    invite(study, "ann@example.org")
    Study.objects.update(status="draft")
    study.refresh_from_db()
    with pytest.raises(invitations.InvitationsRefused):
        invitations.queue(by=None, study=study, kind=Kind.INVITATION)
    assert invitations.send_queued() == 0


def test_a_process_killed_while_sending_sends_nothing_twice(study, monkeypatch):
    [ann] = invite(study, "ann@example.org")
    invitations.queue(by=None, study=study, kind=Kind.INVITATION)

    def die(*_arguments, **_named):
        raise SystemExit

    monkeypatch.setattr("django.core.mail.EmailMessage.send", die)
    with pytest.raises(SystemExit):
        invitations.send_queued()
    monkeypatch.undo()
    assert invitations.send_queued() == 0
    assert mail.outbox == []
    ann.refresh_from_db()
    assert state_of(ann) == "queued"
    InvitedPerson.objects.update(sending_at=timezone.now() - invitations.UNCLEAR_AFTER - timedelta(seconds=1))
    ann.refresh_from_db()
    assert state_of(ann) == "unclear"
    assert invitations.queue_again(by=None, invited=ann)
    assert invitations.send_queued() == 1
    assert len(mail.outbox) == 1


def test_a_mail_that_fails_says_why_and_hinders_no_other(study, monkeypatch):
    ann, bob = invite(study, "ann@example.org", "bob@example.org")
    send = mail.EmailMessage.send

    def refuse_ann(message, **named):
        if message.to == ["ann@example.org"]:
            raise smtplib.SMTPRecipientsRefused({"ann@example.org": (550, b"unknown")})
        return send(message, **named)

    monkeypatch.setattr("django.core.mail.EmailMessage.send", refuse_ann)
    assert queue_and_send(study) == 1
    ann.refresh_from_db()
    bob.refresh_from_db()
    assert (state_of(ann), state_of(bob)) == ("failed", "sent")
    assert "550" in ann.error
    assert invitations.waiting_for(study, Kind.INVITATION).count() == 0
    monkeypatch.undo()
    assert not invitations.queue_again(by=None, invited=bob)
    assert invitations.queue_again(by=None, invited=ann)
    assert invitations.send_queued() == 1


def test_a_title_with_line_breaks_adds_no_header(study):
    Study.objects.update(title="Bees\r\nBcc: everybody@example.org")
    invite(study, "ann@example.org")
    queue_and_send(study)
    message = mail.outbox[0].message()
    assert message["Bcc"] is None
    assert message["Subject"] == "You are invited: Bees Bcc: everybody@example.org"


# --- letters ------------------------------------------------------------------------------------------------


def test_a_studys_own_letter_goes_out_in_its_language(study):
    fields = {"subject": "Komm: {study}", "text": "Hier:\r\n{link}\r\n{nonsense} {0.__class__}"}
    invitations.change_letter(by=make_user(), study=study, kind=Kind.INVITATION, language="de", **fields)
    ann, _bob = invite(study, "ann@example.org", "bob@example.org")
    InvitedPerson.objects.filter(pk=ann.pk).update(language="de")
    queue_and_send(study)
    by_address = {message.to[0]: message for message in mail.outbox}
    assert by_address["ann@example.org"].subject == "Komm: Bees & people"
    assert by_address["ann@example.org"].body.endswith("{nonsense} {0.__class__}")
    assert by_address["bob@example.org"].subject == "You are invited: Bees & people"


@pytest.mark.parametrize(
    ("subject", "text", "where"),
    [
        ("", "{link}", "subject"),
        ("s" * 201, "{link}", "subject"),
        ("s", "no", "text"),
        ("s", "{link}" + "x" * 10_000, "text"),
    ],
)
def test_a_letter_that_cannot_go_out_is_refused(study, subject, text, where):
    with pytest.raises(invitations.LetterRefused) as refused:
        invitations.change_letter(by=None, study=study, kind=Kind.INVITATION, language="en", subject=subject, text=text)
    assert list(refused.value.errors) == [where]


# --- how far ------------------------------------------------------------------------------------------------


def test_everybody_is_in_one_state_and_counted_as_such(study):
    now = timezone.now()
    long_ago = now - timedelta(hours=1)
    rows: dict[str, dict[str, Any]] = {
        "new": {},
        "queued": {"queued": "invitation"},
        "sent": {"sent_at": now},
        "reminded": {"sent_at": now, "reminded_at": now},
        "come": {"sent_at": now, "participant": make_participant(study)},
        "failed": {"error": "no"},
        "unclear": {"queued": "reminder", "sent_at": long_ago, "sending_at": long_ago},
    }
    made = {state: invite(study, f"{state}@example.org", **fields)[0] for state, fields in rows.items()}
    assert {state: state_of(invited) for state, invited in made.items()} == {state: state for state in STATES}
    assert invited_counts(study) == dict.fromkeys(STATES, 1)
    for state, invited in made.items():
        assert list(invited_people(study, state=state)) == [invited]
    assert list(invited_people(study, q="NEW@")) == [made["new"]]


def test_a_removed_address_leaves_the_answers_and_no_trace_of_itself(study):
    [ann] = invite(study, "ann@example.org", participant=make_participant(study))
    invitations.forget(by=make_user(), invited=ann)
    assert not InvitedPerson.objects.exists()
    assert study.participants.count() == 1
    assert "ann@" not in str(AuditEntry.objects.get().details)
