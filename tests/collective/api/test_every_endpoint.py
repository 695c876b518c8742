"""If this fails, a request that the API's own description allows makes it fall over, or answer otherwise than it says.

Schemathesis makes the requests from the description; most are sent to the study that exists, all by an admin.
"""

from collections.abc import Iterable
from typing import Any

import hypothesis
import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from drf_spectacular.generators import SchemaGenerator
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance

from spec_loop.tasks import advance
from spec_loop.versions import import_spec
from tests.factories import make_assignment, make_participant, make_user
from tests.spec_loop.making import SPEC, make_proposal

from .conftest import signed_in

EXISTING = {"slug": "city", "key": "first", "name": "rules"}
TOKEN = "t" * 32


class SignedIn:
    """The site, with every request in the session of one account."""

    def __init__(self) -> None:
        self.site = get_wsgi_application()
        self.session = ""
        self.participant = ""

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        environ["HTTP_COOKIE"] = f"sessionid={self.session}; csrftoken={TOKEN}"
        environ["HTTP_X_CSRFTOKEN"] = TOKEN
        environ.pop("HTTP_AUTHORIZATION", None)  # made up from the description
        if "/take-part/" in environ["PATH_INFO"]:
            environ["HTTP_AUTHORIZATION"] = f"Participant {self.participant}"
        environ["HTTP_HOST"] = "testserver"
        return self.site(environ, start_response)


schema = schemathesis.openapi.from_dict(SchemaGenerator().get_schema(request=None, public=True))
schema.config.phases.coverage.enabled = False
schema.app = SignedIn()


@pytest.fixture
def admin_session(world, monkeypatch):
    """Fill what `EXISTING` names, and sign an admin in."""
    # The site would otherwise close the connection, and with it the test's transaction, after each request.
    for moment in (request_started, request_finished):
        moment.disconnect(close_old_connections)
    monkeypatch.setattr(advance, "delay", lambda _pk: None)
    proposal = make_proposal(world.study)
    import_spec(by=None, name="rules", data=SPEC.encode(), study=world.study)
    schema.app.session = signed_in(make_user(is_superuser=True)).cookies["sessionid"].value
    person = make_participant(world.study)
    schema.app.participant = person.token
    make_assignment(person, world.prompt)
    yield {
        "assessments": world.assessment.pk,
        "proposals": proposal.pk,
        "link": world.study.link_token,
        "tasks": person.assignments.get().idempotency_key,
    }
    for moment in (request_started, request_finished):
        moment.connect(close_old_connections)


@schema.parametrize()
@hypothesis.settings(
    max_examples=15, derandomize=True, suppress_health_check=list(hypothesis.HealthCheck), deadline=None
)
def test_it_answers_as_described(case: Any, admin_session: dict[str, Any]) -> None:
    for name, value in EXISTING.items():
        if name in case.path_parameters and len(str(case.path_parameters[name])) % 4:
            case.path_parameters[name] = value
    for kind, pk in admin_session.items():
        if f"/{kind}/{{id}}/" in case.path:
            case.path_parameters["id"] = pk
    if "/take-part/" in case.path:
        case.path_parameters |= {"link": admin_session["link"], "key": str(admin_session["tasks"])}
    answer = case.call()
    assert answer.status_code != 401, answer.text
    assert answer.status_code != 403 or "/take-part/" in case.path, answer.text
    case.validate_response(answer, checks=[not_a_server_error, content_type_conformance, response_schema_conformance])
