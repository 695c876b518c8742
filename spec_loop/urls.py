"""Addresses of the spec loop."""

from django.urls import path

from .pages import (
    addresses,  # noqa: F401 (registers the converter "hash")
    agreement,
    documents,
    proposals,
    runs,
)

app_name = "spec_loop"

urlpatterns = [
    path("studies/<slug:slug>/agreement/", agreement.agreement, name="agreement"),
    path("studies/<slug:slug>/agreement/rank/", agreement.rank_offline, name="rank-offline"),
    path("studies/<slug:slug>/runs/", runs.run_list, name="runs"),
    path("studies/<slug:slug>/runs/start/", runs.start, name="start-run"),
    path("studies/<slug:slug>/runs/<int:pk>/", runs.run, name="run"),
    path("studies/<slug:slug>/runs/<int:pk>/progress/", runs.progress_part, name="run-progress"),
    path("studies/<slug:slug>/runs/<int:pk>/cancel/", runs.cancel, name="cancel-run"),
    path("studies/<slug:slug>/runs/<int:pk>/resume/", runs.resume, name="resume-run"),
    path("studies/<slug:slug>/proposals/", proposals.proposals, name="proposals"),
    path("studies/<slug:slug>/proposals/<int:pk>/", proposals.proposal, name="proposal"),
    path("studies/<slug:slug>/proposals/<int:pk>/decide/", proposals.decide_proposal, name="decide-proposal"),
    path("studies/<slug:slug>/proposals/<int:pk>/review/", proposals.review_proposal, name="review-proposal"),
    path("specs/", documents.document_list, name="documents"),
    path("specs/import/", documents.import_document, name="import"),
    path("specs/<slug:name>/", documents.document, name="document"),
    path("specs/<slug:name>/compare/", documents.compare, name="compare"),
    path("specs/<slug:name>/<hash:digest>/", documents.version, name="version"),
    path("specs/<slug:name>/<hash:digest>/raw/", documents.raw, name="raw"),
    path("specs/<slug:name>/<hash:old>..<hash:new>/", documents.diff, name="diff"),
]
