from django.apps import AppConfig


class ApiConfig(AppConfig):
    """The REST API: what was answered to whom under which idempotency key."""

    name = "collective.api"
    label = "api"
    verbose_name = "API"

    def ready(self) -> None:
        """Let the description of the API know how tokens are sent."""
        from . import authentication  # noqa: F401 (registers itself)
