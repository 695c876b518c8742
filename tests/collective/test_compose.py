"""If these fail, an operator's `docker compose up` starts with a known password, or nobody notices a dead service."""

import re
from pathlib import Path

import pytest
import yaml

FILE = Path(__file__).resolve().parents[2] / "docker-compose.yml"


@pytest.fixture(scope="module")
def services() -> dict:
    return yaml.safe_load(FILE.read_text())["services"]


def test_the_services_are_these(services):
    assert sorted(services) == ["beat", "migrate", "postgres", "redis", "web", "worker"]


def test_every_lasting_service_has_a_health_check(services):
    assert [name for name, service in services.items() if "healthcheck" not in service] == ["migrate"]


def test_secrets_have_no_default_and_must_be_given():
    text = FILE.read_text()
    for secret in ("SECRET_KEY", "POSTGRES_PASSWORD", "REDIS_PASSWORD"):
        uses = re.findall(r"(?<!\$)\$\{" + secret + r"([^}]*)\}", text)
        assert uses
        assert {use[:2] for use in uses} == {":?"}


def test_the_database_is_postgresql_18(services):
    assert services["postgres"]["image"] == "postgres:18"


def test_only_the_web_server_is_reachable_and_only_from_the_machine_itself(services):
    ports = {name: service["ports"] for name, service in services.items() if "ports" in service}
    assert ports == {"web": ["127.0.0.1:${PORT:-8000}:8000"]}
