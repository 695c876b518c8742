"""What a provider is asked for and gives back, whatever API it speaks."""

import time
from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True)
class Request:
    """A question in words. `key` is the same whenever the same thing is asked again, after a crash too."""

    purpose: str
    instructions: str
    material: str
    schema: dict[str, Any]
    key: str


@dataclass(frozen=True)
class Reply:
    """What a model answered: a text, or the reason why there is none.

    `is_final` says that asking again in other words would not help.
    """

    text: str = ""
    problem: str = ""
    is_final: bool = False
    tokens_in: int = 0
    tokens_cached: int = 0
    tokens_out: int = 0
    served_by: str = ""
    latency_ms: int = 0


@dataclass(frozen=True)
class Deadline:
    """A point in time after which a question is no longer worked on."""

    at: float

    @classmethod
    def after(cls, seconds: float) -> "Deadline":
        """Return the deadline in so many seconds."""
        return cls(time.monotonic() + seconds)

    @property
    def remaining(self) -> float:
        """Seconds left, 0 when it has passed."""
        return max(0.0, self.at - time.monotonic())


class Provider(Protocol):
    """Somebody who answers one request at a time."""

    def complete(self, request: Request, *, deadline: Deadline) -> Reply:
        """Return the model's reply.

        Raises:
            ModelUnavailable: there was none, after whatever tries were sensible before the deadline.
        """
