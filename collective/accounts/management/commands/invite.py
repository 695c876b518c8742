"""`manage.py invite EMAIL`: invite somebody and print their one-time link."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from collective.accounts import invitations


class Command(BaseCommand):
    help = "Invite somebody to an account, and print the one-time link that sets it up."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="their e-mail address, with which they will sign in")
        parser.add_argument("--name", default="", help="the name others see; they can change it")
        parser.add_argument("--admin", action="store_true", help="make them an admin of the whole service")

    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            user, link = invitations.invite(
                by=None, email=options["email"], name=options["name"], as_admin=options["admin"]
            )
        except ValidationError as error:
            raise CommandError(" ".join(error.messages), returncode=2) from error
        except invitations.AlreadyActive as refusal:
            raise CommandError(str(refusal), returncode=2) from refusal
        self.stdout.write(f"This link sets up the account of {user.email}; it works once, for seven days:")
        self.stdout.write(link)
