"""Tables of the spec loop."""

from .document import Document, SpecVersion
from .ranking import SpecRanking

__all__ = ["Document", "SpecRanking", "SpecVersion"]
