"""The fake server runs as a process of its own, for tests that kill those who ask it."""

import json
import subprocess
import sys
from urllib.request import Request, urlopen

import pytest

from llm.gateway import ask

from .questions import rank_question


@pytest.mark.django_db
@pytest.mark.parametrize("option", ["--replays", "--offline"])
def test_it_works(settings, option):
    command = [sys.executable, "-m", "tests.llm.fake_server", "--seed", "3", option]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout
        url = process.stdout.readline().strip()
        settings.OPENAI_BASE_URL = url
        urlopen(Request(f"{url.removesuffix('/v1')}/faults", data=json.dumps(["429"]).encode()))

        assert ask(rank_question(), model="openai:fake").value

        counts = json.load(urlopen(f"{url.removesuffix('/v1')}/counts"))
    finally:
        process.kill()
        process.wait()
    assert counts == {
        "requests": 2,
        "questions": 1,
        "delivered": 1,
        "lost": 0,
        "replayed": 0,
        "faults": {"429": 1},
        "paid_twice": [],
    }
