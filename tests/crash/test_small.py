"""If these fail, something people were told is saved can be lost, doubled or over-collected when servers die.

`make crash` is the same with fifty people.
"""

import re
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
SMALL = ["--bots", "12", "--tasks", "4", "--target", "4", "--kills", "4", "--pause", "0.6", "--down", "0.7"]
TINY = ["--bots", "3", "--tasks", "2", "--target", "3", "--kills", "0"]


def crash(*options: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "tests.crash", "--limit", "240", *options]
    return subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False, timeout=300)


def figure(printed: str, name: str) -> int:
    found = re.search(rf"^  {name} +(\d+)", printed, re.MULTILINE)
    assert found, printed
    return int(found[1])


def test_nothing_is_lost_doubled_or_too_much_while_servers_are_killed():
    run = crash(*SMALL)
    assert run.returncode == 0, run.stdout + run.stderr
    assert figure(run.stdout, "tasks acknowledged") == figure(run.stdout, "assessments stored") > 20
    assert figure(run.stdout, "people stored") == 12
    assert figure(run.stdout, "database restarts") == 1
    assert figure(run.stdout, "workers killed") >= 1
    print(run.stdout)


def test_a_planted_fault_is_found():
    run = crash(*TINY, "--break", "answers")
    assert run.returncode == 1, run.stdout + run.stderr
    assert "VIOLATION wrong: task" in run.stdout
