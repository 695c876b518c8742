from django.apps import AppConfig


class WorkConfig(AppConfig):
    """Work as rows with leases: the database is the truth, a queue message only a wake-up call."""

    name = "collective.work"
    label = "work"
