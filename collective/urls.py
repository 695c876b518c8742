"""Every address of the site; each room brings its own."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from collective.web.admin import sign_in_first, to_own_account

urlpatterns: list[URLPattern | URLResolver] = [
    # First, because many people ask for these at once, and each pattern tried before is time.
    path("p/", include("elicitation.participate.urls")),
    path("panels/", include("elicitation.panels.urls")),
    path("", include("collective.site.urls")),
    path("", include("collective.web.urls")),
    path("api/v1/", include("collective.api.urls")),
    path("accounts/", include("collective.accounts.urls")),
    path("", include("elicitation.staff.urls")),
    path("", include("spec_loop.urls")),
    path("", include("datasets.urls")),
    path("admin/login/", sign_in_first),
    path("admin/password_change/", to_own_account),
    path("admin/", admin.site.urls),
]

handler400 = "collective.web.errors.bad_request"
handler403 = "collective.web.errors.permission_denied"
handler404 = "collective.web.errors.page_not_found"
handler500 = "collective.web.errors.server_error"
