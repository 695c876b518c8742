from django.apps import AppConfig


class ElicitationConfig(AppConfig):
    """Studies and what people give in them."""

    name = "elicitation"
    verbose_name = "Elicitation"
