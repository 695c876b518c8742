"""Addresses with placeholders. If these fail, a person is led to somebody else's site, or told as somebody else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from elicitation.panels.templates import fill, problem_with

KNOWN = ("code", "id", "SESSION_ID")


@pytest.mark.parametrize(
    "template",
    [
        "https://app.prolific.com/submissions/complete?cc={code}",
        "https://connect.cloudresearch.com/participant/project/{code}/complete",
        "https://school.sona-systems.com/webstudy_credit.aspx?experiment_id=1&credit_token={code}&survey_code={id}",
        "https://panel.example.org:8443/back#{SESSION_ID}",
    ],
)
def test_fit_addresses(template):
    assert problem_with(template, KNOWN) == ""


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ("http://panel.example.org/{code}", "https"),
        ("javascript:alert({code})", "https"),
        ("//panel.example.org/{code}", "https"),
        ("https://{id}.example.org/", "host"),
        ("https://panel.example.org@{id}/", "host"),
        ("https://user:word@panel.example.org/", "host"),
        ("https:///back", "host"),
        ("https://[::1", "host"),
        ("https://panel.example.org/{secret}", "{secret} is no placeholder. There are: {code}, {id}, {SESSION_ID}."),
        ("https://panel.example.org/{}", "no placeholder"),
        ("https://panel.example.org/{code", "brace"),
        ("https://panel.example.org/{{code}}", "brace"),
        ("https://panel.example.org/a b", "spaces"),
        ("https://panel.example.org/\0", "spaces"),
        ("https://panel.example.org/\r\nSet-Cookie: a=b", "spaces"),
    ],
)
def test_unfit_addresses_are_refused_with_a_reason(template, words):
    assert words in problem_with(template, KNOWN)


def test_values_are_encoded_whole():
    url = fill("https://panel.example.org/{id}?cc={code}", {"id": "../a?b&c=d#é", "code": '"><script>'})
    assert url == "https://panel.example.org/..%2Fa%3Fb%26c%3Dd%23%C3%A9?cc=%22%3E%3Cscript%3E"


def test_a_value_is_not_filled_in_again():
    assert fill("https://panel.example.org/?a={id}&b={code}", {"id": "{code}", "code": "X"}) == (
        "https://panel.example.org/?a=%7Bcode%7D&b=X"
    )


@given(st.text(), st.text())
def test_whatever_came_with_a_person_the_host_stays(identity, code):
    values = {"id": identity.encode("utf-8", "replace").decode(), "code": code.encode("utf-8", "replace").decode()}
    url = fill("https://panel.example.org/back/{id}?cc={code}", values)
    assert url.startswith("https://panel.example.org/back/")
    assert "?cc=" in url
    assert url.isascii()
    assert not set(url) & set(" \"'<>\r\n\t")
