"""Try a request again where that is likely to help, and no longer than is bearable."""

import logging
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import TypeVar

from llm.errors import ModelUnavailable

from .base import Deadline

logger = logging.getLogger(__name__)

Result = TypeVar("Result")

TRIES = 4
FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 20.0


@dataclass(frozen=True)
class Retrying:
    """Exponential back-off with full jitter, overruled by what the server asks for."""

    tries: int = TRIES
    first_pause: float = field(default_factory=lambda: FIRST_PAUSE_SECONDS)
    sleep: Callable[[float], None] = time.sleep

    def call(self, attempt: Callable[[], Result], *, deadline: Deadline) -> Result:
        """Return what `attempt` returns.

        Raises:
            ModelUnavailable: the last one raised by `attempt`: tries or time ran out, or trying again is of no use.
        """
        for number in range(1, self.tries + 1):
            try:
                return attempt()
            except ModelUnavailable as error:
                pause = self._pause(number, error)
                if not error.temporary or number == self.tries or pause >= deadline.remaining:
                    raise
                logger.info("%s Trying again in %.1f s.", error, pause)
            self.sleep(pause)
        raise AssertionError("the last try returns or raises")

    def _pause(self, number: int, error: ModelUnavailable) -> float:
        if error.retry_after is not None:
            # A little more than asked for, so that clients told the same do not come back together.
            return error.retry_after + random.uniform(0, self.first_pause)  # noqa: S311  # not a secret
        ceiling = min(LONGEST_PAUSE_SECONDS, self.first_pause * 2 ** (number - 1))
        return random.uniform(ceiling / 2, ceiling)  # noqa: S311  # not a secret


def read_retry_after(value: str | None) -> float | None:
    """Return the seconds a Retry-After header asks for, given as a number or a date; None if it says nothing."""
    if not value:
        return None
    try:
        seconds = float(value)
    except ValueError:
        try:
            seconds = parsedate_to_datetime(value).timestamp() - time.time()
        except ValueError:
            return None
    return max(0.0, seconds) if seconds == seconds and seconds != float("inf") else None
