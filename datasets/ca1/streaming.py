"""Walk two ordered queries side by side, so that neither has to be held in memory."""

from collections.abc import Iterable
from itertools import groupby
from operator import itemgetter
from typing import Generic, TypeVar

Item = TypeVar("Item")


class Streamed(Generic[Item]):
    """Items that come in runs, each with the key of what it belongs to, in the order in which they are asked for."""

    def __init__(self, items: Iterable[tuple[int, Item]]) -> None:
        self._runs = groupby(items, key=itemgetter(0))
        self._next = next(self._runs, None)

    def of(self, key: int) -> list[Item]:
        """Return the items of a key, none where it has none. Keys are asked for once, in the order of the runs."""
        if self._next is None or self._next[0] != key:
            return []
        found = [item for _key, item in self._next[1]]
        self._next = next(self._runs, None)
        return found

    def finish(self) -> None:
        """Make sure that nothing was left over, which an export would have lost without a word."""
        if self._next is not None:
            raise RuntimeError(f"Rows of {self._next[0]} belong to nothing that was written.")
