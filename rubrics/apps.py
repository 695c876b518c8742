from django.apps import AppConfig


class RubricsConfig(AppConfig):
    """Crowd rubrics made of people's criteria and scores."""

    name = "rubrics"
