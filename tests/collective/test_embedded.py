"""If these fail, a fresh machine has no database, or a stopped project leaves servers behind."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import redis

PROJECT = Path(__file__).resolve().parents[2]
USE = """
import sys, time
from pathlib import Path
from collective import embedded
print(embedded.postgres_url(Path(sys.argv[1])), embedded.redis_url(Path(sys.argv[1])), flush=True)
sys.stdin.readline()
"""


class User:
    """A process that uses the servers of a folder until it is told to go."""

    def __init__(self, folder: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", USE, str(folder)],
            cwd=PROJECT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        self.postgres, self.redis = self.process.stdout.readline().split()

    def go(self) -> None:
        self.process.communicate("\n", timeout=30)


def is_up(user: User) -> tuple[bool, bool]:
    """Whether PostgreSQL and Redis of a folder accept connections."""
    postgres_folder = user.postgres.partition("host=")[2]
    socket = user.redis.removeprefix("redis+socket://")
    with redis.Redis(unix_socket_path=socket, retry=None) as client:
        try:
            redis_is_up = client.ping()
        except redis.RedisError:
            redis_is_up = False
    return (Path(postgres_folder) / ".s.PGSQL.5432").exists(), redis_is_up


@pytest.fixture
def folder(tmp_path):
    # The database's own account must be able to reach the folder.
    for path in (tmp_path, *tmp_path.parents[:2]):
        path.chmod(0o755)
    return tmp_path / "data"


def test_servers_stay_for_whoever_is_left_and_stop_with_the_last(folder):
    first, second = User(folder), User(folder)
    assert (first.postgres, first.redis) == (second.postgres, second.redis)
    first.go()
    assert is_up(second) == (True, True)
    second.go()
    assert is_up(second) == (False, False)


def test_a_killed_process_does_not_keep_the_servers_up(folder):
    killed, last = User(folder), User(folder)
    os.kill(killed.process.pid, signal.SIGKILL)
    killed.process.wait()
    time.sleep(0.1)
    assert is_up(last) == (True, True)
    last.go()
    assert is_up(last) == (False, False)


def test_data_outlives_the_servers(folder):
    user = User(folder)
    with redis.Redis(unix_socket_path=user.redis.removeprefix("redis+socket://")) as client:
        client.set("kept", "yes")
    user.go()
    again = User(folder)
    with redis.Redis(unix_socket_path=again.redis.removeprefix("redis+socket://")) as client:
        assert client.get("kept") == b"yes"
    again.go()


def test_a_folder_with_a_long_path_gets_a_short_socket(folder):
    user = User(folder / ("long-name-" * 12))
    assert len(user.redis) < 107 + len("redis+socket://")
    assert is_up(user)[1]
    user.go()
