"""`manage.py verify_audit`: recompute the audit log's hash chain."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from collective.audit.chain import verify


class Command(BaseCommand):
    help = "Recompute the audit log's hash chain and name the first broken entry, if any."

    def handle(self, *_args: Any, **_options: Any) -> None:
        found = verify()
        if found.broken is not None:
            raise CommandError(f"The audit log is broken at entry {found.broken}: {found.reason}.", returncode=2)
        self.stdout.write(f"The audit log is intact: {found.entries} entries, last hash {found.last_hash}.")
