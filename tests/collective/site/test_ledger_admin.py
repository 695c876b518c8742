"""The ledger can be read in the admin by admins, and changed by nobody."""

import pytest
from django.contrib import admin
from django.urls import path, reverse

from llm.gateway import ask
from llm.models import Account, LedgerEntry
from tests.factories import make_user
from tests.llm.questions import rank_question

urlpatterns = [path("window/", admin.site.urls)]

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


@pytest.fixture
def admins_client(client):
    client.force_login(make_user(is_superuser=True))
    return client


@pytest.mark.parametrize("model", [LedgerEntry, Account])
def test_it_works(admins_client, model):
    ask(rank_question(), model="offline", account="run:1")
    name = model._meta.model_name

    for address in (
        reverse(f"admin:llm_{name}_changelist"),
        reverse(f"admin:llm_{name}_change", args=[model.objects.get().pk]),
    ):
        page = admins_client.get(address)
        assert page.status_code == 200
        assert "run:1" in page.content.decode()


def test_an_answer_is_shown_as_text(admins_client):
    ask(rank_question(), model="offline")

    page = admins_client.get(reverse("admin:llm_ledgerentry_change", args=[LedgerEntry.objects.get().pk]))

    assert "&quot;ranking&quot;" in page.content.decode()


@pytest.mark.parametrize("model", [LedgerEntry, Account])
@pytest.mark.parametrize("action", ["add", "change", "delete"])
def test_nothing_is_changed(admins_client, model, action):
    ask(rank_question(), model="offline", account="run:1")
    arguments = [] if action == "add" else [model.objects.get().pk]

    answer = admins_client.post(
        reverse(f"admin:llm_{model._meta.model_name}_{action}", args=arguments), {"post": "yes"}
    )

    assert answer.status_code == 403
    assert (LedgerEntry.objects.count(), Account.objects.get().calls) == (1, 1)
