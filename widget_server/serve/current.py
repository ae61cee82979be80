"""Which edition of the documents is current, known cheaply and never lost."""

import logging
import threading
import time
from collections.abc import Callable

from widget_server.publish.documents import DocumentStore, Edition

CHECK_SECONDS = 0.1
"""How long an answer about the data version holds: the most that a price is late because of serving."""
RETRY_SECONDS = 1.0
"""How long to leave a database alone that couldn't answer."""

log = logging.getLogger(__name__)


class CurrentEdition:
    """Asks `version` for the data version and gets its edition. `monotonic` is a clock in seconds.

    One thread asks, the others go on with what there is. When asking fails, the old edition stays; a process that
    has none yet takes the last published one out of the cache.
    """

    def __init__(
        self, documents: DocumentStore, version: Callable[[], str], monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._documents = documents
        self._version = version
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._edition: Edition | None = None
        self._asked: str | None = None
        self._ask_at = float("-inf")
        self._away = False

    def get(self) -> Edition | None:
        """The current edition; None if there has never been one that could be had."""
        if self._monotonic() < self._ask_at:
            return self._edition
        if not self._lock.acquire(blocking=self._edition is None):
            return self._edition
        try:
            if self._monotonic() >= self._ask_at:
                self._ask()
        finally:
            self._lock.release()
        return self._edition

    def _ask(self) -> None:
        try:
            self._look()
            self._away = False
            self._ask_at = self._monotonic() + CHECK_SECONDS
        except Exception:
            if not self._away:
                log.exception("the data version can't be had; serving what was published last")
            self._away = True
            self._edition = self._edition or self._documents.latest()
            self._ask_at = self._monotonic() + RETRY_SECONDS

    def _look(self) -> None:
        version = self._version()
        if self._edition is None or version != self._asked or self._documents.is_over(self._edition):
            self._edition = self._documents.edition(version)
            self._asked = version
