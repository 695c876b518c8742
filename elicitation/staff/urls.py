"""Addresses of the staff's pages of studies."""

from django.urls import path

from . import (
    assessments,
    invitations,
    members,
    monitoring,
    panels,
    pay,
    people,
    prompts,
    quality,
    studies,
    texts,
    webhooks,
)
from .build.urls import urlpatterns as build_urls

app_name = "elicitation"

_STUDY = "studies/<slug:slug>/"

urlpatterns = [
    path("studies/", studies.studies, name="studies"),
    path("new-study/", studies.create, name="create"),
    path(_STUDY, studies.overview, name="study"),
    *build_urls,
    path(_STUDY + "status/", studies.change_status, name="status"),
    path(_STUDY + "prompts/", prompts.prompts, name="prompts"),
    path(_STUDY + "prompts/<path:key>/", prompts.prompt, name="prompt"),
    path(_STUDY + "people/", people.people, name="people"),
    path(_STUDY + "people/<int:pk>/", people.person, name="person"),
    path(_STUDY + "people/<int:pk>/exclusion/", quality.change_exclusion, name="change-exclusion"),
    path(_STUDY + "monitoring/", monitoring.monitoring, name="monitoring"),
    path(_STUDY + "monitoring/live/", monitoring.live, name="monitoring-live"),
    path(_STUDY + "monitoring/recipients/", monitoring.recipients, name="alert-recipients"),
    path(_STUDY + "quality/", quality.quality, name="quality"),
    path(_STUDY + "quality/find/", quality.find_anew, name="find-flags"),
    path(_STUDY + "quality/exclude/", quality.exclude_people, name="exclude-people"),
    path(_STUDY + "assessments/<int:pk>/", assessments.assessment, name="assessment"),
    path(_STUDY + "webhooks/", webhooks.webhooks, name="webhooks"),
    path(_STUDY + "webhooks/<int:pk>/", webhooks.change, name="change-webhook"),
    path(_STUDY + "webhooks/deliveries/<int:pk>/", webhooks.retry, name="retry-delivery"),
    path(_STUDY + "panels/", panels.panels, name="panels"),
    path(_STUDY + "panels/open-link/", panels.open_link, name="open-link"),
    path(_STUDY + "panels/<int:pk>/", panels.panel, name="panel"),
    path(_STUDY + "new-panel/<slug:preset>/", panels.add, name="add-panel"),
    path(_STUDY + "invitations/", invitations.invitations, name="invitations"),
    path(_STUDY + "invitations/send/", invitations.send, name="send-invitations"),
    path(_STUDY + "invitations/<int:pk>/", invitations.change, name="change-invitation"),
    path(_STUDY + "letters/<str:kind>/<str:language>/", invitations.letter, name="letter"),
    path(_STUDY + "pay/", pay.pay, name="pay"),
    path(_STUDY + "pay/csv/", pay.pay_csv, name="pay-csv"),
    path(_STUDY + "pay/mark/", pay.mark, name="mark-paid"),
    path(_STUDY + "texts/", texts.texts, name="texts"),
    path(_STUDY + "texts/<str:language>/", texts.table, name="texts-in"),
    path(_STUDY + "texts/<str:language>/file.<str:kind>", texts.export, name="export-texts"),
    path(_STUDY + "texts/<str:language>/import/", texts.take, name="import-texts"),
    path(_STUDY + "texts/<str:language>/translate/", texts.translate, name="translate-texts"),
    path(_STUDY + "members/", members.members, name="members"),
    path(_STUDY + "members/grant/", members.grant, name="grant"),
    path(_STUDY + "members/<int:pk>/revoke/", members.revoke, name="revoke"),
]
