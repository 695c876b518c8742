"""What goes wrong while people answer: workers are killed, the database is cut off, leases run out."""

from __future__ import annotations

import random
import threading
from datetime import timedelta
from pathlib import Path

from django.db import DatabaseError, connection
from django.utils import timezone

from elicitation.assignment import expire_overdue
from elicitation.models import Assignment, Study

from .ledger import Ledger
from .servers import Web, restart_database


class Trouble:
    """Makes trouble from threads of its own until it is told to stop."""

    def __init__(self, web: Web, study: Study, ledger: Ledger, *, seed: int) -> None:
        self.web, self.study, self.ledger = web, study, ledger
        self.draw = random.Random(f"{seed} trouble")
        self.stopping = threading.Event()
        self.threads: list[threading.Thread] = []

    def kill_workers(self, times: int, *, pause: float) -> None:
        """Kill web workers at random moments."""
        self._begin(lambda: self._kill(times, pause))

    def restart_database(self, data_dir: Path, *, after: int, seconds_down: float) -> None:
        """Cut the database off once so many submissions were acknowledged."""
        self._begin(lambda: self._restart(data_dir, after, seconds_down))

    def let_leases_run_out(self) -> None:
        """Let the leases of some be over early, and end what is over, as the beat does every minute."""
        self._begin(self._lapse)

    def stop(self) -> None:
        """Let it end."""
        self.stopping.set()
        for thread in self.threads:
            thread.join()

    def _begin(self, make: object) -> None:
        thread = threading.Thread(target=make, daemon=True)  # type: ignore[arg-type]
        self.threads.append(thread)
        thread.start()

    def _kill(self, times: int, pause: float) -> None:
        while times and not self.stopping.wait(self.draw.uniform(0.2, 1.8) * pause):
            if self.web.kill_a_worker(self.draw):
                times -= 1
                self.ledger.count("workers killed")

    def _restart(self, data_dir: Path, after: int, seconds_down: float) -> None:
        while self.ledger.counts["submissions acknowledged"] < after:
            if self.stopping.wait(0.05):
                return
        restart_database(data_dir, seconds_down=seconds_down)
        self.ledger.count("database restarts")

    def _lapse(self) -> None:
        while not self.stopping.wait(self.draw.uniform(0.2, 0.6)):
            try:
                self._lapse_some()
            except DatabaseError:  # it is being restarted
                connection.close()
        connection.close()

    def _lapse_some(self) -> None:
        held = list(Assignment.objects.filter(prompt__study=self.study, state="reserved").values_list("pk", flat=True))
        chosen = self.draw.sample(held, min(len(held), self.draw.randint(0, 1 + len(held) // 5)))
        over = timezone.now() - timedelta(seconds=1)
        Assignment.objects.filter(pk__in=chosen, state="reserved").update(leased_until=over)
        self.ledger.count("leases run out", expire_overdue())
