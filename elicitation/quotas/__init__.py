"""How many people of which kind are taken in: `taking` seats people, `setting` says how many seats there are."""

from .setting import QuotasRefused, choosable, set_quotas
from .taking import QuotaFull, ScreenedOut, SentAway, cell_of, fits, holds_places, take_places

__all__ = [
    "QuotaFull",
    "QuotasRefused",
    "ScreenedOut",
    "SentAway",
    "cell_of",
    "choosable",
    "fits",
    "holds_places",
    "set_quotas",
    "take_places",
]
