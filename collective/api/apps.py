from django.apps import AppConfig


class ApiConfig(AppConfig):
    """The REST API: what was answered to whom under which idempotency key."""

    name = "collective.api"
    label = "api"
    verbose_name = "API"

    def ready(self) -> None:
        """Let the description of the API know how tokens are sent, and follow what people take back."""
        from elicitation.signals import answers_taken_back

        from . import authentication  # noqa: F401 (registers itself)
        from .withdrawals import forget

        answers_taken_back.connect(forget, dispatch_uid="api.withdrawals")
