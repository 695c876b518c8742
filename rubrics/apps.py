from django.apps import AppConfig


class RubricsConfig(AppConfig):
    """Crowd rubrics made of people's criteria and scores."""

    name = "rubrics"

    def ready(self) -> None:
        """Follow what people take back."""
        from elicitation.signals import answers_taken_back  # models can be imported only now

        from .withdrawals import forget

        answers_taken_back.connect(forget, dispatch_uid="rubrics.withdrawals")
