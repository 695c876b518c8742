"""What all tests share."""

import os
from collections.abc import Generator, Iterator
from typing import Any

import hypothesis
import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test import override_settings
from pytest_django import DjangoDbBlocker

from collective.web.catalogues.compiling import compile_stale

HASHERS = settings.PASSWORD_HASHERS

# A busy machine is no counterexample: how long an example takes says nothing about what is tested.
hypothesis.settings.register_profile(
    "collective", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("collective")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """In CI, count a skipped test as failed: there, browser, servers and real data must be present."""
    report = yield
    if os.environ.get("CI") and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped in CI, where nothing may be missing: {report.longrepr}"
    return report


def pytest_configure() -> None:
    """Compile the catalogues of sentences before any of them is read; a fresh clone has none compiled."""
    compile_stale()


@pytest.fixture(scope="session", autouse=True)
def plain_static_names() -> Iterator[None]:
    """Name static files as they lie in the tree, whatever an earlier `collectstatic` has left behind."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    with override_settings(STORAGES={**settings.STORAGES, "staticfiles": plain}):
        yield


@pytest.fixture(scope="session", autouse=True)
def cache_of_this_worker() -> Iterator[None]:
    """Give each test process a cache of its own: one that clears it would empty the others' too."""
    number = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % 14 + 1
    own = {name: {**cache, "LOCATION": f"{cache['LOCATION']}?db={number}"} for name, cache in settings.CACHES.items()}
    with override_settings(CACHES=own):
        yield


@pytest.fixture(scope="session", autouse=True)
def quick_password_hashes() -> Iterator[None]:
    """Hash the passwords of test accounts quickly; argon2 is slow on purpose. Its own test names it."""
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher", *HASHERS]):
        yield


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """Let the test database be emptied after tests that commit, which the audit log forbids a real one."""
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_auditentry DISABLE TRIGGER audit_no_truncate")


@pytest.fixture(scope="module")
def demo(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Any]:
    """Load the demo study once for a module, which takes seconds; what a test changes is rolled back after it.

    All tests of the module that run after the first that asks for it see the demo.
    """
    from datasets.demo.loading import load_demo  # models can be imported only once Django is set up

    with django_db_blocker.unblock(), transaction.atomic():
        study = load_demo(by=None).study
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # nobody else can see the rows yet, so the planner would know nothing of them
        yield study
        transaction.set_rollback(True)
