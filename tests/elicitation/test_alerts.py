"""Alerts are raised once, mailed once, and cleared when it is over."""

from datetime import timedelta
from smtplib import SMTPDataError

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from elicitation import alerts
from elicitation.alerts import FEWEST, NO_SHOW_AFTER, SILENT_AFTER, RecipientsRefused, check, check_all, set_recipients
from elicitation.models import Alert, Participant, Study
from tests.factories import make_assessment, make_assignment, make_participant, make_prompt, make_study

pytestmark = pytest.mark.django_db
Outcome = Participant.Outcome


@pytest.fixture
def study():
    return make_study(title="Bees", alert_emails=["a@example.org", "b@example.org"])


def agreed_earlier(study, number, **fields):
    at = timezone.now() - NO_SHOW_AFTER - timedelta(minutes=5)
    return [make_participant(study, consented_at=at, **fields) for _ in range(number)]


def ended(study, number, outcome):
    for _ in range(number):
        make_participant(study, outcome=outcome, outcome_at=timezone.now())


def kinds(study):
    return {alert.kind for alert in check(study)}


def test_no_shows(study, mailoutbox):
    agreed_earlier(study, FEWEST)
    assert check_all() == 1
    (mail,) = mailoutbox
    assert mail.subject == "Bees: Many people agree and then hand in nothing"
    assert "20 of 20 people in the last 24 hours: 100 %." in mail.body
    assert f"/studies/{study.slug}/monitoring/" in mail.body
    assert (mail.to, mail.bcc) == ([], ["a@example.org", "b@example.org"])


def test_it_is_raised_and_mailed_once_and_cleared_when_it_is_over(study, mailoutbox):
    people = agreed_earlier(study, FEWEST)
    check_all()
    check_all()
    assert (Alert.objects.count(), len(mailoutbox)) == (1, 1)
    prompt = make_prompt(study)
    for person in people:
        make_assessment(prompt, person, world="A>B>C>D")
    check_all()
    assert Alert.objects.get().cleared_at is not None
    assert len(mailoutbox) == 1


def test_few_people_are_no_alarm(study):
    agreed_earlier(study, FEWEST - 1)
    assert kinds(study) == set()


def test_who_has_just_agreed_or_was_sent_away_is_no_no_show(study):
    for _ in range(FEWEST):
        make_participant(study)
    agreed_earlier(study, FEWEST, outcome=Outcome.QUOTA_FULL, outcome_at=timezone.now())
    assert kinds(study) == set()


def test_returns(study):
    ended(study, 15, Outcome.COMPLETE)
    ended(study, 4, Outcome.RETURNED)
    ended(study, 40, Outcome.QUOTA_FULL)
    assert kinds(study) == set()
    ended(study, 1, Outcome.RETURNED)
    assert kinds(study) == {alerts.RETURNS}


def test_it_stands_until_it_is_clearly_over(study):
    ended(study, 15, Outcome.COMPLETE)
    ended(study, 6, Outcome.RETURNED)
    assert kinds(study) == {alerts.RETURNS}
    ended(study, 12, Outcome.COMPLETE)  # 6 of 33: below the threshold, not by much
    assert kinds(study) == {alerts.RETURNS}
    ended(study, 10, Outcome.COMPLETE)
    assert kinds(study) == set()


def test_faults(study):
    ended(study, 18, Outcome.COMPLETE)
    ended(study, 2, Outcome.FAULT)
    assert kinds(study) == {alerts.FAULTS}


def test_silence(study):
    prompt, person = make_prompt(study), make_participant(study)
    task = make_assignment(person, prompt)
    made = make_assessment(prompt, person, world="A>B>C>D", assignment=task)
    assert kinds(study) == set()
    made.submitted_at = timezone.now() - SILENT_AFTER - timedelta(minutes=1)
    made.save()
    (alert,) = check(study)
    assert (alert.kind, alerts.sentence(alert)) == (alerts.SILENCE, "No answer has come for 12 hours.")
    Study.objects.filter(pk=study.pk).update(status=Study.Status.CLOSED)
    check_all()
    assert Alert.objects.get().cleared_at is not None, "also of a study that is closed by now"


def test_paused_with_people(study):
    make_assignment(make_participant(study), make_prompt(study))
    assert kinds(study) == set()
    Study.objects.filter(pk=study.pk).update(status=Study.Status.PAUSED)
    study.refresh_from_db()
    assert kinds(study) == {alerts.PAUSED_WITH_PEOPLE}


def test_nobody_is_told_where_nobody_is_named(study, mailoutbox):
    Study.objects.update(alert_emails=[])
    agreed_earlier(study, FEWEST)
    assert (check_all(), len(mailoutbox)) == (0, 0)
    assert Alert.objects.get().mailed_at is None


@pytest.mark.parametrize(("error", "later"), [(ConnectionRefusedError, 1), (SMTPDataError(500, b"no"), 0)])
def test_only_a_mail_that_was_surely_not_taken_is_sent_again(study, monkeypatch, mailoutbox, error, later):
    def refuse(_message):
        raise error

    agreed_earlier(study, FEWEST)
    with monkeypatch.context() as patched:
        patched.setattr("django.core.mail.EmailMessage.send", refuse)
        assert check_all() == 0
    assert Alert.objects.count() == 1
    assert (check_all(), len(mailoutbox)) == (later, later)


def test_recipients(study):
    kept = set_recipients(by=None, study=study, emails=[" c@example.org ", "", "c@example.org"])
    assert kept.alert_emails == ["c@example.org"]
    with pytest.raises(ValidationError):
        set_recipients(by=None, study=study, emails=["nobody"])
    with pytest.raises(RecipientsRefused):
        set_recipients(by=None, study=study, emails=[f"p{n}@example.org" for n in range(11)])
