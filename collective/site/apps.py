from django.apps import AppConfig


class SiteConfig(AppConfig):
    """Home page, health, audit log: what wires the rooms together for a visitor."""

    name = "collective.site"
    label = "site"
