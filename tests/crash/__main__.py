"""`python -m tests.crash`: run the crash and race test and print its figures. The exit code is 1 on any violation."""

from __future__ import annotations

import argparse
import atexit
import os
import random
import shutil
import sys
import tempfile
import time
from pathlib import Path

FAULTS = ("submissions", "drafts", "answers", "people", "overlap")


def main() -> int:
    """Run it in a folder of its own, which is removed unless something was found."""
    options = _options()
    folder = Path(tempfile.mkdtemp(prefix="collective-crash-"))
    folder.chmod(0o755)  # the database's own account must be able to reach it
    _set_environment(folder, options)
    found: list[str] = []

    def clear_away() -> None:
        if not found:
            shutil.rmtree(folder, ignore_errors=True)

    atexit.register(clear_away)  # before the servers are started, so that it is called after they were stopped
    from .running import run  # Django's settings start the servers, so they come after the environment

    found += run(folder, options)
    for sentence in found[:40]:
        print(f"VIOLATION {sentence[:1000]}")
    if len(found) > 40:
        print(f"VIOLATION ... and {len(found) - 40} more")
    print(f"violations: {len(found)}", flush=True)
    if found:
        print(f"The servers' files are in {folder}.")
    return 1 if found else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.crash", description=__doc__)
    parser.add_argument("--bots", type=int, default=50, help="people at once (50)")
    parser.add_argument("--tasks", type=int, default=8, help="tasks of each (8)")
    parser.add_argument("--target", type=int, default=10, help="overlap target per prompt (10)")
    parser.add_argument("--kills", type=int, default=20, help="web workers to kill at most (20)")
    parser.add_argument("--pause", type=float, default=1.0, help="seconds between kills on average (1)")
    parser.add_argument("--down", type=float, default=1.5, help="seconds the database is away (1.5)")
    parser.add_argument("--limit", type=float, default=600, help="seconds after which people count as stuck (600)")
    parser.add_argument("--seed", type=int, default=int(time.time()) % 100_000, help="repeat the draws of a run")
    parser.add_argument("--break", dest="fault", choices=FAULTS, help="plant a fault, to see the test fail")
    return parser.parse_args()


def _set_environment(folder: Path, options: argparse.Namespace) -> None:
    """Let Django's settings, here and in the web server, know nothing but the test's own servers."""
    for name in ("DATABASE_URL", "REDIS_URL", "PRODUCTION", "OPENAI_API_KEY", "OPENAI_BASE_URL"):
        os.environ.pop(name, None)
    os.environ |= {
        "DATA_DIR": str(folder),
        "DJANGO_SETTINGS_MODULE": "collective.settings",
        "LOG_LEVEL": "ERROR",
    }
    if options.fault:
        os.environ["COLLECTIVE_CRASH_BREAK"] = options.fault
    random.seed(options.seed)


if __name__ == "__main__":
    sys.exit(main())
