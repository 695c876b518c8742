"""The description of the API, and a page on which to read and try it."""

from django.utils.decorators import method_decorator
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.permissions import AllowAny, IsAuthenticated

from collective.web.csp import csp_update


class Schema(SpectacularAPIView):
    """The OpenAPI 3 description. Open to anybody: it says what is possible, not what is stored."""

    permission_classes = (AllowAny,)


@method_decorator(csp_update(style_src=["'unsafe-inline'"]), name="dispatch")
class Docs(SpectacularSwaggerSplitView):
    """Swagger UI from our own host. It styles elements inline, so this one page lets styles (not scripts) be inline."""

    permission_classes = (IsAuthenticated,)
    template_name = "api/docs.html"
    url_name = "api:schema"
