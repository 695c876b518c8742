"""`manage.py invite`."""

import pytest
from django.core.management import CommandError, call_command

from collective.accounts import invitations
from collective.accounts.models import User
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def test_it_works(capsys):
    call_command("invite", "Ada@Example.org", "--admin", "--name", "Ada")
    link = capsys.readouterr().out.splitlines()[-1]
    user = User.objects.get()
    assert (user.email, user.name, user.is_superuser, user.is_active) == ("ada@example.org", "Ada", True, False)
    assert invitations.find(link.rstrip("/").rsplit("/", 1)[-1]).user == user


def test_no_admin_is_made_unasked(capsys):
    call_command("invite", "ada@example.org")
    assert not User.objects.get().is_superuser


@pytest.mark.parametrize("address", ["not an address", "known@example.org"])
def test_what_cannot_be_invited_is_refused(address):
    make_user(email="known@example.org")
    with pytest.raises(CommandError) as refusal:
        call_command("invite", address)
    assert refusal.value.returncode == 2
    assert User.objects.count() == 1
