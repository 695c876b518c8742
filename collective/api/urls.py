"""Addresses of the API, below /api/v1/."""

from django.urls import path

from collective.api.take_part import before, coming
from collective.api.take_part import tasks as own_tasks

from . import agreement, assessments, docs, exports, prompts, proposals, runs, specs, studies

app_name = "api"
urlpatterns = [
    path("schema/", docs.Schema.as_view(), name="schema"),
    path("docs/", docs.Docs.as_view(), name="docs"),
    path("take-part/<str:link>/", coming.TakePart.as_view(), name="take-part"),
    path("take-part/<str:link>/consent/", coming.Consent.as_view(), name="take-part-consent"),
    path("take-part/<str:link>/about-you/", before.Intake.as_view(), name="take-part-about-you"),
    path("take-part/<str:link>/quiz/", before.Quiz.as_view(), name="take-part-quiz"),
    path("take-part/<str:link>/next/", own_tasks.NextTask.as_view(), name="take-part-next"),
    path("take-part/<str:link>/tasks/<uuid:key>/", own_tasks.Task.as_view(), name="take-part-task"),
    path("take-part/<str:link>/tasks/<uuid:key>/draft/", own_tasks.TaskDraft.as_view(), name="take-part-draft"),
    path("take-part/<str:link>/tasks/<uuid:key>/answers/", own_tasks.TaskAnswers.as_view(), name="take-part-answers"),
    path("studies/", studies.StudyList.as_view(), name="studies"),
    path("studies/<slug:slug>/", studies.StudyDetail.as_view(), name="study"),
    path("studies/<slug:slug>/status/", studies.StudyStatus.as_view(), name="status"),
    path("studies/<slug:slug>/prompts/", prompts.PromptList.as_view(), name="prompts"),
    path("studies/<slug:slug>/prompts/<path:key>/", prompts.PromptDetail.as_view(), name="prompt"),
    path("studies/<slug:slug>/assessments/", assessments.AssessmentList.as_view(), name="assessments"),
    path("studies/<slug:slug>/assessments/<int:pk>/", assessments.AssessmentDetail.as_view(), name="assessment"),
    path("studies/<slug:slug>/agreement/", agreement.AgreementView.as_view(), name="agreement"),
    path("studies/<slug:slug>/proposals/", proposals.ProposalList.as_view(), name="proposals"),
    path("studies/<slug:slug>/proposals/<int:pk>/", proposals.ProposalDetail.as_view(), name="proposal"),
    path("studies/<slug:slug>/proposals/<int:pk>/review/", proposals.ProposalReview.as_view(), name="review"),
    path("studies/<slug:slug>/proposals/<int:pk>/decisions/", proposals.ProposalDecision.as_view(), name="decide"),
    path("studies/<slug:slug>/runs/", runs.RunList.as_view(), name="runs"),
    path("studies/<slug:slug>/runs/<int:pk>/", runs.RunDetail.as_view(), name="run"),
    path("studies/<slug:slug>/runs/<int:pk>/cancel/", runs.RunCancel.as_view(), name="cancel-run"),
    path("studies/<slug:slug>/runs/<int:pk>/resume/", runs.RunResume.as_view(), name="resume-run"),
    path("studies/<slug:slug>/export/", exports.Export.as_view(), name="export"),
    path("specs/", specs.DocumentList.as_view(), name="documents"),
    path("specs/<slug:name>/", specs.DocumentDetail.as_view(), name="document"),
    path("specs/<slug:name>/versions/", specs.VersionList.as_view(), name="versions"),
    path("specs/<slug:name>/versions/<str:version>/", specs.VersionDetail.as_view(), name="version"),
    path("specs/<slug:name>/diff/", specs.VersionDiff.as_view(), name="diff"),
]
