"""What EMAIL_URL means. If this fails, mails leave unencrypted, or not at all."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from collective.settings import email_settings


@pytest.mark.parametrize(
    ("url", "port", "tls", "ssl"),
    [
        ("smtp://user:pass%40word@mail.example.org", 587, True, False),
        ("smtp://user:pass%40word@mail.example.org:2525", 2525, True, False),
        ("smtps://user:pass%40word@mail.example.org", 465, False, True),
        ("smtp://user:pass%40word@mail.example.org:25?tls=0", 25, False, False),
    ],
)
def test_addresses(url, port, tls, ssl):
    assert email_settings(url) == {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": "mail.example.org",
        "EMAIL_PORT": port,
        "EMAIL_HOST_USER": "user",
        "EMAIL_HOST_PASSWORD": "pass@word",
        "EMAIL_USE_TLS": tls,
        "EMAIL_USE_SSL": ssl,
    }


def test_without_one_mails_are_files():
    assert email_settings("") == {"EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend"}


@pytest.mark.parametrize("url", ["mail.example.org", "https://mail.example.org", "smtp://"])
def test_anything_else_is_refused(url):
    with pytest.raises(ImproperlyConfigured):
        email_settings(url)
