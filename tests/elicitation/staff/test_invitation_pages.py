"""The staff's pages of invitations."""

import pytest
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from elicitation.invitations import send_queued
from elicitation.models import InvitationLetter, InvitedPerson, Role
from tests.factories import make_member, make_study

pytestmark = pytest.mark.django_db


@pytest.fixture
def study(client):
    study = make_study()
    client.force_login(make_member(study, Role.RESEARCHER))
    return study


def url(name, study, *arguments):
    return reverse(f"elicitation:{name}", args=[study.slug, *arguments])


def test_it_works(client, study):
    page = client.post(
        url("invitations", study), {"addresses": "ann@example.org\nann@example.org\n<b>", "language": "en"}, follow=True
    )
    content = page.content.decode()
    assert "1 address is new." in content
    assert "More than once in the list, taken once: ann@example.org" in content
    assert "Send 1 invitation" in content
    sent = client.post(url("send-invitations", study), {"kind": "invitation"}, follow=True)
    assert "1 mail goes out within a minute." in sent.content.decode()
    assert send_queued() == 1
    assert mail.outbox[0].to == ["ann@example.org"]
    assert "Remind 1 person" in client.get(url("invitations", study)).content.decode()


def test_a_file_of_addresses_is_taken(client, study):
    file = SimpleUploadedFile("list.csv", "\ufeffemail\nann@example.org\nbob@example.org\n".encode())
    client.post(url("invitations", study), {"file": file, "language": "en"})
    assert study.invited.count() == 2


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"language": "en"}, "Give at least one address."),
        ({"language": "xx", "addresses": "ann@example.org"}, "xx"),
        ({"language": "en", "file": SimpleUploadedFile("list.xls", b"\xff\xfe\x00")}, "The file is no text in UTF-8."),
    ],
)
def test_what_cannot_be_read_comes_back_with_its_reason(client, study, data, words):
    response = client.post(url("invitations", study), data)
    assert response.status_code == 422
    assert words in response.content.decode()
    assert not InvitedPerson.objects.exists()


def test_it_says_that_no_mail_leaves_without_a_server(client, study, settings):
    assert "No mail leaves this machine" in client.get(url("invitations", study)).content.decode()
    settings.SENDS_EMAIL = True
    assert "No mail leaves this machine" not in client.get(url("invitations", study)).content.decode()


def test_a_letter_is_changed(client, study):
    address = url("letter", study, "invitation", "en")
    assert "{link}" in client.get(address).content.decode()
    refused = client.post(address, {"subject": "Come", "text": "please"})
    assert refused.status_code == 422
    assert "must have {link} in it" in refused.content.decode()
    client.post(address, {"subject": "Come", "text": "please: {link}"})
    assert InvitationLetter.objects.get().text == "please: {link}"
    assert client.get(url("letter", study, "threat", "en")).status_code == 404


def test_an_address_is_removed_and_one_of_another_study_is_not(client, study):
    invited = InvitedPerson.objects.create(study=study, email="ann@example.org")
    other = InvitedPerson.objects.create(study=make_study(), email="bob@example.org")
    client.post(url("change-invitation", study, invited.pk), {"what": "remove"})
    assert client.post(url("change-invitation", study, other.pk), {"what": "remove"}).status_code == 404
    assert list(InvitedPerson.objects.all()) == [other]
