"""Addresses of the builder, below those of a study."""

from django.urls import path

from . import (
    cloning_page,
    intake_pages,
    preview_pages,
    prompt_pages,
    quiz_pages,
    quota_pages,
    settings_pages,
    steps_page,
    version_pages,
)

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
    path("studies/<slug:slug>/clone/", cloning_page.clone, name="clone"),
    path(_BUILD + "prompts/", prompt_pages.prompt_list, name="build-prompts"),
    path(_BUILD + "prompts/new/", prompt_pages.add, name="add-prompt"),
    path(_BUILD + "prompts/<int:pk>/", prompt_pages.change, name="change-prompt"),
    path(_BUILD + "quiz/", quiz_pages.quiz, name="build-quiz"),
    path(_BUILD + "quiz/new/", quiz_pages.item, name="build-add-item"),
    path(_BUILD + "quiz/item/<str:key>/", quiz_pages.item, name="build-item"),
    path(_BUILD + "preview/", preview_pages.preview, name="build-preview"),
    path(_BUILD + "preview/draft/", preview_pages.preview_draft, name="preview-draft"),
    path(_BUILD + "preview/<str:page>/", preview_pages.preview_page, name="preview-page"),
    path(_BUILD + "status/", version_pages.status, name="build-status"),
]
