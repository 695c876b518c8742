"""The app of language models."""

from django.apps import AppConfig
from django.core.checks import register


class LlmConfig(AppConfig):
    """One gateway to language models, and the ledger of what was asked and paid."""

    name = "llm"
    verbose_name = "Language models"

    def ready(self) -> None:
        """Have the settings of this app checked with all others."""
        from .checks import check_settings  # it reads settings, which are ready only now

        register(check_settings)
