"""Addresses for panels' own messages, below `/panels/`."""

from django.urls import path

from . import views

app_name = "panels"

urlpatterns = [path("<str:token>/", views.event, name="event")]
