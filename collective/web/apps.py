"""The app of everything that pages share."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Bring the template tags and the style page; there are no tables."""

    name = "collective.web"
    label = "web"
    verbose_name = "Web pages"
