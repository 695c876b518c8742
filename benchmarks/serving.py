"""A database of its own and a web server for benchmarks that go through HTTP."""

import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).parent.parent


@contextmanager
def database() -> Iterator[str]:
    """Make a database beside the configured one, migrate it, let Django use it, and drop it at the end."""
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection

    name = f"benchmark_{secrets.token_hex(4)}"
    former = connection.settings_dict["NAME"]
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        call_command("migrate", interactive=False, verbosity=0)
        yield urlsplit(settings.DATABASE_URL)._replace(path=f"/{name}").geturl()
    finally:
        connection.close()
        connection.settings_dict["NAME"] = former
        with connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def server(url: str) -> Iterator[tuple[str, int]]:
    """Run gunicorn with the settings of `manage.py serve` on a free port."""
    from django.conf import settings

    from collective.site.collecting import collect_static

    collect_static()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, "DATABASE_URL": url, "REDIS_URL": settings.REDIS_URL, "PORT": str(port)}
    process = subprocess.Popen([sys.executable, "-m", "gunicorn", "collective.wsgi"], cwd=ROOT, env=environment)
    try:
        _wait_for(port, process)
        yield "127.0.0.1", port
    finally:
        process.terminate()
        process.wait(timeout=30)


def _wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError("The web server did not start.")
