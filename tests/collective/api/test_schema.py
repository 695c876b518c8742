"""If these fail, the description of the API lies, or its page does not open."""

import json
from io import StringIO

import pytest
from django.core.management import call_command


def test_the_description_has_no_warning():
    call_command("spectacular", validate=True, fail_on_warn=True, stdout=StringIO())


def test_the_description_is_open_and_the_page_is_not(world):
    assert world.nobody.get("/api/v1/schema/").status_code == 200
    assert world.nobody.get("/api/v1/docs/").status_code == 401
    page = world.researcher.get("/api/v1/docs/")
    assert page.status_code == 200
    assert b"swagger-ui-bundle" in page.content
    assert "unsafe-inline" not in page["Content-Security-Policy"].partition("script-src")[2].partition(";")[0]


@pytest.mark.parametrize("body", ['{"slug":', "[1, 2", '"text"', "null", json.dumps({"slug": ["a"], "title": {}})])
def test_garbage_is_a_bad_request_everywhere(world, body):
    for address in ("/api/v1/studies/", "/api/v1/specs/", "/api/v1/studies/city/prompts/"):
        answer = world.researcher.post(address, body, content_type="application/json")
        assert answer.status_code == 400, address
