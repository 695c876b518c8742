from django.apps import AppConfig


class SpecLoopConfig(AppConfig):
    """Behaviour specs, how they rank, and how they change."""

    name = "spec_loop"
    verbose_name = "Spec loop"
