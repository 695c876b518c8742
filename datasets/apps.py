from django.apps import AppConfig


class DatasetsConfig(AppConfig):
    """Importers and exporters, and the demo study."""

    name = "datasets"
