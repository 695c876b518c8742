"""Addresses of the builder, below those of a study."""

from django.urls import path

from . import intake_pages, quota_pages, settings_pages, steps_page, version_pages

_BUILD = "studies/<slug:slug>/build/"

urlpatterns = [
    path(_BUILD, settings_pages.checklist, name="build"),
    *(
        path(f"{_BUILD}{concern}/", settings_pages.concern, {"concern": concern}, name=f"build-{concern}")
        for concern in settings_pages.FORMS
    ),
    path(_BUILD + "languages/", settings_pages.languages, name="build-languages"),
    path(_BUILD + "steps/", steps_page.steps, name="build-steps"),
    path(_BUILD + "intake/", intake_pages.intake, name="build-intake"),
    path(_BUILD + "intake/new/", intake_pages.question, name="build-add-question"),
    path(_BUILD + "intake/question/<str:key>/", intake_pages.question, name="build-question"),
    path(_BUILD + "quotas/", quota_pages.quotas, name="build-quotas"),
    path(_BUILD + "quotas/new/", quota_pages.quota, name="build-add-quota"),
    path(_BUILD + "quotas/<int:pk>/", quota_pages.quota, name="build-quota"),
    path(_BUILD + "versions/", version_pages.versions, name="build-versions"),
    path(_BUILD + "versions/publish/", version_pages.publish, name="build-publish"),
    path(_BUILD + "versions/discard/", version_pages.discard, name="build-discard"),
    path(_BUILD + "status/", version_pages.status, name="build-status"),
]
