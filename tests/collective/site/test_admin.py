"""Django's admin is a window: if these fail, rows change there without check or trace."""

import pytest
from django.apps import apps
from django.contrib import admin
from django.test import RequestFactory
from django.urls import reverse

from collective.web.admin import WindowAdmin
from elicitation.models import Score
from tests.factories import PASSWORD, make_assessment, make_participant, make_prompt, make_study, make_user

pytestmark = pytest.mark.django_db
OURS = {"accounts", "audit", "elicitation", "rubrics", "spec_loop", "llm", "work"}
REGISTERED = [model for model in admin.site._registry if model._meta.app_label in OURS]


@pytest.fixture
def admin_user(client):
    user = make_user(is_superuser=True)
    client.force_login(user)
    return user


def test_nothing_but_ours_is_there():
    assert {model._meta.app_label for model in admin.site._registry} <= OURS
    assert Score in REGISTERED


def test_every_table_of_ours_is_there():
    assert {model for model in apps.get_models() if model._meta.app_label in OURS} == set(REGISTERED)


@pytest.mark.parametrize("model", REGISTERED, ids=lambda model: model._meta.label)
def test_nothing_is_added_changed_or_deleted(model, admin_user):
    shown = admin.site._registry[model]
    request = RequestFactory().get("/")
    request.user = admin_user
    assert not shown.has_add_permission(request)
    assert not shown.has_change_permission(request)
    assert not shown.has_delete_permission(request)
    assert shown.has_view_permission(request)
    assert shown.get_actions(request) == {} or not isinstance(shown, WindowAdmin)


@pytest.mark.parametrize("model", REGISTERED, ids=lambda model: model._meta.label)
def test_every_list_opens(client, admin_user, model):
    url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    assert client.get(url, {"q": "x"} if admin.site._registry[model].search_fields else {}).status_code == 200


@pytest.mark.parametrize("model", ["assessment", "ranking", "participant", "prompt", "study"])
def test_lists_of_many_rows_take_few_queries(client, admin_user, model, django_assert_max_num_queries):
    for _number in range(10):
        study = make_study()
        make_assessment(make_prompt(study), make_participant(study), world="A>B>C>D")
    with django_assert_max_num_queries(8):
        client.get(reverse(f"admin:elicitation_{model}_changelist"))


def test_a_post_changes_nothing(client, admin_user):
    participant = make_participant(make_study(), key="before")
    url = reverse("admin:elicitation_participant_change", args=[participant.pk])
    assert client.post(url, {"key": "after"}).status_code == 403
    participant.refresh_from_db()
    assert participant.key == "before"


def test_secrets_are_not_shown(client, admin_user):
    participant = make_participant(make_study())
    page = client.get(reverse("admin:elicitation_participant_change", args=[participant.pk])).content.decode()
    assert participant.key in page
    assert participant.token not in page
    page = client.get(reverse("admin:accounts_user_change", args=[admin_user.pk])).content.decode()
    assert admin_user.email in page
    assert "argon2" not in page


def test_visitors_are_sent_to_our_own_sign_in_page(client):
    url = reverse("admin:index")
    response = client.get(url, follow=True)
    assert response.redirect_chain[-1][0] == f"{reverse('accounts:sign-in')}?next={url}"
    user = make_user(is_superuser=True)
    client.post("/admin/login/", {"username": user.email, "password": PASSWORD})
    assert "_auth_user_id" not in client.session


def test_who_is_no_admin_is_refused(client):
    client.force_login(make_user())
    assert client.get(reverse("admin:index"), follow=True).status_code == 403


def test_a_password_is_changed_on_ones_own_account_page(client, admin_user):
    assert client.get(reverse("admin:password_change")).url == reverse("accounts:account")
