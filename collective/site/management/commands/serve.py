"""`manage.py serve`: everything on one machine, as one group; what `make run` calls."""

import http.client
import os
import socket
import sys
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from collective.accounts.invitations import first_admin_link
from collective.site.collecting import collect_static
from collective.site.processes import Group, KeepsDying, Member
from collective.web.catalogues.compiling import compile_stale
from elicitation.models import Study

PATIENCE_SECONDS = 60


class Command(BaseCommand):
    help = "Migrate, load the demo study, and run web server, worker and beat until Ctrl-C."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--no-demo", action="store_true", help="do not load the demo study")

    def handle(self, *_args: Any, no_demo: bool, **_options: Any) -> None:
        host, port = os.environ.get("HOST", "127.0.0.1"), int(os.environ.get("PORT", "8000"))
        _refuse_taken_port(host, port)
        call_command("migrate", interactive=False, verbosity=0)
        collect_static()
        compile_stale()
        if not no_demo:
            call_command("load_demo", stdout=self.stdout)
        group = Group(_members(), _environment(port))
        try:
            group.run(
                once_first_is_started=lambda: self._wait_for_answer(group, host, port),
                once_started=lambda: self._announce(group),
            )
        except KeepsDying as error:
            raise CommandError(str(error)) from error
        self.stdout.write("Stopped.")

    def _wait_for_answer(self, group: Group, host: str, port: int) -> None:
        """Wait for the web server, and say so where it takes too long to be waited for."""
        if not _is_healthy_in_time(group, host, port) and not group.stopping:
            self.stderr.write(
                f"The web server has not answered within {PATIENCE_SECONDS} seconds. What follows holds once it does; "
                "the lines above may say what keeps it."
            )

    def _announce(self, group: Group) -> None:
        """Say where everything is."""
        if group.stopping:
            return
        self.stdout.write(f"\nCollective runs at {settings.SITE_URL}  (Ctrl-C stops it)")
        demo = Study.objects.filter(slug="demo").first()
        if demo:
            self.stdout.write(f"Take part in the demo study: {settings.SITE_URL}/p/{demo.link_token}/")
        link = first_admin_link()
        if link:
            self.stdout.write(f"Set up the first admin (this link works once): {link}")
        self.stdout.flush()


def _members() -> list[Member]:
    python = [sys.executable, "-m"]
    # On a machine of one's own there may be no other account; in production nothing is started by this command.
    as_root = ["-W", "ignore:You're running the worker with superuser privileges"]
    celery = [sys.executable, *as_root, "-m", "celery", "--app", "collective.celery", "--quiet"]
    quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    schedule = Path(settings.DATA_DIR).resolve() / "beat-schedule"
    schedule.parent.mkdir(parents=True, exist_ok=True)
    commands = {
        "web server": [*python, "gunicorn", "collective.wsgi"],
        "worker": [*celery, "worker", "--concurrency", "2", "--loglevel", "WARNING", *quiet],
        "beat": [*celery, "beat", "--schedule", str(schedule), "--pidfile=", "--loglevel", "WARNING"],
    }
    return [Member(name, command, settings.BASE_DIR) for name, command in commands.items()]


def _environment(port: int) -> dict[str, str]:
    """Hand on our own settings, and the services we found, so that no member looks for them again."""
    return {
        **os.environ,
        "PORT": str(port),
        "DJANGO_SETTINGS_MODULE": "collective.settings",
        "DATABASE_URL": settings.DATABASE_URL,
        "REDIS_URL": settings.REDIS_URL,
    }


def _refuse_taken_port(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CommandError(
                f"Port {port} is taken: stop what uses it, or choose another one with PORT=8001 make run.", returncode=2
            ) from error


def _is_healthy_in_time(group: Group, host: str, port: int) -> bool:
    """Wait until the web server answers, it is told to stop, or patience ends; return whether it answered."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline and not group.stopping:
        try:
            connection = http.client.HTTPConnection("127.0.0.1" if host == "0.0.0.0" else host, port, timeout=5)  # noqa: S104
            connection.request("GET", "/health/")
            if connection.getresponse().status == 200:
                return True
        except OSError:
            pass
        time.sleep(0.1)
    return False
