"""Ready answers by document: the least recently used go when there are too many."""

import threading
from collections import OrderedDict
from typing import NamedTuple

from widget_server.publish.query import Wanted
from widget_server.publish.variants import Ready

CAPACITY = 512
"""Documents in memory. A site with more asks the cache for those that are rarely wanted."""


class Kept(NamedTuple):
    """A ready answer, and the version of the document that it was made from."""

    version: str
    ready: Ready


class Shelf:
    """Holds up to `capacity` answers; safe to use from many threads."""

    def __init__(self, capacity: int = CAPACITY) -> None:
        self._capacity = capacity
        self._kept: OrderedDict[Wanted, Kept] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, wanted: Wanted) -> Kept | None:
        """What is kept for `wanted`, of whatever version."""
        with self._lock:
            kept = self._kept.get(wanted)
            if kept is not None:
                self._kept.move_to_end(wanted)
            return kept

    def put(self, wanted: Wanted, kept: Kept) -> None:
        """Keep it in the place of an older version."""
        with self._lock:
            self._kept[wanted] = kept
            self._kept.move_to_end(wanted)
            while len(self._kept) > self._capacity:
                self._kept.popitem(last=False)
