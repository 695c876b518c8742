"""Processes of their own that work on this test's database: the command line, a Celery worker. Tests kill them."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.llm.asker import environment
from tests.llm.fake_server import FakeServer

ROOT = Path(__file__).resolve().parents[3]
BROKER_DATABASE = 7
"""A database of the tests' Redis that nobody else sends wake-up calls to."""


def broker_of(url: str) -> str:
    """Return the broker's address with a database of the tests' own."""
    return f"{url.replace('unix://', 'redis+socket://', 1)}?virtual_host={BROKER_DATABASE}"


@contextmanager
def process(*arguments: str, server: FakeServer, **variables: str) -> Iterator[subprocess.Popen[str]]:
    """Run `python ARGUMENTS` in a group of its own; whatever is left of it at the end is killed."""
    started = subprocess.Popen(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**environment(server.url), **variables},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        yield started
    finally:
        kill(started)
        started.communicate()


def kill(started: subprocess.Popen[str]) -> None:
    """Kill a process and its children with SIGKILL, which they cannot notice."""
    try:
        os.killpg(started.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    started.wait()


def wait_for(what: Callable[[], object], *, seconds: float, of: subprocess.Popen[str] | None = None) -> None:
    """Wait until something is true; fail when it takes too long or the process it depends on ends."""
    end = time.monotonic() + seconds
    while not what():
        ended = of is not None and of.poll() is not None
        assert not ended or what(), f"the process ended: {of.communicate() if of else ''}"
        assert time.monotonic() < end, "it takes too long"
        time.sleep(0.01)
