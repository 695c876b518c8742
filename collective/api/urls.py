"""Addresses of the API, below /api/v1/."""

from django.urls import path

from . import assessments, docs, prompts, specs, studies

app_name = "api"
urlpatterns = [
    path("schema/", docs.Schema.as_view(), name="schema"),
    path("docs/", docs.Docs.as_view(), name="docs"),
    path("studies/", studies.StudyList.as_view(), name="studies"),
    path("studies/<slug:slug>/", studies.StudyDetail.as_view(), name="study"),
    path("studies/<slug:slug>/status/", studies.StudyStatus.as_view(), name="status"),
    path("studies/<slug:slug>/prompts/", prompts.PromptList.as_view(), name="prompts"),
    path("studies/<slug:slug>/prompts/<path:key>/", prompts.PromptDetail.as_view(), name="prompt"),
    path("studies/<slug:slug>/assessments/", assessments.AssessmentList.as_view(), name="assessments"),
    path("studies/<slug:slug>/assessments/<int:pk>/", assessments.AssessmentDetail.as_view(), name="assessment"),
    path("specs/", specs.DocumentList.as_view(), name="documents"),
    path("specs/<slug:name>/", specs.DocumentDetail.as_view(), name="document"),
    path("specs/<slug:name>/versions/", specs.VersionList.as_view(), name="versions"),
    path("specs/<slug:name>/versions/<str:version>/", specs.VersionDetail.as_view(), name="version"),
    path("specs/<slug:name>/diff/", specs.VersionDiff.as_view(), name="diff"),
]
