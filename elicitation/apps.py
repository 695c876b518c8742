from django.apps import AppConfig


class ElicitationConfig(AppConfig):
    """Studies and what people give in them."""

    name = "elicitation"
    verbose_name = "Elicitation"

    def ready(self) -> None:
        """Say to those who take part what to do when something went wrong here."""
        from collective.web.errors import register_error_page

        from .participate.faults import error_page

        register_error_page("/p/", error_page)
