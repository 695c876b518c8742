"""Addresses of the spec loop."""

from django.urls import path

from .pages import addresses, documents  # noqa: F401 (addresses registers the converter "hash")

app_name = "spec_loop"

urlpatterns = [
    path("specs/", documents.document_list, name="documents"),
    path("specs/import/", documents.import_document, name="import"),
    path("specs/<slug:name>/", documents.document, name="document"),
    path("specs/<slug:name>/compare/", documents.compare, name="compare"),
    path("specs/<slug:name>/<hash:digest>/", documents.version, name="version"),
    path("specs/<slug:name>/<hash:digest>/raw/", documents.raw, name="raw"),
    path("specs/<slug:name>/<hash:old>..<hash:new>/", documents.diff, name="diff"),
]
