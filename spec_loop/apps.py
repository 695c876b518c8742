from django.apps import AppConfig


class SpecLoopConfig(AppConfig):
    """Behaviour specs, how they rank, and how they change."""

    name = "spec_loop"
    verbose_name = "Spec loop"

    def ready(self) -> None:
        """Follow what people take back, and tell those who took part what was adopted."""
        from elicitation import hearing_back  # models can be imported only now
        from elicitation.signals import answers_taken_back, prompt_changed

        from .adopted import changes_of
        from .outdated import forget_prompt
        from .withdrawals import forget

        answers_taken_back.connect(forget, dispatch_uid="spec_loop.withdrawals")
        prompt_changed.connect(forget_prompt, dispatch_uid="spec_loop.outdated")
        hearing_back.tell(changes_of)
