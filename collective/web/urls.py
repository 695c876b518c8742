"""Addresses of the pages that belong to no room."""

from django.urls import path

from . import views

app_name = "web"

urlpatterns = [path("style/", views.style, name="style")]
