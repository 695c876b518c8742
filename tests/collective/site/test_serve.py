"""If this fails, `make run` does not bring up a working service, or leaves processes behind."""

import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import psutil
import pytest

from collective.site.management.commands import serve
from collective.site.processes import Group

PROJECT = Path(__file__).resolve().parents[3]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start(folder: Path, port: int) -> "subprocess.Popen[str]":
    environment = {
        name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL", "SITE_URL"}
    }
    return subprocess.Popen(
        [sys.executable, "manage.py", "serve"],
        cwd=PROJECT,
        env={**environment, "DATA_DIR": str(folder), "STATIC_ROOT": f"{folder}-static", "PORT": str(port)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def read_until(process: "subprocess.Popen[str]", wanted: str) -> str:
    """Read what the service prints up to the line that holds `wanted`."""
    assert process.stdout is not None
    lines: list[str] = []
    for line in process.stdout:
        lines.append(line)
        if wanted in line:
            return "".join(lines)
    raise AssertionError("the service ended: " + "".join(lines))


@pytest.fixture
def folder(tmp_path):
    # The database's own account must be able to reach the folder.
    for path in (tmp_path, *tmp_path.parents[:2]):
        path.chmod(0o755)
    return tmp_path / "data"


def test_it_serves_and_stops_all_it_started(folder):
    port = free_port()
    service = start(folder, port)
    try:
        printed = read_until(service, "Set up the first admin")
        members = psutil.Process(service.pid).children(recursive=True)
        assert len(members) >= 5  # web server with two workers, worker, beat
        link = re.search(r"http://\S+/accounts/invitation/\S+", printed)
        assert link is not None
        for address in (f"http://127.0.0.1:{port}/", link[0]):
            with urllib.request.urlopen(address, timeout=20) as answer:
                assert answer.status == 200
        demo = re.search(r"http://\S+/p/\S+", printed)
        assert demo is not None
        with urllib.request.urlopen(demo[0], timeout=20) as answer:
            assert answer.status == 200
    finally:
        service.send_signal(signal.SIGINT)
        rest, _nothing = service.communicate(timeout=40)
    assert (service.returncode, rest.strip().splitlines()[-1]) == (0, "Stopped.")
    assert [member for member in members if member.is_running() and member.status() != psutil.STATUS_ZOMBIE] == []


def test_a_taken_port_is_refused_with_a_way_out(folder):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        service = start(folder, taken.getsockname()[1])
        printed, _nothing = service.communicate(timeout=60)
    assert service.returncode == 2
    assert "is taken" in printed
    assert "PORT=8001 make run" in printed


def test_it_says_so_where_the_web_server_does_not_answer(monkeypatch, capsys):
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        monkeypatch.setattr(serve, "PATIENCE_SECONDS", 0.3)
        group = Group([], {})
        serve.Command()._wait_for_answer(group, "127.0.0.1", silent.getsockname()[1])
    assert "has not answered" in capsys.readouterr().err
