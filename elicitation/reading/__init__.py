"""Reading what people wrote: the language it is in, and a machine translation for researchers beside it.

Readings (`TextReading`) are made by a worker, some time after a text was stored. They never change the text, and count
for nothing: agreement, flags and exports take what people wrote. What a killed worker left is read by the next.
"""

from .recognising import recognise_some
from .rendering import render_some

__all__ = ["recognise_some", "render_some"]
