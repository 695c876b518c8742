"""The content security policy: what would be lost is the wall against injected scripts."""

import re

from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory, override_settings

from collective.web.csp import ContentSecurityPolicyMiddleware, csp_update, policy_header


def answer(view, *, path="/"):
    return ContentSecurityPolicyMiddleware(view)(RequestFactory().get(path))


def plain(request: HttpRequest) -> HttpResponse:
    return HttpResponse("text")


def test_policy_forbids_everything_that_is_not_named():
    assert answer(plain).headers["Content-Security-Policy"] == (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )


def test_nonce_is_named_only_when_used_and_new_each_time():
    def using(request):
        return HttpResponse(f"{request.csp_nonce} {request.csp_nonce}")

    first, second = answer(using), answer(using)
    shown = first.content.decode().split()
    assert shown[0] == shown[1]
    assert f"script-src 'self' 'nonce-{shown[0]}'" in first.headers["Content-Security-Policy"]
    assert first.content != second.content


def test_a_view_adds_sources_to_its_own_page_only():
    @csp_update(img_src=["https://example.org"], worker_src=["blob:"])
    def wider(request):
        return HttpResponse("text")

    policy = answer(wider).headers["Content-Security-Policy"]
    assert "img-src 'self' data: https://example.org;" in policy
    assert policy.endswith("worker-src blob:")
    assert "example.org" not in answer(plain).headers["Content-Security-Policy"]


def test_two_decorators_add_up():
    @csp_update(img_src=["https://a.example"])
    @csp_update(font_src=["data:"])
    def wider(request):
        return HttpResponse("text")

    policy = answer(wider).headers["Content-Security-Policy"]
    assert "https://a.example" in policy
    assert "font-src 'self' data:" in policy


def test_none_gives_way_to_a_named_source():
    assert "frame-ancestors https://example.org" in policy_header({"frame-ancestors": ["https://example.org"]})


def test_a_policy_set_by_the_view_is_kept():
    def own(request):
        return HttpResponse("text", headers={"Content-Security-Policy": "default-src 'none'"})

    assert answer(own).headers["Content-Security-Policy"] == "default-src 'none'"


def test_error_pages_have_the_policy_except_djangos_own_in_debug():
    def broken(request):
        return HttpResponse("traceback", status=500)

    assert "Content-Security-Policy" in answer(broken).headers
    with override_settings(DEBUG=True):
        assert "Content-Security-Policy" not in answer(broken).headers
        assert "Content-Security-Policy" in answer(plain).headers


def test_devices_are_switched_off():
    assert re.search(r"camera=\(\).*microphone=\(\)", answer(plain).headers["Permissions-Policy"])
