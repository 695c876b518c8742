"""Addresses at the root of the site."""

from django.urls import path
from django.views.i18n import set_language

from . import views

urlpatterns = [
    path("", views.home, name="home"),
    path("audit/", views.audit_log, name="audit"),
    path("language/", set_language, name="set-language"),
    path("health/", views.health, name="health"),
]
