"""`manage.py load_demo`."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from datasets.demo.loading import DemoRefused, load_demo


class Command(BaseCommand):
    help = "Make the demo study with its simulated people and its spec, where it is not there yet."

    def handle(self, *_args: Any, **_options: Any) -> None:
        try:
            loaded = load_demo(by=None)
        except DemoRefused as error:
            raise CommandError(str(error), returncode=2) from error
        study = loaded.study
        if loaded.made:
            self.stdout.write(
                f"Demo study {study.slug!r} made: {study.prompts.count()} prompts, "
                f"{study.participants.count()} simulated people."
            )
        else:
            self.stdout.write(f"The demo study {study.slug!r} is here already; nothing was changed.")
