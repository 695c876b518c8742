"""Tables of rubrics."""

from .core import CoreItem

__all__ = ["CoreItem"]
