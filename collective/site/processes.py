"""Run several processes as one group: start them, keep them up, stop them all.

The group lives and dies together: a member that dies is started again, one that keeps dying ends the group, and the
kernel ends the members should the supervisor itself be killed.
"""

import ctypes
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

MOST_RESTARTS = 5
RESTART_WINDOW_SECONDS = 60.0
STOP_SECONDS = 20.0
_PR_SET_PDEATHSIG = 1


class KeepsDying(Exception):
    """A member of the group could not be kept up."""


@dataclass
class Member:
    """A process of the group, and when it was last started again."""

    name: str
    command: Sequence[str]
    folder: Path
    process: "subprocess.Popen[bytes] | None" = None
    restarts: list[float] = field(default_factory=list)

    def start(self, environment: Mapping[str, str]) -> None:
        """Start the process in a session of its own, so that Ctrl-C reaches only the supervisor."""
        self.process = subprocess.Popen(
            self.command,
            cwd=self.folder,
            env=dict(environment),
            start_new_session=True,
            preexec_fn=_die_with_the_parent,
        )

    @property
    def is_up(self) -> bool:
        """Whether the process runs."""
        return self.process is not None and self.process.poll() is None


class Group:
    """Processes that run together until a signal says stop."""

    def __init__(self, members: Sequence[Member], environment: Mapping[str, str]) -> None:
        self.members = members
        self.environment = environment
        self.stopping = False

    def run(self, *, once_first_is_started: Callable[[], None], once_started: Callable[[], None]) -> None:
        """Start all, and return when SIGINT or SIGTERM came and all have stopped.

        The first member starts alone: the others would only keep the processor from it. `once_first_is_started` may
        wait for it to be of use; then the others start, and `once_started` is called.

        Raises `KeepsDying` when a member died too often; the others are stopped then too.
        """
        previous = {number: signal.signal(number, self._stop) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            for number, member in enumerate(self.members):
                member.start(self.environment)
                if number == 0:
                    once_first_is_started()
            once_started()
            while not self.stopping:
                self._look_after()
                time.sleep(0.2)
        finally:
            self._end()
            for number, handler in previous.items():
                signal.signal(number, handler)

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self.stopping = True

    def _look_after(self) -> None:
        for member in self.members:
            if member.is_up or self.stopping:
                continue
            code = member.process.returncode if member.process else None
            now = time.monotonic()
            member.restarts = [at for at in member.restarts if now - at < RESTART_WINDOW_SECONDS] + [now]
            if len(member.restarts) > MOST_RESTARTS:
                raise KeepsDying(f"The {member.name} stopped {len(member.restarts)} times within a minute.")
            print(f"The {member.name} stopped (exit code {code}); it is started again.", file=sys.stderr, flush=True)
            member.start(self.environment)

    def _end(self) -> None:
        for member in self.members:
            if member.process and member.is_up:
                member.process.terminate()
        deadline = time.monotonic() + STOP_SECONDS
        for member in self.members:
            if member.process:
                try:
                    member.process.wait(max(0.1, deadline - time.monotonic()))
                except subprocess.TimeoutExpired:
                    member.process.kill()
                    member.process.wait()


def _die_with_the_parent() -> None:
    """Ask the kernel (Linux) for a SIGTERM when the supervisor goes; elsewhere this is done without."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
