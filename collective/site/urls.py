"""Addresses at the root of the site."""

from django.urls import path

from . import views

urlpatterns = [
    path("", views.home, name="home"),
    path("audit/", views.audit_log, name="audit"),
    path("health/", views.health, name="health"),
]
