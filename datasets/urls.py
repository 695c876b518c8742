"""Addresses of import and export."""

from django.urls import path

from . import pages

app_name = "datasets"
urlpatterns = [
    path("studies/<slug:slug>/import/", pages.import_page, name="import"),
    path("studies/<slug:slug>/export/", pages.export_page, name="export"),
]
