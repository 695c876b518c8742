"""A server to ask, and settings that point at it."""

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from llm.providers import retrying

from .fake_server import FakeServer


@pytest.fixture(params=["responses", "chat"])
def api_style(request: pytest.FixtureRequest, settings: Settings) -> str:
    """Each of the two styles of API."""
    settings.OPENAI_API_STYLE = request.param
    return request.param


@pytest.fixture
def server(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeServer]:
    """A fake server that the settings point at, with short pauses between tries."""
    monkeypatch.setattr(retrying, "FIRST_PAUSE_SECONDS", 0.01)
    settings.OPENAI_API_KEY = "test-key"
    settings.OPENAI_TIMEOUT_SECONDS = 5.0
    settings.OPENAI_DEADLINE_SECONDS = 20.0
    with FakeServer(hang=1.0) as fake:
        settings.OPENAI_BASE_URL = fake.url
        yield fake
