"""Fixtures of the spec loop's tests."""

import pytest

from .asking import FakeGateway


@pytest.fixture
def gateway(monkeypatch: pytest.MonkeyPatch) -> FakeGateway:
    """Put a fake in the place of the gateway that rankers ask."""
    fake = FakeGateway()
    monkeypatch.setattr("spec_loop.rankers.ask", fake)
    return fake
